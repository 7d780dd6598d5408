import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Board } from '../../board/board.ts';
import { boardOf } from '../../test/boards.ts';
import { CanHost, FdcanHost } from '../../test/hosts/can-host.ts';
import { DfuHost } from '../../test/hosts/dfu-host.ts';
import { I2cHost } from '../../test/hosts/i2c-host.ts';
import { I3cHost } from '../../test/hosts/i3c-host.ts';
import { SpiHost } from '../../test/hosts/spi-host.ts';
import { UsartHost } from '../../test/hosts/usart-host.ts';
import { DISSECTOR } from './dissector.ts';
import { enhancedPacket, interfaceDescription, sectionHeader } from '../../trace/pcapng-blocks.ts';
import { PcapngWriter } from '../../trace/pcapng.ts';

const hasTshark = spawnSync('tshark', ['--version']).status === 0;

/** Bytes that mean something to a bootloader more often than by chance. */
const octet = fc.oneof(
  fc.constantFrom(
    0,
    1,
    2,
    3,
    4,
    5,
    0x11,
    0x1f,
    0x21,
    0x31,
    0x41,
    0x44,
    0x5a,
    0x79,
    0x7f,
    0xa1,
    0xff,
  ),
  fc.nat(0xff),
);
const opcode = fc.constantFrom(0, 1, 2, 0x11, 0x21, 0x31, 0x43, 0x44, 0x50, 0x51, 0x63, 0x73, 0xa1);
const octets = fc.oneof(
  fc.array(octet, { maxLength: 40 }),
  opcode.map((code) => [code, code ^ 0xff]),
  opcode.map((code) => [0x5a, code, code ^ 0xff]),
  fc.constantFrom([0x79], [0x1f], [0x7f], [0x5a]),
);
const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

/** What packets begin with, by LINKTYPE_ number. */
const HEADS: Readonly<Record<number, fc.Arbitrary<readonly number[]>>> = {
  148: fc.nat(4).map((what) => [what]),
  149: fc.nat(5).map((what) => [what, 8]),
  209: fc.constantFrom([1, 0, 0, 0, 0, 0x78], [1, 0, 0, 0, 1, 0x79], [0x81, 0, 0, 0, 0]),
  220: fc
    .tuple(
      fc.constantFrom(0x53, 0x43),
      fc.constantFrom(0, 0x80),
      fc.array(octet, { minLength: 8, maxLength: 8 }),
    )
    .map(([event, endpoint, setup]) => [
      ...zeros(8),
      event,
      2,
      endpoint,
      1,
      1,
      0,
      0,
      0,
      ...zeros(24),
      setup[0]! % 2 === 0 ? 0x21 : 0xa1,
      ...setup.slice(1),
      ...zeros(16),
    ]),
  227: fc
    .tuple(octet, fc.nat(64), fc.constantFrom(0, 4))
    .map(([id, length, fd]) => [0, 0, 0, id, length, fd, 0, 0]),
  250: fc.constantFrom(0, 1, 2, 2, 9).map((event) => [...zeros(8), event, 0, 0, 0]),
};

/** What tshark says of a capture with the dissector; nothing that it complains of passes. */
async function tshark(capture: Uint8Array, ...options: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vstm32-dissector-'));
  try {
    const file = join(folder, 'session.pcapng');
    await writeFile(file, capture);
    const args = ['-n', '-X', `lua_script:${DISSECTOR}`, '-r', file, ...options];
    const { stdout, stderr } = await promisify(execFile)('tshark', args, { maxBuffer: 1 << 28 });
    const complaints = stderr.split('\n').filter((line) => !/^$|running as|"root"/i.test(line));
    expect(complaints).toEqual([]);
    expect(stdout).not.toContain('Lua Error');
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The capture of what `run` does to a board. */
function captured(part: string, run: (board: Board) => void): Uint8Array {
  const writer = new PcapngWriter({ device: part, bootloader: '9.1', ports: [] });
  const chunks = [...writer.header()];
  run(boardOf(part, { onTrace: (event) => void chunks.push(...writer.event(event)) }));
  return Buffer.concat(chunks);
}

/** Rows of these fields of the packets that pass the filter, values joined by a blank. */
async function rows(
  capture: Uint8Array,
  filter: string,
  ...fields: readonly string[]
): Promise<string[]> {
  const named = fields.flatMap((field) => ['-e', field]);
  const text = await tshark(capture, '-Y', filter, '-T', 'fields', '-E', 'separator=/s', ...named);
  return text
    .split('\n')
    .slice(0, -1)
    .map((row) => row.trim());
}

/** What came of each command, and what each refusal was for, by the filters that a user would type. */
async function outcomes(capture: Uint8Array): Promise<string[]> {
  expect(await rows(capture, 'stm32.trouble', 'frame.number')).toEqual([]);
  const info = await rows(capture, 'stm32.result', '_ws.col.Protocol', '_ws.col.Info');
  // a second pass says the same
  const again = await tshark(
    capture,
    '-2',
    '-Y',
    'stm32.result',
    '-T',
    'fields',
    '-E',
    'separator=/s',
    '-e',
    '_ws.col.Protocol',
    '-e',
    '_ws.col.Info',
  );
  expect(again.split('\n').slice(0, -1)).toEqual(info);
  return info;
}

/** Four bytes at the beginning of main flash, written and read back. */
function writeAndRead(host: I2cHost | SpiHost): void {
  host.command(0x31);
  host.packet(8, 0, 0, 0);
  host.packet(3, 1, 2, 3, 4);
  host.command(0x11);
  host.packet(8, 0, 0, 0);
  host.step(3, 0xfc);
  host.read(4);
}

const data = Array.from({ length: 100 }, (_, at) => at);

/** A session on each interface: a word for what the column says of it, and what the host does. */
const sessions: readonly {
  protocol: string;
  part: string;
  run: (board: Board) => void;
  infos: readonly string[];
}[] = [
  {
    protocol: 'STM32-USART',
    part: 'STM32G431CB',
    run(board) {
      const host = new UsartHost(board);
      host.sync();
      for (const opcode of [0x00, 0x01, 0x02, 0x99]) host.command(opcode);
      host.write(0x0800_0000, data);
      host.read(0x0800_0000, 256);
      host.read(0x9000_0000, 4);
      host.erase(1, 2);
      host.massErase();
      host.command(0x21);
      host.address(0x0800_0000);
    },
    infos: [
      'Sync → ACK',
      'Get → ACK',
      'Get Version → ACK',
      'Get ID → ACK',
      'Command 0x99 → NACK: unknown-command: opcode 0x99',
      'Write Memory 0x08000000, 100 bytes → ACK',
      'Read Memory 0x08000000, 256 bytes → ACK',
      'Read Memory 0x90000000 → NACK: no-memory: nothing at 0x90000000',
      'Extended Erase pages 1 to 2 → ACK',
      'Extended Erase all of main flash → ACK',
      'Go 0x08000000 → ACK',
    ],
  },
  {
    protocol: 'STM32-I2C',
    part: 'STM32F446RE',
    run(board) {
      const host = new I2cHost(board);
      host.write([], 0x20);
      host.ask(0x00, 20);
      host.ask(0x01, 1);
      host.ask(0x02, 3);
      writeAndRead(host);
      host.command(0x44);
      host.packet(0, 1);
      host.packet(0, 1, 0, 2);
      host.massErase(0xffff, 0x45);
      host.command(0x11);
      host.packet(0x90, 0, 0, 0);
    },
    infos: [
      'Get → ACK',
      'Get Version → ACK',
      'Get ID → ACK',
      'Write Memory 0x08000000, 4 bytes → ACK',
      'Read Memory 0x08000000, 4 bytes → ACK',
      'Extended Erase pages 1 to 2 → ACK',
      'No Stretch Erase all of main flash → ACK',
      'Read Memory 0x90000000 → NACK: no-memory: nothing at 0x90000000',
    ],
  },
  {
    protocol: 'STM32-SPI',
    part: 'STM32F446RE',
    run(board) {
      const host = new SpiHost(board);
      host.sync();
      host.ask(0x00, 13);
      host.ask(0x01, 1);
      host.ask(0x02, 3);
      writeAndRead(host);
      host.erase([1, 2]);
      host.massErase();
      host.command(0x11);
      host.packet(0x90, 0, 0, 0);
      host.command(0x02);
      board.run();
    },
    infos: [
      'Sync → ACK',
      'Get → ACK',
      'Get Version → ACK',
      'Get ID → ACK',
      'Write Memory 0x08000000, 4 bytes → ACK',
      'Read Memory 0x08000000, 4 bytes → ACK',
      'Extended Erase pages 1 to 2 → ACK',
      'Extended Erase all of main flash → ACK',
      'Read Memory 0x90000000 → NACK: no-memory: nothing at 0x90000000',
    ],
  },
  {
    protocol: 'STM32-I3C',
    part: 'STM32H503CB',
    run(board) {
      const host = new I3cHost(board);
      host.connect();
      host.ask(0x00, 1, 1, 10);
      host.ask(0x02, 1, 2);
      host.writeMemory(0x0800_0000, data.slice(0, 16), data.slice(0, 32));
      host.readMemory(0x0800_0000, 16, 8);
      host.erase([1, 2]);
      host.readMemory(0x9000_0000, 4);
    },
    infos: [
      'Sync → ACK',
      'Get → ACK',
      'Get ID → ACK',
      'Write Memory 0x08000000, 48 bytes → ACK',
      'Read Memory 0x08000000, 24 bytes → ACK',
      'Extended Erase pages 1 to 2 → ACK',
      'Read Memory 0x90000000 → NACK: no-memory: nothing at 0x90000000',
    ],
  },
  {
    protocol: 'STM32-CAN',
    part: 'STM32F405RG',
    run(board) {
      const host = new CanHost(board);
      host.connect();
      host.get();
      host.productId();
      host.write(0x0800_0000, data.slice(0, 12));
      host.read(0x0800_0000, 12);
      host.erase(1, 2);
      host.eraseAll();
      host.read(0x9000_0000, 4);
    },
    infos: [
      'Connect → ACK',
      'Get → ACK',
      'Get ID → ACK',
      'Write Memory 0x08000000, 12 bytes → ACK',
      'Read Memory 0x08000000, 12 bytes → ACK',
      'Erase pages 1 to 2 → ACK',
      'Erase all of main flash → ACK',
      'Read Memory 0x90000000, 4 bytes → NACK: no-memory: nothing at 0x90000000',
    ],
  },
  {
    protocol: 'STM32-FDCAN',
    part: 'STM32H723ZG',
    run(board) {
      const host = new FdcanHost(board);
      host.start();
      host.get();
      host.productId();
      host.write(0x0800_0000, data);
      host.read(0x0800_0000, 100);
      host.erase(1);
      host.eraseAll();
      host.read(0x9000_0000, 4);
    },
    infos: [
      'Get → ACK',
      'Get ID → ACK',
      'Write Memory 0x08000000, 100 bytes → ACK',
      'Read Memory 0x08000000, 100 bytes → ACK',
      'Extended Erase page 1 → ACK',
      'Extended Erase all of main flash → ACK',
      'Read Memory 0x90000000, 4 bytes → NACK: no-memory: nothing at 0x90000000',
    ],
  },
  {
    protocol: 'DfuSe',
    part: 'STM32F405RG',
    run(board) {
      const host = new DfuHost(board).enumerate().idle();
      host.erase(0x0800_0000);
      host.write(0x0800_0000, data);
      host.read(0x0800_0000, 100);
      host.idle();
      host.erase(0x0900_0000);
      host.idle();
      host.download(0, [0x41]);
    },
    infos: [
      'Erase 0x08000000 → OK',
      'Set Address Pointer 0x08000000 → OK',
      'Write 0x08000000, 100 bytes → OK',
      'Set Address Pointer 0x08000000 → OK',
      'Read 0x08000000, 100 bytes → OK',
      'Erase 0x09000000 → errTARGET: no main flash there',
      'Mass Erase → OK',
    ],
  },
];

describe.skipIf(!hasTshark)(
  `the dissector${hasTshark ? '' : ', for which tshark is missing'}`,
  () => {
    test('reads any bytes on any link without an error of its own', async () => {
      const links = Object.keys(HEADS).map((linkType) => ({
        linkType: Number(linkType),
        name: `link ${linkType}`,
        description: '',
      }));
      const packet = fc.nat(links.length - 1).chain((interfaceId) =>
        fc.record({
          interfaceId: fc.constant(interfaceId),
          timestamp: fc.constant(0n),
          data: fc
            .tuple(HEADS[links[interfaceId]!.linkType]!, octets)
            .map(([head, rest]) => Uint8Array.from([...head, ...rest])),
          direction: fc.constantFrom('inbound' as const, 'outbound' as const),
          comment: fc.constantFrom('reset: NRST', 'NACK: why', 'rx not acknowledged', ''),
        }),
      );
      const packets = fc.sample(packet, { numRuns: 2500, seed: 1 });
      const capture = Buffer.concat([
        sectionHeader('test'),
        ...links.map(interfaceDescription),
        ...packets.map(enhancedPacket),
      ]);
      await tshark(capture, '-V');
      expect(await rows(capture, 'stm32.trouble', '_ws.expert.message')).toEqual([]);
    });

    test.each(sessions)(
      'shows the commands of $protocol in columns',
      async ({ part, run, ...each }) => {
        expect(await outcomes(captured(part, run))).toEqual(
          each.infos.map((info) => `${each.protocol} ${info}`),
        );
      },
    );

    test('has a field for each part of a command, on each of its packets', async () => {
      const capture = captured('STM32G431CB', sessions[0]!.run);
      const fields = ['command', 'address', 'length', 'checksum', 'status'].map(
        (name) => `stm32.${name}`,
      );
      expect(await rows(capture, 'stm32.command == "Write Memory"', ...fields)).toEqual([
        '0x31',
        '0x31    0x79',
        '0x31 0x08000000  0x08',
        '0x31 0x08000000   0x79',
        '0x31 0x08000000 100 0x63',
        '0x31 0x08000000 100  0x79',
      ]);
      const refusals = ['stm32.address', 'stm32.reason', '_ws.expert.message'];
      const why = 'no-memory: nothing at 0x90000000';
      expect(
        await rows(capture, 'stm32.status == 0x1f && stm32.command == 0x11', ...refusals),
      ).toEqual([`0x90000000 ${why} The command was refused: ${why}`]);
      expect(await rows(capture, 'stm32.product_id', 'stm32.product_id')).toEqual(['0x0468']);
      expect(await rows(capture, 'stm32.page', 'stm32.page')).toEqual(['1,2']);
    });

    test('shows a wrong checksum and a wrong complement', async () => {
      const capture = captured('STM32F405RG', (board) => {
        const host = new UsartHost(board);
        host.sync();
        host.send(0x11, 0x11);
        host.command(0x11);
        host.send(8, 0, 0, 0, 9);
      });
      expect(await rows(capture, 'stm32.result == "NACK"', '_ws.col.Info')).toEqual([
        'Malformed command → NACK: complement: 11 11',
        'Read Memory 0x08000000 → NACK: checksum',
      ]);
      expect(await rows(capture, 'stm32.complement.wrong', 'stm32.complement')).toEqual(['0x11']);
      expect(await rows(capture, 'stm32.checksum.wrong', 'stm32.checksum')).toEqual(['0x09']);
    });

    test('puts together what a host sends byte by byte, and begins anew after a reset', async () => {
      const capture = captured('STM32F405RG', (board) => {
        const host = new UsartHost(board);
        host.sync();
        for (const byte of [0x11, 0xee, 8, 0, 0, 0, 8, 3, 0xfc]) host.send(byte);
        host.send(0x31);
        board.reset();
        board.run();
        host.sync();
        host.command(0x02);
      });
      expect(await rows(capture, 'stm32.result', '_ws.col.Info')).toEqual([
        'Sync → ACK',
        'Read Memory 0x08000000, 4 bytes → ACK',
        'Sync → ACK',
        'Get ID → ACK',
      ]);
    });

    test('leaves alone what is none of its conversations, and DFU to its own dissector', async () => {
      const other = Buffer.concat([
        sectionHeader('test'),
        interfaceDescription({ linkType: 227, name: 'can0', description: '' }),
        enhancedPacket({
          interfaceId: 0,
          timestamp: 0n,
          data: Uint8Array.of(0, 0, 1, 0x23, 1, 0, 0, 0, 5),
        }),
      ]);
      expect(await rows(other, 'can', '_ws.col.Protocol')).not.toContain('STM32-CAN');
      const usb = captured('STM32F405RG', sessions.at(-1)!.run);
      const states = await rows(usb, 'usbdfu.state', 'usbdfu.state');
      expect(states.length).toBeGreaterThan(10);
    });
  },
);
