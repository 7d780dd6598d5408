import { DUMMY, SYNC } from './host.ts';
import { NSS, parseBurst } from './exchanges.ts';
import type { ParsedPiece } from './exchanges.ts';
import { ACK_BYTE } from '../usart/host.ts';
import type { Asked } from '../asked.ts';
import type { Dialect } from '../packets.ts';
import { SentCommands } from '../usart/sent-commands.ts';

/** AN4286 counts pages and sectors apart. */
const DIALECT: Dialect = {
  countsApart: true,
  checksumWords: 4,
  meaning: (opcode) => opcode,
  sync: SYNC,
  syncBeforeOpcode: true,
  wholePackets: true,
  losesBytes: true,
};

/**
 * Follows what a master does to a device on SPI (AN4286 §2). A device that works or answers takes none of
 * what is clocked meanwhile, so that a burst is followed only where it is what hosts do: a frame, a poll for
 * its answer and the ACK of that; or the dummies by which data is fetched where no packet is awaited.
 */
export class SentPieces {
  readonly #commands: SentCommands;
  /** What the burst is answered by, in its order: a poll, or a byte of MISO. */
  #answers: ('poll' | 'byte')[] = [];

  constructor(asked: Asked) {
    this.#commands = new SentCommands(asked, DIALECT);
  }

  sent(bytes: Uint8Array): void {
    const pieces = parseBurst(bytes);
    if (pieces.some(({ kind, number }) => kind === 'nss' && number === NSS.high)) {
      this.#commands.lose();
    }
    this.#answers = [];
    let asked = false;
    for (const each of pieces) {
      if (each.kind === 'pause' || each.kind === 'nss') continue;
      if (isFrame(each)) {
        if (asked || each.kind === 'exchange') this.#commands.lose();
        asked = true;
        this.#commands.sent(each.data);
      } else {
        const isAnswering = asked || this.#commands.isAnswerDue;
        const clocks = each.kind === 'poll' || each.data[0] === ACK_BYTE ? !isAnswering : true;
        if (clocks && this.#commands.isWithin) this.#commands.lose();
        this.#commands.clocked();
      }
      if (each.kind === 'poll') this.#answers.push('poll');
      if (each.kind === 'exchange') this.#answers.push(...each.data.map(() => 'byte' as const));
    }
  }

  heard(byte: number): void {
    if (this.#answers.shift() !== 'byte') this.#commands.heard(byte);
  }

  found(): void {
    this.restarted();
    this.#commands.found();
  }

  restarted(): void {
    this.#commands.restarted();
    this.#answers = [];
  }
}

/** Neither dummies nor the ACK of an answer. */
function isFrame({ data }: ParsedPiece): boolean {
  if (data.length === 1 && data[0] === ACK_BYTE) return false;
  return data.some((byte) => byte !== DUMMY);
}
