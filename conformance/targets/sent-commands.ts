import { ACK_BYTE, NACK_BYTE, OPCODES, xor } from '../host/usart.ts';

/** What the bytes that go to a device ask of it. */
export interface Asked {
  /** A command with its right complement. */
  command(opcode: number): void;
  /** One byte of a block that Write Memory would put there. */
  write(address: number, byte: number): void;
  /** Page numbers of an erase, or all of the flash (a bank of it counts as all). */
  erase(pages: readonly number[] | 'all'): void;
  /** A Go whose address has its right checksum. */
  go(address: number): void;
  /** The sub-operation of Special or Extended Special. */
  special(code: number): void;
  /** All that lies around an address outside of main flash would be erased. */
  eraseAround?(address: number): void;
}

/** How a bus says what AN3155 says otherwise. */
export interface Dialect {
  /** The opcode on USART of what an opcode asks for. */
  readonly meaning: (opcode: number) => number;
  /** How many pages or sectors there are is a packet of its own, with a checksum of its own. */
  readonly countsApart: boolean;
}

const USART: Dialect = { meaning: (opcode) => opcode, countsApart: false };

/** Takes a byte at each `yield`, which gives `true` where a packet begins. */
type Packets<T = void> = Generator<boolean, T, number>;

/** A command that is under way. */
interface UnderWay {
  readonly packets: Packets;
  atPacket: boolean;
  /** The device has acknowledged what came before the packet. */
  acknowledged: boolean;
}

/**
 * Follows what is sent to a device, in whatever pieces, and tells what it asks for. A device that has not
 * acknowledged may be anywhere: then every byte is also read as the beginning of a command.
 */
export class SentCommands {
  readonly #asked: Asked;
  readonly #dialect: Dialect;
  #underWay: UnderWay[] = [];
  #last: number | undefined;

  constructor(asked: Asked, dialect: Dialect = USART) {
    this.#asked = asked;
    this.#dialect = dialect;
  }

  sent(byte: number): void {
    const sure = this.#underWay.some((each) => each.acknowledged);
    this.#underWay = this.#underWay.filter((each) => {
      const { done, value } = each.packets.next(byte);
      if (done === true) return false;
      each.atPacket = value;
      if (value) each.acknowledged = false;
      return true;
    });
    const opcode = this.#last;
    this.#last = sure ? undefined : byte;
    if (sure || opcode === undefined || (opcode ^ byte) !== 0xff) return;
    const meant = this.#dialect.meaning(opcode);
    if (!Object.values(OPCODES).includes(meant)) return;
    this.#last = undefined;
    this.#asked.command(meant);
    const packets = packetsOf(meant, this.#asked, this.#dialect);
    if (packets.next(0).done !== true) {
      this.#underWay.push({ packets, atPacket: true, acknowledged: false });
    }
  }

  heard(byte: number): void {
    if (byte === ACK_BYTE) {
      for (const each of this.#underWay) each.acknowledged ||= each.atPacket;
    } else if (byte === NACK_BYTE) {
      this.#underWay = this.#underWay.filter((each) => !each.atPacket);
    }
  }

  /** The device was reset. */
  restarted(): void {
    this.#underWay = [];
    this.#last = undefined;
  }
}

/** The packets that follow a command (AN3155 §3). */
function* packetsOf(opcode: number, asked: Asked, { countsApart }: Dialect): Packets {
  switch (opcode) {
    case OPCODES['read-memory']:
      yield* word();
      yield true;
      yield false;
      return;
    case OPCODES.go: {
      const { value, valid } = yield* word();
      if (valid) asked.go(value);
      return;
    }
    case OPCODES['write-memory']: {
      const { value: address } = yield* word();
      const last = yield true;
      for (let at = 0; at <= last; at++) asked.write(address + at, yield false);
      yield false;
      return;
    }
    case OPCODES.erase:
      return yield* erase(asked);
    case OPCODES['extended-erase']:
      return yield* extendedErase(asked, countsApart);
    case OPCODES['write-protect']: {
      const last = yield true;
      if (countsApart) yield false;
      for (let at = 0; at <= last; at++) yield countsApart && at === 0;
      yield false;
      return;
    }
    case OPCODES['get-checksum']:
      for (let packet = 0; packet < 4; packet++) yield* word();
      return;
    case OPCODES.special:
    case OPCODES['extended-special']: {
      const high = yield true;
      asked.special(high * 256 + (yield false));
      yield false;
      for (let packet = opcode === OPCODES.special ? 1 : 0; packet < 2; packet++) yield* sized();
      return;
    }
  }
}

function* word(): Packets<{ readonly value: number; readonly valid: boolean }> {
  const bytes = [yield true];
  for (let at = 0; at < 3; at++) bytes.push(yield false);
  const sum = yield false;
  return { value: bytes.reduce((all, byte) => all * 256 + byte, 0), valid: sum === xor(bytes) };
}

function* sized(): Packets {
  const high = yield true;
  const size = high * 256 + (yield false);
  for (let at = 0; at <= size; at++) yield false;
}

function* erase(asked: Asked): Packets {
  const last = yield true;
  if (last === 0xff) {
    if ((yield false) === 0x00) asked.erase('all');
    return;
  }
  const pages: number[] = [];
  for (let at = 0; at <= last; at++) pages.push(yield false);
  yield false;
  asked.erase(pages);
}

function* extendedErase(asked: Asked, countsApart: boolean): Packets {
  const high = yield true;
  const last = high * 256 + (yield false);
  if (last >= 0xfff0) {
    yield false;
    asked.erase('all');
    return;
  }
  if (countsApart) yield false;
  const pages: number[] = [];
  for (let at = 0; at <= last; at++) {
    const upper = yield countsApart && at === 0;
    pages.push(upper * 256 + (yield false));
  }
  yield false;
  asked.erase(pages);
}
