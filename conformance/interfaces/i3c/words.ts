import { hex2, text } from '../../hex.ts';
import { ACK_BYTE, NACK_BYTE } from '../usart/host.ts';
import { ADDRESS, CCC, parseAnswer, parseBurst } from './frames.ts';
import type { Outcome, ParsedFrame } from './frames.ts';

/** What a controller does, as people read it: `W 11 EE`, `R 4`; a frame to another address begins with it. */
export function sentWords(bytes: readonly number[], most?: number): string {
  const words = parseBurst(bytes).map((each) => frameWords(each, most));
  return words.length === 0 ? text(bytes, most) : words.join(', ');
}

function frameWords({ kind, address, count, data }: ParsedFrame, most?: number): string {
  const to = address === ADDRESS ? '' : `0x${hex2(address)} `;
  switch (kind) {
    case 'write':
      return `${to}W ${data.length === 0 ? 'nothing' : text(data, most)}`;
    case 'read':
      return `${to}R ${count}`;
    case 'assign':
      return `ENTDAA 0x${hex2(address)}`;
    case 'broadcast': {
      const [name] = Object.entries(CCC).find(([, code]) => code === address) ?? [];
      return [name ?? `CCC 0x${hex2(address)}`, ...(data.length === 0 ? [] : [text(data)])].join(
        ' ',
      );
    }
    case 'pause':
      return `after ${count} ms`;
  }
}

/** How the frames of a step ended, what was read, and the interrupts between them; a byte below 0 stands for any. */
export function answerWords(_: readonly number[], got: readonly number[], most?: number): string {
  if (got.length === 0) return 'nothing';
  const { outcomes, rest } = parseAnswer(got);
  const words = outcomes.map((each) => outcomeWords(each, most));
  if (rest.length > 0) words.push(text(rest, most));
  // that a frame was taken goes without saying where something answers it
  const telling = words.filter((each) => each !== TAKEN);
  return telling.length === 0 ? `${TAKEN}, and not answered` : telling.join(', ');
}

const TAKEN = 'taken';

function outcomeWords(each: Outcome, most?: number): string {
  switch (each.kind) {
    case 'taken':
      return TAKEN;
    case 'nobody':
      return 'nobody at the address';
    case 'data':
      return each.data.length === 0 ? 'no byte' : text(each.data, most);
    case 'interrupt': {
      const byte = { [ACK_BYTE]: 'ACK', [NACK_BYTE]: 'NACK' }[each.byte] ?? text([each.byte]);
      const from = each.address === ADDRESS ? '' : ` from 0x${text([each.address])}`;
      return `IBI ${byte}${from}`;
    }
  }
}
