import type { Part } from '../part.ts';
import { SentCommands } from './sent-commands.ts';
import type { Asked } from './sent-commands.ts';
import { SentFrames } from './sent-frames.ts';
import { SentRequests } from './sent-requests.ts';
import { SentPieces, SentTransfers } from './sent-transfers.ts';

/** Follows what is sent to a device and what it answers, and tells what that asks of it. */
export interface Follower {
  /** One burst. */
  sent(bytes: Uint8Array): void;
  heard(byte: number): void;
  /** The device was reset. */
  restarted(): void;
}

/** Who follows what is sent to a part over the interface that it is examined over. */
export function followerOf(part: Part, asked: Asked): Follower {
  switch (part.interface) {
    case 'usart': {
      const commands = new SentCommands(asked);
      return {
        sent: (bytes) => bytes.forEach((byte) => commands.sent(byte)),
        heard: (byte) => commands.heard(byte),
        restarted: () => commands.restarted(),
      };
    }
    case 'usb':
      return new SentRequests(asked, part);
    case 'i2c':
      return new SentTransfers(asked);
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
