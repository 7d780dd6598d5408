import type { Part } from '../part/part.ts';
import type { Asked } from './asked.ts';
import { SentCommands } from './usart/sent-commands.ts';
import { SentFrames } from './can/sent-frames.ts';
import { SentPieces } from './spi/sent-pieces.ts';
import { SentRequests } from './usb/sent-requests.ts';
import { SentTransfers } from './i2c/sent-transfers.ts';

/** Follows what is sent to a device and what it answers, and tells what that asks of it. */
export interface Follower {
  /** One burst. */
  sent(bytes: Uint8Array): void;
  heard(byte: number): void;
  /** The device is known to wait for a command. */
  found(): void;
  /** The device was reset. */
  restarted(): void;
}

/** Who follows what is sent to a part over the interface that it is examined over; `now`: ms of a clock, where one runs. */
export function followerOf(part: Part, asked: Asked, now: () => number = () => 0): Follower {
  switch (part.interface) {
    case 'usart':
      return new SentCommands(asked);
    case 'usb':
      return new SentRequests(asked, part);
    case 'i2c':
      return new SentTransfers(asked, part, now);
    case 'spi':
      return new SentPieces(asked);
    case 'can':
    case 'fdcan':
      return new SentFrames(asked, {
        fd: part.interface === 'fdcan',
        lowByteFirst: part.quirks.has('fdcan-erase-pages-low-byte-first'),
      });
  }
}
