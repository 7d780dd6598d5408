import { ACK, NACK } from '../../../families/index.ts';
import { text } from '../../hex.ts';
import { NSS, parseBurst } from './exchanges.ts';
import type { ParsedPiece } from './exchanges.ts';
import { ACK_BYTE } from '../usart/host.ts';

/** What a master does, as people read it: the bytes it sends, and where it polls for an answer. */
export function sentWords(bytes: readonly number[], most?: number): string {
  const pieces = parseBurst(bytes);
  if (pieces.length === 0) return text(bytes, most);
  const words: string[] = [];
  for (let at = 0; at < pieces.length; at++) {
    const acknowledged = pieces[at]!.kind === 'poll' && isAck(pieces[at + 1]);
    words.push(acknowledged ? 'get ACK' : wordsOf(pieces[at]!, most));
    if (acknowledged) at++;
  }
  return words.join(', ');
}

/** What came back, as people read it; a byte below 0 stands for any. */
export function answerWords(_: readonly number[], got: readonly number[], most?: number): string {
  if (got.length !== 1) return text(got, most);
  return { [ACK]: 'ACK', [NACK]: 'NACK' }[got[0]!] ?? text(got, most);
}

function wordsOf({ kind, number, data }: ParsedPiece, most?: number): string {
  switch (kind) {
    case 'send':
      return text(data, most);
    case 'exchange':
      return data.some((byte) => byte !== 0) ? `exchange ${text(data, most)}` : `read ${number}`;
    case 'poll':
      return 'poll';
    case 'pause':
      return `${number} ms of pause`;
    case 'nss':
      return number === NSS.low
        ? 'NSS stays low'
        : number === NSS.high
          ? 'NSS high'
          : 'NSS toggles';
  }
}

function isAck(piece: ParsedPiece | undefined): boolean {
  return piece?.kind === 'send' && piece.data.length === 1 && piece.data[0] === ACK_BYTE;
}
