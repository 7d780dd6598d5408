import type { Board, CanPins, I2cPins, SpiPins, UsartPins, UsbPins } from '../../emulator/index.ts';
import { CAN_RATE, FDCAN_RATE } from '../interfaces/can/frames.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import { ByteChannel } from './memory-channels/bytes.ts';
import { ControlChannel } from './memory-channels/control.ts';
import { FrameChannel } from './memory-channels/frames.ts';
import { FullDuplexChannel } from './memory-channels/full-duplex.ts';
import type { MemoryChannel, Passing } from './memory-channels/heard.ts';
import { TransactionChannel } from './memory-channels/transactions.ts';

export type { MemoryChannel, Passing } from './memory-channels/heard.ts';

type I2cTarget = I2cPins & { readonly address: number };

/** The time on a board, in µs. */
interface Time {
  readonly now: number;
}

/** The device's ends of the lines, as a wrong device has them. */
export interface WrongPins {
  readonly pins?: (pins: UsartPins, time: Time) => UsartPins;
  /** `board` tells the time, and can be reset. */
  readonly i2c?: (pins: I2cTarget, board: Pick<Board, 'clock' | 'reset' | 'run'>) => I2cTarget;
  readonly spi?: (pins: SpiPins) => SpiPins;
  /** CAN and FDCAN. */
  readonly can?: (pins: CanPins, time: Time) => CanPins;
  readonly usb?: (pins: UsbPins) => UsbPins;
}

/** The line to a board on one of its interfaces. */
export function memoryChannel(
  over: InterfaceName,
  board: Board,
  wrong: WrongPins,
  passing: Passing,
): MemoryChannel {
  switch (over) {
    case 'usart': {
      const pins = board.usart();
      return new ByteChannel(wrong.pins?.(pins, board.clock) ?? pins, board, passing);
    }
    case 'i2c': {
      const pins = board.i2c();
      return new TransactionChannel(wrong.i2c?.(pins, board) ?? pins, board, passing);
    }
    case 'spi': {
      const pins = board.spi(portName(over, board));
      return new FullDuplexChannel(wrong.spi?.(pins) ?? pins, board);
    }
    case 'can':
    case 'fdcan': {
      const pins = board.can();
      const rate = over === 'can' ? CAN_RATE : (board.device.fdcanRates ?? FDCAN_RATE);
      return new FrameChannel(wrong.can?.(pins, board.clock) ?? pins, board, rate, passing);
    }
    case 'usb': {
      const pins = board.usb();
      return new ControlChannel(wrong.usb?.(pins) ?? pins, board, passing);
    }
  }
}

/** The port of a board that an interface is examined on: its first that works. */
export function portName(over: InterfaceName, board: Board): string | undefined {
  const { usarts, i2cs, spis, cans } = board;
  const working = spis.filter((name) => name !== 'SPI1' || !board.quirks.has('spi1-broken'));
  const [first] = { usart: usarts, i2c: i2cs, spi: working, can: cans, fdcan: cans, usb: ['USB'] }[
    over
  ];
  return first;
}
