import { hex2 } from '../../hex.ts';
import { itemsOf } from './frames.ts';
import type { Item } from './frames.ts';
import { ACK_BYTE, NACK_BYTE } from '../usart/host.ts';

/** A burst as people read it: frames as candump prints them, and the host's rates. At most `most` data bytes are told. */
export function sentWords(bytes: readonly number[], most?: number): string {
  return bytes.length === 0 ? 'nothing' : words(itemsOf(bytes), itemWords, most);
}

/** An answer as people read it; frames of one byte 0x79 or 0x1F by their names, a byte below 0 stands for any. */
export function answerWords(_: readonly number[], got: readonly number[], most?: number): string {
  return got.length === 0 ? 'silence' : words(itemsOf(got), answerItem, most);
}

function words(items: readonly Item[], told: (item: Item) => string, most = 32): string {
  const shown: string[] = [];
  let bytes = 0;
  for (const item of items) {
    if (bytes >= most && shown.length > 0) return `${shown.join(', ')} … (${items.length} frames)`;
    const length = typeof item === 'object' && 'data' in item ? item.data.length : 0;
    shown.push(length > most ? `${told(cut(item, most))}… (${length} bytes)` : told(item));
    bytes += length;
  }
  return shown.join(', ');
}

/** A frame of CAN FD with as much of its data. */
function cut(item: Item, most: number): Item {
  return typeof item === 'object' && 'data' in item
    ? { ...item, data: item.data.slice(0, most) }
    : item;
}

function answerItem(item: Item): string {
  if (typeof item === 'object' && 'data' in item && item.data.length === 1) {
    const [byte] = item.data;
    if (byte === ACK_BYTE || byte === NACK_BYTE) {
      return `${byte === ACK_BYTE ? 'ACK' : 'NACK'} ${identifier(item)}`;
    }
  }
  return itemWords(item);
}

function itemWords(item: Item): string {
  if (item === 'lost') return 'not taken';
  if ('rest' in item) return `no frame: ${hexOf(item.rest)}`;
  if ('rate' in item) {
    const { nominal, data } = item.rate;
    return `at ${nominal / 1000}${data === undefined ? '' : ` and ${data / 1000}`} kbit/s`;
  }
  const { fd, brs, data } = item;
  return `${identifier(item)}${fd ? `##${brs ? 1 : 0}` : '#'}${hexOf(data)}`;
}

function identifier({ id, extended }: Extract<Item, { data: unknown; id: number }>): string {
  return (id < 0 ? '..' : id.toString(16).toUpperCase()).padStart(extended ? 8 : 3, '0');
}

function hexOf(bytes: readonly number[]): string {
  return bytes.map((byte) => (byte < 0 ? '..' : hex2(byte))).join('');
}
