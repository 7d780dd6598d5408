import type {
  Board,
  CanPins,
  I2cPins,
  I3cPins,
  SpiPins,
  UsartPins,
  UsbPins,
} from '../../emulator/index.ts';

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
  readonly i3c?: (pins: I3cPins, board: Pick<Board, 'clock'>) => I3cPins;
  readonly spi?: (pins: SpiPins) => SpiPins;
  /** CAN and FDCAN. */
  readonly can?: (pins: CanPins, time: Time) => CanPins;
  readonly usb?: (pins: UsbPins) => UsbPins;
}
