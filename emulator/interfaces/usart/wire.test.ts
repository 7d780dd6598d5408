import { describe, expect, test } from 'vitest';
import type { BoardOptions } from '../../board/board-options.ts';
import { boardOf, connected } from '../../test/boards.ts';
import { ACK, be16, be32, NACK, UsartHost, xor } from '../../test/hosts/usart-host.ts';

const FLASH = 0x0800_0000;

describe('synchronisation (AN3155 §2.1)', () => {
  test('0x7F is answered with ACK', () => {
    expect(new UsartHost(boardOf('STM32F405')).sync()).toEqual([ACK]);
  });

  test('a first byte other than 0x7F leaves the port deaf until reset', () => {
    const host = new UsartHost(boardOf('STM32F405'));
    expect(host.send(0x55)).toEqual([]);
    expect(host.send(0x7f, 0x7f, 0x7f)).toEqual([]);
    host.board.reset();
    host.board.run();
    expect(host.sync()).toEqual([ACK]);
  });

  test('0x7F after sync is half a command: silence, then NACK', () => {
    const host = connected('STM32F405');
    expect(host.send(0x7f)).toEqual([]);
    expect(host.send(0x7f)).toEqual([NACK]);
    expect(host.command(0x00)[0]).toBe(ACK);
  });

  test('the first port synchronised silences the others until reset', () => {
    const board = boardOf('STM32F405');
    const first = new UsartHost(board, 'USART1');
    const third = new UsartHost(board, 'USART3');
    expect(third.sync()).toEqual([ACK]);
    expect(first.sync()).toEqual([]);
    board.reset();
    board.run();
    expect(first.sync()).toEqual([ACK]);
  });

  test('bytes sent while NRST is low are lost', () => {
    const host = connected('STM32F405');
    host.board.drive('NRST', 0);
    expect(host.send(0x7f)).toEqual([]);
    host.board.drive('NRST', 1);
    host.board.run();
    expect(host.sync()).toEqual([ACK]);
  });

  test('a host that changes its rate after sync hears garbage or nothing', () => {
    const host = new UsartHost(boardOf('STM32F405'), undefined, { baud: 115_200 });
    expect(host.sync()).toEqual([ACK]);
    host.pins.receive(Uint8Array.of(0x00, 0xff), { baud: 9600 });
    host.board.run();
    expect(host.heard()).not.toContain(ACK);
  });

  test('the ROM ignores parity errors', () => {
    for (const parity of ['even', 'odd', 'mark', 'space'] as const) {
      const host = new UsartHost(boardOf('STM32F405'), undefined, { baud: 57_600, parity });
      expect(host.sync()).toEqual([ACK]);
      expect(host.command(0x02)).toEqual([ACK, 1, 0x04, 0x13, ACK]);
    }
  });
});

describe('a host without parity', () => {
  const line = { baud: 115_200, parity: 'none', dataBits: 8 } as const;
  const hostOn = (part: string, options: BoardOptions = {}): UsartHost =>
    new UsartHost(boardOf(part, options), undefined, line);

  test.each(['STM32WL55JC', 'STM32F412VE'])(
    '%s answers the sync byte, and NACK behind the first byte of 00 FF sent at once',
    (part) => {
      const host = hostOn(part);
      const { clock } = host.board;
      const answers: [number, number][] = [];
      host.pins.onTransmit((bytes) => answers.push([...bytes, clock.now] as [number, number]));
      expect(host.sync()).toEqual([ACK]);
      const start = clock.now;
      answers.length = 0;
      expect(host.send(0x00, 0xff)).toEqual([NACK]);
      const bits = ((answers[0]![1] - start) * line.baud) / 1e6;
      expect(bits).toBeGreaterThan(10.5 + 11); // the character, and NACK itself
      expect(bits).toBeLessThan(10.5 + 11 + 1);
      expect(host.command(0x02)).toEqual([NACK]);
      expect(host.board.chip.level).toBe(0);
    },
  );

  test('is served with a pause between any two bytes', () => {
    const host = hostOn('STM32F207VG');
    const paused = (...bytes: readonly number[]): number[] =>
      bytes.flatMap((each) => host.send(each));
    expect(host.sync()).toEqual([ACK]);
    expect(paused(0x02, 0xfd)).toEqual([ACK, 1, 0x04, 0x11, ACK]);
    expect(paused(0x31, 0xce)).toEqual([ACK]);
    expect(paused(...be32(FLASH), xor(be32(FLASH)))).toEqual([ACK]);
    expect(paused(3, 1, 2, 3, 4, 3 ^ 1 ^ 2 ^ 3 ^ 4)).toEqual([ACK]);
    expect(paused(0x11, 0xee)).toEqual([ACK]);
    expect(paused(...be32(FLASH), xor(be32(FLASH)))).toEqual([ACK]);
    expect(paused(3, 0xfc)).toEqual([ACK, 1, 2, 3, 4]);
  });

  test('has no pause where its calls come faster than the line', () => {
    const host = hostOn('STM32F405');
    expect(host.sync()).toEqual([ACK]);
    host.pins.receive(Uint8Array.of(0x00));
    host.pins.receive(Uint8Array.of(0xff));
    host.board.run();
    expect(host.heard()).toEqual([NACK]);
  });

  test('is not served either when the command follows the sync byte at once', () => {
    expect(hostOn('STM32F405').send(0x7f, 0x00, 0xff)).toEqual([ACK, NACK]);
  });

  test('hears every byte of an answer', () => {
    const host = hostOn('STM32F405');
    host.sync();
    host.send(0x00);
    expect(host.send(0xff)).toHaveLength(15);
  });

  test('is served with two stop bits, which take the place of parity', () => {
    const host = new UsartHost(boardOf('STM32F405'), undefined, { ...line, stopBits: 2 });
    expect(host.sync()).toEqual([ACK]);
    expect(host.command(0x02)).toEqual([ACK, 1, 0x04, 0x13, ACK]);
  });

  test('is told in the trace what is wrong', () => {
    const host = hostOn('STM32F405');
    const told: string[] = [];
    host.board.trace.listen((event) => {
      if (event.kind === 'surprise') told.push(event.text);
      if (event.kind === 'nack') told.push(event.reason);
    });
    host.sync();
    host.command(0x00);
    expect(told).toEqual([
      "the host's line (115200 8N1) does not fit the chip's (115200 8E1): bytes that follow each other without a pause are garbled",
      'framing-error: a stop bit was low: the host sends without parity, or at another rate',
    ]);
  });

  test('leaves no half of a command behind: a break, too, ends one with a NACK', () => {
    const host = connected('STM32F405');
    expect(host.send(0x31)).toEqual([]);
    host.pins.breakLine(true);
    host.pins.breakLine(false);
    host.board.run();
    expect(host.heard()).toEqual([NACK]);
    expect(host.command(0x02)).toEqual([ACK, 1, 0x04, 0x13, ACK]);
  });
});

describe('Get (AN3155 §3.1)', () => {
  test.each([
    ['2.0', [0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x43, 0x63, 0x73, 0x82, 0x92]],
    ['2.1', [0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x43, 0x63, 0x73, 0x82, 0x92]],
    ['2.2', [0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x43, 0x63, 0x73, 0x82, 0x92]],
    ['3.0', [0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0x63, 0x73, 0x82, 0x92]],
    ['3.1', [0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0x63, 0x73, 0x82, 0x92]],
    ['3.3', [0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0x63, 0x73, 0x82, 0x92, 0xa1]],
    ['4.0', [0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0x50, 0x51, 0x63, 0x73, 0x82, 0x92]],
  ])('protocol %s lists its commands, the erase command seventh', (protocol, opcodes) => {
    const host = connected('STM32F405', { protocol });
    const version = Number(protocol.replace('.', ''));
    const byte = Math.floor(version / 10) * 16 + (version % 10);
    expect(host.command(0x00)).toEqual([ACK, opcodes.length, byte, ...opcodes, ACK]);
    expect(host.command(0x01)).toEqual([ACK, byte, 0, 0, ACK]);
  });

  test('a command that is not in the list is refused', () => {
    expect(connected('STM32F405').command(0x43)).toEqual([NACK]);
    expect(connected('STM32F405', { protocol: '2.2' }).command(0x44)).toEqual([NACK]);
    expect(connected('STM32F405').command(0xff)).toEqual([NACK]);
  });

  test('a wrong complement is refused and the next command is heard', () => {
    const host = connected('STM32F405');
    expect(host.send(0x00, 0xfe)).toEqual([NACK]);
    expect(host.command(0x02)).toEqual([ACK, 1, 0x04, 0x13, ACK]);
  });
});

describe('Read Memory (AN3155 §3.4)', () => {
  test('answers the data without a trailing ACK', () => {
    const host = connected('STM32F405', {
      load: [{ address: FLASH, bytes: Uint8Array.of(1, 2, 3) }],
    });
    expect(host.read(FLASH, 4)).toEqual([1, 2, 3, 0xff]);
    expect(host.read(0x1fff_77de, 1)).toEqual([0x91]);
  });

  test('reads the flash size and the unique ID in one block', () => {
    const host = connected('STM32F405RG', { uid: Uint8Array.from({ length: 12 }, (_, i) => i) });
    const row = host.read(0x1fff_7a00, 256) as number[];
    expect(row.slice(0x22, 0x24)).toEqual([0x00, 0x04]);
    expect(row.slice(0x10, 0x1c)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test('a wrong checksum and a wrong complement of the length are refused', () => {
    const host = connected('STM32F405');
    host.command(0x11);
    expect(host.send(...be32(FLASH), 0xff)).toEqual([NACK]);
    host.command(0x11);
    expect(host.address(FLASH)).toEqual([ACK]);
    expect(host.send(3, 3)).toEqual([NACK]);
    expect(host.read(FLASH, 1)).toEqual([0xff]);
  });

  test('outside memory F405 9.1 refuses the length, 3.0 says nothing, F446 refuses the address', () => {
    expect(connected('STM32F405').read(0x3000_0000, 4)).toBe('length');
    expect(connected('STM32F446').read(0x3000_0000, 4)).toBe('address');
    const old = connected('STM32F405', { bootloader: '3.0' });
    old.command(0x11);
    expect(old.address(0x3000_0000)).toEqual([]);
    expect(old.send(3, 0xfc)).toEqual([NACK]); // taken as a command
  });

  test('a read across the end of flash is answered, or refused at the length, as the quirk says', () => {
    expect(connected('STM32F405RG').read(0x080f_ffff, 1)).toEqual([0xff]);
    expect(connected('STM32F405RG').read(0x080f_ffff, 2)).toEqual([0xff, 0xff]);
    const quirks = { 'read-past-end-refused': true };
    expect(connected('STM32F405RG', { quirks }).read(0x080f_ffff, 2)).toBe('length');
  });

  test('the RAM that the bootloader uses is refused, by version', () => {
    const at = 0x2000_2800;
    expect(connected('STM32F405', { bootloader: '9.1' }).read(at, 4)).toBe('length');
    expect(connected('STM32F405', { bootloader: '3.1' }).read(at, 4)).toHaveLength(4);
  });
});

describe('Go (AN3155 §3.5)', () => {
  const vector = Uint8Array.from(
    [...be32(0x2002_0000), ...be32(FLASH + 0x101)].map(
      (_, i, all) => all[i - (i % 4) + 3 - (i % 4)]!,
    ),
  );

  test('acknowledges twice and starts a plausible application', () => {
    const host = connected('STM32F405', { load: [{ address: FLASH, bytes: vector }] });
    expect(host.command(0x21)).toEqual([ACK]);
    expect(host.address(FLASH)).toEqual([ACK]);
    expect(host.board.state).toBe('application');
    expect(host.send(0x7f)).toEqual([]);
  });

  test('an empty flash locks the core up', () => {
    const host = connected('STM32F405');
    host.command(0x21);
    expect(host.address(FLASH)).toEqual([ACK]);
    expect(host.board.state).toBe('locked-up');
  });

  test('system memory and option bytes are refused since protocol 2.1', () => {
    for (const address of [0x1fff_0000, 0x1fff_c000, 0x4000_0000]) {
      const host = connected('STM32F405');
      host.command(0x21);
      expect(host.address(address)).toEqual([NACK]);
    }
    const old = connected('STM32F405', { protocol: '2.0' });
    old.command(0x21);
    expect(old.address(0x1fff_0000)).toEqual([ACK]);
  });

  test('a stack in CCM RAM faults after Go where the bootloader stops its clock', () => {
    const bytes = Uint8Array.of(0x00, 0x10, 0x00, 0x10, 0x01, 0x01, 0x00, 0x08);
    const state = (bootloader: string): string => {
      const host = connected('STM32F405', { bootloader, load: [{ address: FLASH, bytes }] });
      host.command(0x21);
      host.address(FLASH);
      return host.board.state;
    };
    expect(state('9.0')).toBe('locked-up');
    expect(state('9.1')).toBe('application');
  });
});

describe('Write Memory (AN3155 §3.6)', () => {
  test('is acknowledged when programmed', () => {
    const host = connected('STM32F405');
    expect(host.write(FLASH, [1, 2, 3, 4])).toBe('ack');
    expect(host.read(FLASH, 5)).toEqual([1, 2, 3, 4, 0xff]);
  });

  test('a wrong checksum is refused and changes nothing', () => {
    const host = connected('STM32F405');
    host.command(0x31);
    host.address(FLASH);
    expect(host.send(3, 1, 2, 3, 4, 0)).toEqual([NACK]);
    expect(host.read(FLASH, 4)).toEqual([0xff, 0xff, 0xff, 0xff]);
  });

  test('outside memory the block is refused with nothing written', () => {
    expect(connected('STM32F405').write(0x0900_0000, [1, 2, 3, 4])).toBe('block');
    const across = connected('STM32F405RG');
    expect(across.write(0x080f_fffc, [0, 0, 0, 0, 0, 0, 0, 0])).toBe('block');
    expect(across.read(0x080f_fffc, 4)).toEqual([0xff, 0xff, 0xff, 0xff]);
    expect(connected('STM32F405').write(0x1fff_0000, [1, 2, 3, 4])).toBe('block');
  });

  test('a misaligned write is acknowledged, lost, and spoils later ones until reset', () => {
    const host = connected('STM32F405');
    expect(host.write(FLASH + 2, [1, 2, 3, 4])).toBe('ack');
    expect(host.write(FLASH + 16, [1, 2, 3, 4])).toBe('ack');
    expect(host.read(FLASH, 20)).toEqual(Array.from({ length: 20 }, () => 0xff));
    host.board.reset();
    host.board.run();
    host.sync();
    expect(host.write(FLASH + 16, [1, 2, 3, 4])).toBe('ack');
    expect(host.read(FLASH + 16, 4)).toEqual([1, 2, 3, 4]);
  });

  test('a length that is not a multiple of four is acknowledged; the quirk refuses it', () => {
    expect(connected('STM32F405').write(FLASH, [1, 2, 3])).toBe('ack');
    expect(
      connected('STM32F405', { quirks: { 'nack-length': true } }).write(FLASH, [1, 2, 3]),
    ).toBe('block');
  });

  test('one byte too few is waited for without end', () => {
    const host = connected('STM32F405');
    host.command(0x31);
    host.address(FLASH);
    expect(host.send(3, 1, 2, 3, 4)).toEqual([]);
    expect(host.board.waiting()).toMatchObject({ for: 'bytes', what: 'write-memory: data' });
    expect(host.send(xor([3, 1, 2, 3, 4]))).toEqual([ACK]);
  });

  test('the supply register takes codes 0 to 4 and changes the erase time', () => {
    const eraseTook = (host: UsartHost): number => {
      const from = host.board.clock.now;
      host.erase(5);
      return host.board.clock.now - from;
    };
    const host = connected('STM32F405');
    const before = eraseTook(host);
    expect(host.write(0xffff_0000, [3, 0xff, 0xff, 0xff])).toBe('ack');
    expect(host.read(0xffff_0000, 4)).toEqual([3, 0xff, 0xff, 0xff]);
    expect(eraseTook(host)).toBe(before / 2);
    expect(host.write(0xffff_0000, [5, 0xff, 0xff, 0xff])).toBe('block');
    expect(host.write(0xffff_0000, [1, 0, 0xff, 0xff])).toBe('block');
  });

  test('OTP keeps zeros and a locked block keeps all', () => {
    const host = connected('STM32F405');
    expect(host.write(0x1fff_7800, [0xf0, 0xff, 0xff, 0xff])).toBe('ack');
    expect(host.write(0x1fff_7800, [0x0f, 0xff, 0xff, 0xff])).toBe('ack');
    expect(host.read(0x1fff_7800, 4)).toEqual([0, 0xff, 0xff, 0xff]);
    expect(host.write(0x1fff_7a00, [0x00, 0xff, 0xff, 0xff])).toBe('ack');
    expect(host.write(0x1fff_7804, [0, 0, 0, 0])).toBe('ack');
    expect(host.read(0x1fff_7804, 4)).toEqual([0xff, 0xff, 0xff, 0xff]);
    expect(host.write(0x1fff_7820, [0, 0, 0, 0])).toBe('ack');
    expect(host.read(0x1fff_7820, 4)).toEqual([0, 0, 0, 0]);
  });
});

describe('Erase (AN3155 §3.7)', () => {
  const used = { protocol: '2.2', load: [{ address: FLASH, bytes: new Uint8Array(0x1_0000) }] };

  test('FF 00 erases all; FF and anything else is acknowledged and erases nothing', () => {
    const host = connected('STM32F405', used);
    expect(host.command(0x43)).toEqual([ACK]);
    expect(host.send(0xff, 0xff)).toEqual([ACK]);
    expect(host.read(FLASH, 1)).toEqual([0]);
    host.command(0x43);
    expect(host.send(0xff, 0x00)).toEqual([ACK]);
    expect(host.read(FLASH, 1)).toEqual([0xff]);
  });

  test('pages are listed in one byte each behind their count', () => {
    const host = connected('STM32F405', used);
    host.command(0x43);
    expect(host.packet(0, 1)).toEqual([ACK]);
    expect(host.read(FLASH + 0x3fff, 2)).toEqual([0, 0xff]);
    host.command(0x43);
    expect(host.send(0, 0, 1)).toEqual([NACK]);
  });
});

describe('Extended Erase (AN3155 §3.8)', () => {
  const used = { load: [{ address: FLASH, bytes: new Uint8Array(0x2_0000) }] };

  test('erases the listed sectors, in any order and more than once, and passes over unknown ones', () => {
    const host = connected('STM32F405RG', used);
    expect(host.erase(2, 0, 2, 500)).toEqual([ACK]);
    const first = [0, 1, 2, 3, 4].map(
      (sector) => (host.read(FLASH + sector * 0x4000, 1) as number[])[0],
    );
    expect(first).toEqual([0xff, 0, 0xff, 0, 0]);
  });

  test('a wrong checksum is refused and erases nothing', () => {
    const host = connected('STM32F405', used);
    host.command(0x44);
    expect(host.send(0, 0, 0, 0, 1)).toEqual([NACK]);
    host.command(0x44);
    expect(host.send(0xff, 0xff, 0x01)).toEqual([NACK]);
    expect(host.read(FLASH, 1)).toEqual([0]);
  });

  test('the codes of a bank are refused on a line with one, and reserved codes everywhere', () => {
    for (const code of [0xfffe, 0xfffd, 0xfff0, 0xfffc]) {
      expect(connected('STM32F405').massErase(code)).toEqual([NACK]);
    }
    expect(connected('STM32F429II').massErase(0xfff0)).toEqual([NACK]);
  });

  test('a bank erase keeps the other bank', () => {
    const load = [0x0800_0000, 0x0810_0000].map((address) => ({
      address,
      bytes: Uint8Array.of(0),
    }));
    const host = connected('STM32F429II', { load });
    expect(host.massErase(0xfffd)).toEqual([ACK]);
    expect([host.read(0x0800_0000, 1), host.read(0x0810_0000, 1)]).toEqual([[0], [0xff]]);
    expect(host.massErase(0xfffe)).toEqual([ACK]);
    expect(host.read(0x0800_0000, 1)).toEqual([0xff]);
  });

  test('bank 2 starts with sector 12', () => {
    const load = [{ address: 0x0810_0000, bytes: Uint8Array.of(0) }];
    const host = connected('STM32F429II', { load });
    host.erase(12);
    expect(host.read(0x0810_0000, 1)).toEqual([0xff]);
  });

  test('DB1M maps the 1 MiB part as two banks', () => {
    const load = [{ address: 0x0808_0000, bytes: Uint8Array.of(0) }];
    const host = connected('STM32F429IG', { load, options: { DB1M: 1 } });
    expect(host.massErase(0xfffd)).toEqual([ACK]);
    expect(host.read(0x0808_0000, 1)).toEqual([0xff]);
    expect(connected('STM32F429IG', { load }).massErase(0xfffd)).toEqual([NACK]);
  });
});

describe('Get Checksum (AN3155 §3.13)', () => {
  const bytes = Uint8Array.from({ length: 8 }, (_, i) => i);
  const ask = (quirks: Record<string, boolean>): number[] => {
    const host = connected('STM32F405', {
      protocol: '3.3',
      quirks,
      load: [{ address: FLASH, bytes }],
    });
    expect(host.command(0xa1)).toEqual([ACK]);
    expect(host.address(FLASH)).toEqual([ACK]);
    expect(host.packet(...be32(2))).toEqual([ACK]);
    expect(host.packet(...be32(0x04c1_1db7))).toEqual([ACK]);
    return host.packet(...be32(0xffff_ffff));
  };

  test('answers the CRC of the words behind a second ACK; one ACK with the quirk', () => {
    const reply = ask({});
    expect(reply.slice(0, 2)).toEqual([ACK, ACK]);
    expect(xor(reply.slice(2))).toBe(0);
    // the CRC unit on 0x03020100, 0x07060504, computed by hand from its definition in RM0090 §4
    expect(reply.slice(2, 6)).toEqual(be32(stm32Crc([0x0302_0100, 0x0706_0504])));
    expect(ask({ 'checksum-single-ack': true })).toEqual(reply.slice(1));
  });

  test('size 0 and a range behind the memory are refused', () => {
    for (const words of [0, 0x4_0001]) {
      const host = connected('STM32F405RG', { protocol: '3.3' });
      host.command(0xa1);
      host.address(FLASH);
      expect(host.packet(...be32(words))).toEqual([NACK]);
    }
  });

  function stm32Crc(words: readonly number[]): number {
    let crc = 0xffff_ffffn;
    for (const word of words) {
      for (let bit = 31n; bit >= 0n; bit--) {
        const feedback = ((crc >> 31n) ^ (BigInt(word) >> bit)) & 1n;
        crc = ((crc << 1n) & 0xffff_ffffn) ^ (feedback === 1n ? 0x04c1_1db7n : 0n);
      }
    }
    return Number(crc);
  }
});

describe('Special (AN3155 §3.14)', () => {
  test('a sub-operation that the ROM does not have is refused', () => {
    const host = connected('STM32F405', { protocol: '4.0' });
    expect(host.command(0x50)).toEqual([ACK]);
    expect(host.packet(...be16(0x0099))).toEqual([NACK]);
    expect(host.command(0x51)).toEqual([ACK]);
    expect(host.packet(...be16(0x0099))).toEqual([NACK]);
  });
});

test('bytes that arrive while the chip is busy are kept; with the quirk only one of them is', () => {
  const next = (quirks: Record<string, boolean>): number[] => {
    const host = connected('STM32F405', { quirks });
    host.command(0x44);
    return host.send(0xff, 0xff, 0x00, 0x02, 0xfd, 0x02, 0xfd);
  };
  expect(next({})).toEqual([ACK, ACK, 1, 4, 0x13, ACK, ACK, 1, 4, 0x13, ACK]);
  expect(next({ 'one-byte-while-busy': true })).toEqual([ACK]);
});
