import type { Board, CanPins, I2cPins, SpiPins, UsartPins, UsbPins } from '../../emulator/index.ts';
import type { InterfaceName } from '../interfaces.ts';
import { ByteChannel } from './memory-channels/bytes.ts';
import { ControlChannel } from './memory-channels/control.ts';
import { FrameChannel } from './memory-channels/frames.ts';
import type { MemoryChannel } from './memory-channels/heard.ts';

export type { MemoryChannel } from './memory-channels/heard.ts';

type I2cTarget = I2cPins & { readonly address: number };

/** The device's ends of the lines, as a wrong device has them. */
export interface WrongPins {
  readonly pins?: (pins: UsartPins) => UsartPins;
  readonly i2c?: (pins: I2cTarget) => I2cTarget;
  readonly spi?: (pins: SpiPins) => SpiPins;
  /** CAN and FDCAN. */
  readonly can?: (pins: CanPins) => CanPins;
  readonly usb?: (pins: UsbPins) => UsbPins;
}

/** The line to a board on one of its interfaces. */
export function memoryChannel(over: InterfaceName, board: Board, wrong: WrongPins): MemoryChannel {
  switch (over) {
    case 'usart': {
      const pins = board.usart();
      return new ByteChannel(wrong.pins?.(pins) ?? pins, board);
    }
    case 'i2c':
    case 'spi':
      throw new Error(`unreachable: there is no channel for ${over}`);
    case 'can':
    case 'fdcan': {
      const pins = board.can();
      return new FrameChannel(wrong.can?.(pins) ?? pins, board);
    }
    case 'usb': {
      const pins = board.usb();
      return new ControlChannel(wrong.usb?.(pins) ?? pins, board);
    }
  }
}

/** The port of a board that an interface is examined on: its first. */
export function portName(over: InterfaceName, board: Board): string | undefined {
  const { usarts, i2cs, spis, cans } = board;
  const [first] = { usart: usarts, i2c: i2cs, spi: spis, can: cans, fdcan: cans, usb: ['USB'] }[
    over
  ];
  return first;
}
