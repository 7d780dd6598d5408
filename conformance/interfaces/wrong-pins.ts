import type { Board, CanPins, I2cPins, SpiPins, UsartPins, UsbPins } from '../../emulator/index.ts';

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
