import type { Device, Interface, Protocol } from '../../../families/index.ts';
import { Board } from '../../board/board.ts';
import { largest } from './all-lines.ts';
import { CanHost, FdcanHost, whole } from '../hosts/can-host.ts';
import { DfuHost } from '../hosts/dfu-host.ts';
import { I2cHost, sealed } from '../hosts/i2c-host.ts';
import { I3cHost } from '../hosts/i3c-host.ts';
import { SpiHost } from '../hosts/spi-host.ts';
import { ACK, be16, be32, NACK, UsartHost } from '../hosts/usart-host.ts';

/** One port of one bootloader version, on a line whose protection has a last level. */
export interface ClosedPort {
  readonly device: Device;
  readonly version: string;
  readonly port: Interface;
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

/** A host of a protocol that carries bytes: a command, then its frames. */
interface ByteHost {
  /** What answers the opcode; undefined: nothing, which may be a bootloader that waits for more. */
  command(opcode: number): unknown;
  frame(...bytes: readonly number[]): unknown;
}

const GET = 0x00;
const GET_VERSION = 0x01;

/** Sub-operations of Special that change the protection. */
export const SPECIAL_CODES = [0x0001, 0x0082];

const OPCODES = Array.from({ length: 256 }, (_, opcode) => opcode);
/** Four data bytes of a sub-operation of Special; what they mean is its own matter. */
const SPECIAL_DATA = [0, 1, 0x17, 0xed];

/** Count and codes of Write Protect: one sector. */
function oneSector(protocol: Protocol): readonly number[][] {
  if (protocol === 'USART') return [sealed([0, 0])];
  return protocol === 'I3C' ? [sealed([0, 1]), sealed([0, 0])] : [[0x00, 0xff], sealed([0])];
}

/** What follows the address of Write Memory: a block, with its length before it on some buses in a frame of its own. */
function block(protocol: Protocol, bytes: readonly number[]): readonly number[][] {
  if (protocol !== 'I3C') return [sealed([bytes.length - 1, ...bytes])];
  return [sealed(be16(bytes.length << 1)), sealed(bytes)];
}

/** Every opcode, with what belongs behind it where it is acknowledged. */
function byteAttempts(host: ByteHost, { device, port: { protocol } }: ClosedPort): Attempt[] {
  const behind = (opcodes: readonly number[], ...frames: readonly number[][]): Attempt[] =>
    opcodes.map((opcode) => () => {
      const answer = host.command(opcode);
      if (answer === ACK) for (const frame of frames) host.frame(...frame);
      return answer === NACK;
    });
  return [
    ...behind(OPCODES),
    ...openOptions(device).flatMap(({ address, bytes }) =>
      behind([0x31, 0x32], sealed(be32(address)), ...block(protocol, bytes)),
    ),
    ...behind([0x43, 0x44, 0x45], sealed([0xff, 0xff])),
    ...behind([0x63, 0x64], ...oneSector(protocol)),
    ...SPECIAL_CODES.flatMap((code) =>
      SPECIAL_DATA.flatMap((data) =>
        behind([0x50], sealed(be16(code)), sealed([0, 4, 0, 0, 0, data])),
      ),
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
    last(() => [host.send(0x63, 0), host.send(0x63, 0)]), // count, then codes
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

export interface Attacker {
  /** Selects the port; false where the bootloader does not answer there. */
  readonly select: () => boolean;
  readonly attempts: readonly Attempt[];
}

/** A host on the port that tries whatever could open the chip. */
export function attacker(board: Board, closed: ClosedPort): Attacker {
  const { name, protocol } = closed.port;
  const { device } = closed;
  switch (protocol) {
    case 'USART': {
      const host = new UsartHost(board, name);
      const bytes: ByteHost = {
        command: (opcode) => host.command(opcode)[0],
        frame: (...frame) => host.send(...frame),
      };
      return { select: () => host.sync()[0] === ACK, attempts: byteAttempts(bytes, closed) };
    }
    case 'I2C':
    case 'SPI': {
      const host = protocol === 'I2C' ? new I2cHost(board, name) : new SpiHost(board, name);
      const bytes: ByteHost = {
        command: (opcode) => host.command(opcode),
        frame: (...frame) => host.step(...frame),
      };
      const select = (): boolean =>
        host instanceof SpiHost ? host.sync() === ACK : host.ask(GET_VERSION, 1) !== 'refused';
      return { select, attempts: byteAttempts(bytes, closed) };
    }
    case 'CAN': {
      const host = new CanHost(board, name);
      const select = (): boolean => host.connect()[0]?.[1] === ACK;
      return { select, attempts: frameAttempts(host, device) };
    }
    case 'FDCAN': {
      const host = new FdcanHost(board, name);
      const select = (): boolean => {
        host.start(); // only some versions have it, and answer it
        return host.send(GET)[0]?.[1] === ACK;
      };
      return { select, attempts: frameAttempts(host, device) };
    }
    case 'USB': {
      const host = new DfuHost(board);
      const select = (): boolean => {
        const now = host.enumerate().idle().status();
        return typeof now !== 'string' && now.state === 'dfuIDLE';
      };
      return { select, attempts: dfuAttempts(host, device) };
    }
    case 'I3C': {
      const host = new I3cHost(board, name);
      const bytes: ByteHost = {
        command: (opcode) => host.command(opcode),
        frame: (...frame) => host.step(...frame),
      };
      return { select: () => host.connect() === ACK, attempts: byteAttempts(bytes, closed) };
    }
  }
}
