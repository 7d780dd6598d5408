import { ACK_BYTE, OPCODES, complement } from '../interfaces/usart/host.ts';
import type { Step } from '../run/script.ts';
import { digest } from './play.ts';
import type { Answer, Play } from './play.ts';

/** Shorter contents could be found out by trying: not even their digest is kept. */
const SHORTEST_DIGEST = 16;

/** Commands whose answers tell what memory holds. */
const READING = [OPCODES['read-memory'], OPCODES['get-checksum']];

/** A play in which content that only the device knew is hidden: what its firmware is, stays its owner's. */
export function redacted({ answers, changed }: Play, steps: readonly Step[]): Play {
  let reading = false;
  return {
    answers: answers.map((answer, at) => {
      const [opcode = 0, second = 0] = answer.sent;
      const begins = answer.sent.length >= 2 && second === complement(opcode);
      if (begins && Object.values(OPCODES).includes(opcode)) reading = READING.includes(opcode);
      return reading && !isForeseen(answer, steps[at]!) ? hiding(answer) : answer;
    }),
    changed,
  };
}

/** An answer without the content behind its ACKs: those of the command, the address and the length. */
export function hiding(answer: Answer): Answer {
  const { got } = answer;
  if (answer.hidden !== undefined || got[0] !== ACK_BYTE || got.length < 2) return answer;
  const other = got.findIndex((byte) => byte !== ACK_BYTE);
  const acks = other < 0 ? 1 : Math.min(other, 3);
  const content = got.slice(acks);
  const sha256 = content.length < SHORTEST_DIGEST ? {} : { sha256: digest(content) };
  return { ...answer, got: got.slice(0, acks), hidden: { length: content.length, ...sha256 } };
}

/** What the suite expects byte by byte is no secret. */
function isForeseen({ got }: Answer, { replies }: Step): boolean {
  return replies.some(
    ({ bytes }) => bytes.length === got.length && bytes.every((byte, at) => byte === got[at]),
  );
}
