import { CCC, OUTCOME, parseBurst } from './frames.ts';
import type { ParsedFrame } from './frames.ts';
import { SYNC } from './host.ts';
import { OPCODES } from '../usart/host.ts';
import type { Asked } from '../asked.ts';
import { number, word } from '../packets.ts';
import type { Command, Dialect, Packets } from '../packets.ts';
import { SentCommands } from '../usart/sent-commands.ts';

/** From here on a number of pages is a code (AN5927, Erase). */
const FIRST_CODE = 0xfff0;

/** AN5927 counts pages and sectors apart, as they are, and moves memory in chunks. */
const DIALECT: Dialect = {
  countsApart: true,
  checksumWords: 0, // no Get Checksum
  meaning: (opcode) => opcode,
  sync: SYNC,
  syncBeforeOpcode: false,
  wholePackets: true,
  losesBytes: 'perhaps', // what has no room in the FIFO
  packets,
};

/** The packets of a command that are not those of other buses. */
function packets(command: Command, asked: Asked): Packets | undefined {
  switch (command.opcode) {
    case OPCODES['read-memory']:
      return readMemory();
    case OPCODES['write-memory']:
      return writeMemory(command, asked);
    case OPCODES['extended-erase']:
      return erase(asked);
    case OPCODES['write-protect']:
      return writeProtect();
    default:
      return undefined;
  }
}

function* readMemory(): Packets {
  yield* word();
  while (((yield* number()).value & 1) === 1);
}

function* writeMemory(command: Command, asked: Asked): Packets {
  let { value: address } = yield* word();
  for (;;) {
    command.address = address;
    const { value } = yield* number();
    const size = value >> 1;
    command.free = size + 1;
    asked.block?.(address, size);
    for (let at = 0; at < size; at++) asked.write(address + at, yield at === 0);
    yield size === 0;
    if ((value & 1) === 0) return;
    address += size;
  }
}

function* erase(asked: Asked): Packets {
  const { value } = yield* number();
  if (value >= FIRST_CODE) return asked.erase('all');
  const pages: number[] = [];
  for (let at = 0; at < value; at++) {
    const high = yield at === 0;
    pages.push(high * 256 + (yield false));
  }
  asked.erase(pages);
  yield value === 0;
}

function* writeProtect(): Packets {
  const { value } = yield* number();
  for (let at = 0; at < 2 * value; at++) yield at === 0;
  yield value === 0;
}

/** How many bytes follow each tag of an answer. */
const BEHIND = {
  [OUTCOME.taken]: 0,
  [OUTCOME.nobody]: 0,
  [OUTCOME.interrupt]: 2,
  [OUTCOME.data]: 2,
};

/** Follows what a controller does to a device on I3C: a private write is a packet, or all of those of a burst. */
export class SentI3cFrames {
  readonly #commands: SentCommands;
  /** Frames whose outcome has not come yet. */
  #sent: ParsedFrame['kind'][] = [];
  /** An outcome that has not come whole yet. */
  #begun: number[] = [];
  /** RSTDAA took the address away; no reset did. */
  #addressTaken = false;

  constructor(asked: Asked) {
    this.#commands = new SentCommands(asked, DIALECT);
  }

  /** Whom they are for is not looked at, but other targets than this answer otherwise. */
  sent(bytes: Uint8Array): void {
    const frames = parseBurst(bytes).filter(({ kind }) => kind !== 'pause');
    for (const { kind, address } of frames) {
      this.#sent.push(kind);
      if (kind === 'broadcast' && address === CCC.RSTDAA) this.#addressTaken = true;
    }
    const written = frames.flatMap(({ kind, data }) => (kind === 'write' ? data : []));
    if (written.length > 0) this.#commands.sent(written);
  }

  heard(byte: number): void {
    this.#begun.push(byte);
    const [tag, high = 0, low = 0] = this.#begun;
    const behind = BEHIND[tag as keyof typeof BEHIND] ?? 0;
    const length = 1 + behind + (tag === OUTCOME.data && behind > 0 ? high * 256 + low : 0);
    if (this.#begun.length < Math.max(1 + behind, length)) return;
    this.#begun = [];
    if (tag === OUTCOME.interrupt) return this.#commands.heard(low);
    const frame = this.#sent.shift();
    if (frame === 'write' && tag === OUTCOME.nobody) this.#commands.notTaken();
    if (frame !== 'assign' || tag !== OUTCOME.data) return;
    // who takes an address had none: it was reset, unless the host took it away
    if (!this.#addressTaken) this.#commands.restarted();
    this.#addressTaken = false;
  }

  found(): void {
    this.restarted();
    this.#commands.found();
  }

  restarted(): void {
    this.#commands.restarted();
    this.#sent = [];
    this.#begun = [];
    this.#addressTaken = false;
  }
}
