import { hex2, text } from '../../hex.ts';
import { OUTCOME, OWN, parseTransfer } from './transactions.ts';

/** Transfers as people read them: `W 11 EE, R 1`; a message to another address begins with it. */
export function sentWords(bytes: readonly number[], most?: number): string {
  const words = parseTransfer(bytes).map(({ kind, address, count, data }) => {
    if (kind === 'pause') return `after ${count} ms`;
    const to = address === OWN ? '' : `0x${hex2(address)} `;
    if (kind === 'read') return `${to}R ${count}`;
    return `${to}W ${data.length === 0 ? 'nothing' : text(data, most)}`;
  });
  return words.length === 0 ? text(bytes, most) : words.join(', ');
}

/** How the transfers of a step ended, and what was read; a byte below 0 stands for any. */
export function answerWords(
  sent: readonly number[],
  got: readonly number[],
  most?: number,
): string {
  const reads = parseTransfer(sent).filter(({ kind }) => kind !== 'pause');
  const words: string[] = [];
  let at = 0;
  for (const { kind, count } of reads) {
    const outcome = got[at];
    if (outcome === undefined) break;
    at++;
    if (outcome === OUTCOME.data && kind === 'read') {
      words.push(text(got.slice(at, at + count), most));
      at += count;
    } else if (outcome !== OUTCOME.done) {
      words.push(outcome === OUTCOME['no-target'] ? 'nobody at the address' : 'not acknowledged');
    } else if (reads.length === 1) words.push('acknowledged');
  }
  if (at < got.length) words.push(text(got.slice(at), most));
  if (words.length === 0) return got.length === 0 ? 'SCL held' : 'acknowledged, then SCL held';
  return words.join(', ');
}
