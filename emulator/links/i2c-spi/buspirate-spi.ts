import { nextByte, writeThenRead } from './buspirate-firmware.ts';
import type { BusPirateSide, Firmware } from './buspirate-firmware.ts';
import type { SpiMaster } from './spi-master.ts';

const OK = 0x01;
const ERROR = 0x00;
/** What it sends while it reads. */
const READING = 0xff;

/** SPI1, until the host leaves it. */
export function* busPirateSpi(side: BusPirateSide, master: SpiMaster): Firmware<void> {
  master.select(false);
  side.replyText('SPI1');
  for (;;) {
    const command = yield* nextByte();
    switch (command) {
      case 0x00:
        master.select(false);
        return;
      case 0x01:
        side.replyText('SPI1');
        continue;
      case 0x02:
      case 0x03:
        master.select(command === 0x02);
        side.reply(OK);
        continue;
      case 0x04:
      case 0x05: {
        const request = yield* writeThenRead();
        if (request === undefined) {
          side.reply(ERROR);
          continue;
        }
        if (command === 0x04) master.select(true);
        for (const byte of request.write) master.exchange(byte);
        side.reply(OK);
        for (let left = request.read; left > 0; left--) side.reply(master.exchange(READING));
        if (command === 0x04) master.select(false);
        continue;
      }
      default:
        if ((command & 0xf0) === 0x10) {
          side.reply(OK);
          for (let left = (command & 0x0f) + 1; left > 0; left--) {
            side.reply(master.exchange(yield* nextByte()));
          }
        } else if ((command & 0xf0) === 0x40) {
          master.select((command & 0x01) === 0); // power, pull-ups, AUX, CS
          side.reply(OK);
        } else if ((command & 0xf8) === 0x60)
          side.reply(OK); // speed
        else if ((command & 0xf0) === 0x80) {
          master.set({ mode: modeOf(command), leastSignificantFirst: false });
          side.reply(OK);
        } else side.reply(ERROR);
    }
  }
}

/** SPI mode of 1000wxyz: x is the clock's idle level, y that data changes with the edge to idle. */
function modeOf(command: number): number {
  const polarity = (command >> 2) & 1;
  const phase = ((command >> 1) & 1) ^ 1;
  return 2 * polarity + phase;
}
