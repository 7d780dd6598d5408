import type { I2cPins } from '../../interfaces/i2c/pins.ts';
import type { Hold } from '../../pins.ts';
import { nextByte, writeThenRead } from './buspirate-firmware.ts';
import type { BusPirateSide, Firmware } from './buspirate-firmware.ts';

const OK = 0x01;
const ERROR = 0x00;
/** Answers to a byte that was written. */
const ACKNOWLEDGED = 0x00;
const NOT_ACKNOWLEDGED = 0x01;

/** I2C1, until the host leaves it. The first byte behind a START is the address; SCL may be held for ever. */
export function* busPirateI2c(side: BusPirateSide, pins: I2cPins): Firmware<void> {
  let atAddress = false;

  function* write(byte: number): Firmware<boolean> {
    const isAddress = atAddress;
    atAddress = false;
    const answer = yield* released(() =>
      isAddress ? pins.start(byte >> 1, (byte & 1) === 1) : pins.write(byte),
    );
    return answer === 'ack';
  }

  side.replyText('I2C1');
  for (;;) {
    const command = yield* nextByte();
    switch (command) {
      case 0x00:
        pins.stop();
        return;
      case 0x01:
        side.replyText('I2C1');
        continue;
      case 0x02:
        atAddress = true;
        side.reply(OK);
        continue;
      case 0x03:
        pins.stop();
        side.reply(OK);
        continue;
      case 0x04: // the host says behind it whether it is acknowledged
        side.reply(yield* released(() => pins.read(false)));
        continue;
      case 0x06:
      case 0x07:
        side.reply(OK);
        continue;
      case 0x08: {
        const request = yield* writeThenRead();
        atAddress = true;
        let taken = request !== undefined;
        for (const byte of request?.write ?? []) taken = taken && (yield* write(byte));
        side.reply(taken ? OK : ERROR); // without a STOP where a byte was refused
        if (!taken) continue;
        for (let left = request!.read; left > 0; left--) {
          side.reply(yield* released(() => pins.read(left === 1)));
        }
        pins.stop();
        continue;
      }
      default:
        if ((command & 0xf0) === 0x10) {
          side.reply(OK);
          for (let left = (command & 0x0f) + 1; left > 0; left--) {
            const byte = yield* nextByte();
            side.reply((yield* write(byte)) ? ACKNOWLEDGED : NOT_ACKNOWLEDGED);
          }
        } else if (isSetting(command)) side.reply(OK);
        else side.reply(ERROR);
    }
  }
}

/** Power, pull-ups and pins (0100wxyz), speed (011000ss): nothing of a virtual bus depends on them. */
function isSetting(command: number): boolean {
  return (command & 0xf0) === 0x40 || (command & 0xfc) === 0x60;
}

/** Asks until the target lets go of SCL. */
function* released<T>(ask: () => T | Hold): Firmware<T> {
  for (;;) {
    const answer = ask();
    if (!isHold(answer)) return answer;
    yield 'retry';
  }
}

function isHold<T>(answer: T | Hold): answer is Hold {
  return typeof answer === 'object' && answer !== null && 'hold' in answer;
}
