import { describe, expect, test } from 'vitest';
import { notModelled, quirks } from '../../../families/index.ts';
import { boardOf } from '../../test/boards.ts';
import { ACK, be16, be32, I3cHost, NACK, sealed } from '../../test/hosts/i3c-host.ts';

const FLASH = 0x0800_0000;

/** How a quirk shows: what a host sees of it with the quirk, and without it. */
interface Shown {
  readonly see: (host: I3cHost) => unknown;
  readonly with: unknown;
  readonly without: unknown;
}

/** The bootloader waits for a command. */
const awake = (host: I3cHost): boolean => host.command(0x01) === ACK;

/** Answers to Get Version behind so many reads, with a pause of so many µs before each command. */
function behindReads(host: I3cHost, reads: number, pause: number): readonly unknown[] {
  const { clock } = host.board;
  const heard = new Set<unknown>();
  for (let read = 0; read < reads; read++) {
    host.readMemory(FLASH, 4, 4);
    clock.advanceTo(clock.now + pause);
    let answer = host.command(0x01);
    heard.add(answer);
    if (answer === 'silent') answer = host.command(0x01); // it is heard when it is sent again
    heard.add(answer);
    host.read(1);
    host.answer();
  }
  return [...heard];
}

const shown: Readonly<Record<string, Shown>> = {
  'i3c-command-behind-read-lost': {
    see: (host) => [behindReads(host, 400, 1000), behindReads(host, 400, 5000)],
    with: [[ACK, 'silent'], [ACK]],
    without: [[ACK], [ACK]],
  },
  'i3c-erase-checksum-complemented': {
    see(host) {
      host.command(0x44);
      const plain = host.packet(...be16(1));
      if (plain === ACK) return [plain, host.packet(...be16(3))];
      // the examples of AN5927 §3.7
      host.command(0x44);
      const count = host.step(0x00, 0x01, 0xfe);
      const refused = host.packet(0x00, 0x03);
      host.command(0x44);
      const two = host.step(0x00, 0x02, 0xfd);
      return [plain, count, refused, two, host.step(0x00, 0x01, 0x00, 0x02, 0xfc)];
    },
    with: [NACK, ACK, NACK, ACK, ACK],
    without: [ACK, ACK],
  },
  'i3c-special-ready-ack': {
    see(host) {
      host.command(0x50);
      host.packet(...be16(0x0001));
      host.packet(0, 4, 0, 0, 0, 0x17);
      const ready = host.answer();
      return [ready, host.read(2), host.read(3), host.answer(), awake(host)];
    },
    with: [ACK, [0, 0], [0, 1, 0], ACK, true],
    without: ['silent', [0, 0], [0, 1, 0], ACK, true],
  },
  'i3c-empty-special-refused': {
    see(host) {
      host.command(0x50);
      host.packet(...be16(0x0002));
      return [host.step(0, 0), host.step(0)]; // its checksum
    },
    with: [NACK, 'silent'],
    without: ['silent', ACK],
  },
  'i3c-bad-chunk-outlived': {
    see(host) {
      host.command(0x31);
      host.packet(...be32(FLASH));
      const chunk = Array.from({ length: 16 }, (_, at) => at);
      const heard = [
        host.chunk(16, true),
        host.step(...chunk, 0xaa),
        host.chunk(16, false),
        host.packet(...chunk),
        awake(host),
      ];
      return [heard, host.board.flashImage()[15]];
    },
    with: [[ACK, NACK, ACK, ACK, true], 15],
    // the size and its checksum are three bytes: a command, and the first of the next
    without: [[ACK, NACK, NACK, NACK, false], 0xff],
  },
  'i3c-time-out': {
    see(host) {
      const { clock, trace } = host.board;
      const resets: string[] = [];
      trace.listen((event) => {
        if (event.kind === 'reset') resets.push(event.cause);
      });
      const wait = (seconds: number): void => {
        clock.advanceTo(clock.now + seconds * 1e6);
        host.board.run();
      };
      wait(1000); // between commands it may last
      host.command(0x11);
      wait(171);
      host.write([0x08]);
      wait(171);
      const soon = [...resets];
      wait(2);
      const connected = host.connect();
      const asked = host.write([0x01, 0xfe]); // whose answer nobody takes
      host.pins.broadcast(0x01, [0x01]);
      wait(173);
      return [soon, resets, connected, asked];
    },
    with: [[], ['I3C time-out', 'I3C time-out'], ACK, 'ack'],
    without: [[], [], 'silent', 'ack'],
  },
};

describe.each(Object.entries(shown))('%s', (name, row) => {
  const seen = (on: boolean): unknown => {
    const host = new I3cHost(boardOf('STM32H503CB', { quirks: { [name]: on } }));
    expect(host.connect()).toBe(ACK);
    return row.see(host);
  };

  test('shows with the quirk, and not without it', () => {
    expect(seen(true)).toEqual(row.with);
    expect(seen(false)).toEqual(row.without);
    expect(row.with).not.toEqual(row.without);
  });
});

const here = Object.entries(quirks).filter(([, { touches }]) => touches === 'i3c');

test.each(here.map(([name]) => name))('%s is shown here, or listed with the reason', (name) => {
  expect([name in shown, name in notModelled].filter(Boolean)).toHaveLength(1);
});

test('a checksum is not taken for one of another frame', () => {
  const host = new I3cHost(boardOf('STM32H503CB'));
  host.connect();
  host.command(0x11);
  expect(host.step(...sealed(be32(FLASH)).map((byte) => byte ^ 0xff))).toBe(NACK);
});
