import type { WireFault } from '../faults/faults.ts';
import { flipped } from './planted.ts';

/** Faults that strike a reply on its way to the host. */
export type ReplyFault = Extract<WireFault, { readonly direction: 'to-host' }>;

/** What the host hears of one reply. */
export interface Heard {
  readonly replies: readonly Uint8Array[];
  /** ms of wall time by which the first is late. */
  readonly heldMs: number;
  /** ms of wall time between one and the next. */
  readonly apartMs: number;
  /** What happens beside, in which case nothing is heard. */
  readonly instead?: 'silence' | 'disconnect' | 'reset';
}

/** What the host hears of a reply that these faults strike, one after the other. */
export function heard(reply: Uint8Array, faults: readonly ReplyFault[]): Heard {
  let replies: readonly Uint8Array[] = [reply];
  let heldMs = 0;
  let apartMs = 0;
  for (const fault of faults) {
    switch (fault.do) {
      case 'drop':
        replies = [];
        break;
      case 'duplicate':
        replies = [...replies, ...replies];
        break;
      case 'replace':
        replies = [Uint8Array.from(fault.bytes)];
        break;
      case 'before':
        replies = [Uint8Array.from(fault.bytes), ...replies];
        break;
      case 'after':
        replies = [...replies, Uint8Array.from(fault.bytes)];
        break;
      case 'corrupt':
        replies = replies.map((each) => flipped(each, fault.byte, fault.value));
        break;
      case 'delay':
        heldMs = Math.max(heldMs, fault.ms);
        break;
      case 'split':
        replies = replies.flatMap((each) => [...each].map((byte) => Uint8Array.of(byte)));
        apartMs = fault.ms;
        break;
      case 'silence':
      case 'disconnect':
      case 'reset':
        return { replies: [], heldMs: 0, apartMs: 0, instead: fault.do };
    }
  }
  return { replies, heldMs, apartMs };
}
