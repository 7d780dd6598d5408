import { expect } from 'vitest';
import type { Device, Interface } from '../../families/index.ts';
import { Board } from '../board.ts';
import type { Replace } from '../bootloader/replace.ts';
import { largest, pinDecides, runnable, USED } from './all-lines.ts';
import { CanHost, FdcanHost, whole } from './can-host.ts';
import { DfuHost } from './dfu-host.ts';
import { I2cHost } from './i2c-host.ts';
import { SpiHost } from './spi-host.ts';
import { ACK, be16, be32, NACK, UsartHost } from './usart-host.ts';

/** One port of one bootloader version, on a line whose protection has a last level. */
export interface ClosedPort {
  readonly device: Device;
  readonly version: string;
  readonly port: Interface;
}

/** Option fields of the state that is for good. */
function closing({ options }: Device): Record<string, number> | undefined {
  const { rdp, final } = options!;
  if (final !== undefined) return { [final.field]: final.value };
  return rdp?.level2 === undefined ? undefined : { [rdp.field]: rdp.level2 };
}

/** A port of each protocol that every version speaks. */
export const closedPorts: readonly ClosedPort[] = runnable
  .filter((device) => closing(device) !== undefined)
  .flatMap((device) =>
    device.bootloaders.flatMap(({ version, interfaces }) => {
      const ports = device.interfaces.filter(
        (port) => interfaces.includes(port.name) && isListening(port),
      );
      return ports
        .filter(({ protocol }, at) => ports.findIndex((port) => port.protocol === protocol) === at)
        .map((port) => ({ device, version, port }));
    }),
  );

/** Of some I2C targets the address is not known, and I3C is not modelled. */
function isListening(port: Interface): boolean {
  return port.protocol !== 'I3C' && (port.protocol !== 'I2C' || port.address !== undefined);
}

/** `STM32F405 V9.1 USB`. */
export function nameOf({ device, version, port }: ClosedPort): string {
  return `${device.id} V${version} ${port.name}`;
}

/** Limitations by which a port or a start is deaf. */
const HEARING = {
  'extra-reset-needed': false,
  'spi1-broken': false,
  'spi-needs-nss-edge': false,
  'usart2-broken': false,
  'usart1-mirrored': false,
  'second-usart1-needs-two-syncs': false,
  'dfu-does-not-enumerate': false,
};

/** A bootloader that forgets the protection: only the chip is left to keep it. */
export const FORGETFUL: Replace = {
  memory: (memory) => ({
    ...memory,
    level: 0,
    option: (name) => (name === 'TZEN' ? 1 : memory.option(name)),
  }),
};

const TRIGGER = 0x52;

/** A chip that is closed for good, whose application jumps to the bootloader when it receives a byte. */
function closedBoard({ device, version }: ClosedPort, replace?: Replace): Board {
  const flashKiB = largest(device);
  const { start } = device.flash.layouts[flashKiB]![0]!;
  const ram = device.ram[0]!;
  const bytes = new Uint8Array(1024).fill(USED);
  const vector = new DataView(bytes.buffer);
  vector.setUint32(0, ram.start + 1024, true);
  vector.setUint32(4, start + 0x101, true);
  const address = device.systemMemory[0]!.start;
  return new Board(device, flashKiB, {
    bootloader: version,
    boot0: 0,
    quirks: HEARING,
    options: { ...pinDecides(device), ...closing(device) },
    load: [{ address: start, bytes }],
    application: { kind: 'jump', address, trigger: TRIGGER },
    ...(replace === undefined ? {} : { replace }),
  });
}

/** What a host does to open the chip, once the port is selected; true where the bootloader refused it and waits for the next. */
type Attempt = () => boolean;

/** An attempt behind which the bootloader starts anew. */
const last =
  (act: () => unknown): Attempt =>
  () => {
    act();
    return false;
  };

/** Option bytes of an open chip, as blocks that a host would write: each area from its start, and each word alone. */
function openOptions(device: Device): { address: number; bytes: number[] }[] {
  const open = new Board(device, largest(device));
  return open.chip.options!.areas.flatMap((area, index) => {
    const { words } = device.options!.areas[index]!;
    const cut = (offset: number, length: number): { address: number; bytes: number[] } => ({
      address: area.start + offset,
      bytes: [...area.read(offset, Math.min(length, area.length - offset))],
    });
    const whole = cut(0, Math.min(256, area.length - (area.length % 8)));
    return [whole, ...words.map(({ offset }) => cut(offset - (offset % 4), 8))];
  });
}

/** A host of a protocol that carries bytes: a command, then its frames, each with a checksum. */
interface ByteHost {
  /** The command was acknowledged. */
  command(opcode: number): boolean;
  packet(...bytes: readonly number[]): unknown;
}

const SPECIAL_CODES = [0x0001, 0x0082];

const OPCODES = Array.from({ length: 256 }, (_, opcode) => opcode);
/** Four data bytes of a sub-operation of Special; what they mean is its own matter. */
const SPECIAL_DATA = [0, 1, 0x17, 0xed];

/** Every opcode, with what belongs behind it where it is acknowledged. */
function byteAttempts(host: ByteHost, device: Device): Attempt[] {
  const behind = (opcodes: readonly number[], ...frames: readonly number[][]): Attempt[] =>
    opcodes.map((opcode) => () => {
      if (!host.command(opcode)) return true;
      for (const frame of frames) host.packet(...frame);
      return false;
    });
  return [
    ...behind(OPCODES),
    ...openOptions(device).flatMap(({ address, bytes }) =>
      behind([0x31, 0x32], be32(address), [bytes.length - 1, ...bytes]),
    ),
    ...behind([0x43, 0x44, 0x45], [0xff, 0xff]),
    ...behind([0x63, 0x64], [0, 0]),
    ...SPECIAL_CODES.flatMap((code) =>
      SPECIAL_DATA.flatMap((data) => behind([0x50], be16(code), [0, 4, 0, 0, 0, data])),
    ),
  ];
}

/** The same in frames: every identifier, then what needs more than one. */
function frameAttempts(host: CanHost | FdcanHost, device: Device): Attempt[] {
  return [
    ...OPCODES.map((id): Attempt => () => {
      const answers = host.send(id, 0, 0);
      return answers.length === 1 && answers[0]![1] === NACK;
    }),
    ...openOptions(device).map(({ address, bytes }) => last(() => host.write(address, bytes))),
    last(() => host.eraseAll()),
    ...SPECIAL_CODES.flatMap((code) =>
      SPECIAL_DATA.map((data) =>
        last(() => {
          for (const bytes of [be16(code), [0, 4], whole([0, 0, 0, data])]) {
            host.send(0x50, ...bytes);
          }
        }),
      ),
    ),
  ];
}

function dfuAttempts(host: DfuHost, device: Device): Attempt[] {
  return [
    ...OPCODES.map((opcode): Attempt => () => {
      const [, then] = host.download(0, [opcode]);
      host.idle();
      return typeof then !== 'string' && then.state === 'dfuERROR';
    }),
    ...openOptions(device).map(({ address, bytes }) => last(() => host.write(address, bytes))),
    ...OPCODES.slice(0, 4).map((block) => last(() => host.download(block, [0x92]))),
  ];
}

interface Attacker {
  readonly select: () => unknown;
  readonly attempts: readonly Attempt[];
}

function attacker(board: Board, { device, port: { name, protocol } }: ClosedPort): Attacker {
  switch (protocol) {
    case 'USART': {
      const host = new UsartHost(board, name);
      const bytes: ByteHost = {
        command: (opcode) => host.command(opcode)[0] === ACK,
        packet: (...frame) => host.packet(...frame),
      };
      return { select: () => host.sync(), attempts: byteAttempts(bytes, device) };
    }
    case 'I2C':
    case 'SPI': {
      const host = protocol === 'I2C' ? new I2cHost(board, name) : new SpiHost(board, name);
      const bytes: ByteHost = {
        command: (opcode) => host.command(opcode) === ACK,
        packet: (...frame) => host.packet(...frame),
      };
      const select = (): unknown => (host instanceof SpiHost ? host.sync() : undefined);
      return { select, attempts: byteAttempts(bytes, device) };
    }
    case 'CAN': {
      const host = new CanHost(board, name);
      return { select: () => host.connect(), attempts: frameAttempts(host, device) };
    }
    case 'FDCAN': {
      const host = new FdcanHost(board, name);
      return { select: () => host.start(), attempts: frameAttempts(host, device) };
    }
    case 'USB': {
      const host = new DfuHost(board);
      return { select: () => host.enumerate().idle(), attempts: dfuAttempts(host, device) };
    }
    case 'I3C':
      throw new Error('unreachable: no board listens on I3C');
  }
}

/** Tries everything on a bootloader that the application has jumped to; nothing may open the chip. */
export function expectClosedForGood(closed: ClosedPort, replace?: Replace): void {
  const board = closedBoard(closed, replace);
  const { select, attempts } = attacker(board, closed);
  const trigger = board.usart(board.usarts.includes('USART1') ? 'USART1' : undefined);
  const { flash, options } = board.chip;
  const image = flash.cells.read(0, flash.cells.length);
  const { level } = board.chip;
  /** The bootloader keeps the protection: it erases nothing either. */
  const keeps = replace === undefined && level === 2;
  const enter = (): void => {
    if (!keeps) flash.cells.set(0, image); // the application may be erased
    board.power(false);
    board.power(true);
    board.run();
    trigger.receive(Uint8Array.of(TRIGGER));
    board.run();
    expect(board.state).toBe('bootloader');
    select();
  };
  const stored = (): string[] =>
    options!.areas.map((area) => Buffer.from(area.read(0, area.length)).toString('hex'));
  const before = stored();
  let waits = false;
  for (const attempt of attempts) {
    if (!waits) enter();
    waits = attempt();
    board.run();
    expect(stored()).toEqual(before);
  }
  if (keeps) {
    expect(Buffer.compare(flash.cells.read(0, image.length), image)).toBe(0);
  }
  enter();
  expect(board.chip.level).toBe(level);
}
