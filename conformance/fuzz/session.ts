import { OPCODES, SYNC, xor } from '../interfaces/usart/host.ts';
import type { MoveSession } from './move.ts';

/** Bursts of bytes, whatever they mean. */
export interface ByteSession {
  readonly bursts: readonly (readonly number[])[];
}

/** What a device is put through: plain data, so that it can be printed, shrunk, kept as a file and repeated. */
export type Session = MoveSession | ByteSession;

/** What a session consists of, in words; sessions that fail for the same reason mostly have the same. */
export function shapeOf(session: Session): string {
  if ('moves' in session) return session.moves.map((move) => move.do).join(' ') || 'nothing';
  return session.bursts.map(nameOfBurst).join(' ') || 'nothing';
}

/** What a burst looks like to somebody who knows the protocol. */
export function nameOfBurst(burst: readonly number[]): string {
  const [first = 0, second = 0] = burst;
  if (burst.length === 1) return first === SYNC ? '0x7F' : 'one byte';
  if (burst.length === 2 && (first ^ second) === 0xff) {
    const known = Object.entries(OPCODES).find(([, opcode]) => opcode === first);
    return known === undefined ? 'byte and complement' : known[0];
  }
  if (xor(burst) !== 0) return 'noise';
  return burst.length === first + 3 ? 'list or block' : 'packet';
}
