import type { Protocol } from '../../families/index.ts';

/** Interfaces that a part is examined over as `--interface` names them, each with its name in the tables of AN2606. */
export const INTERFACES = {
  usart: 'USART',
  i2c: 'I2C',
  spi: 'SPI',
  can: 'CAN',
  fdcan: 'FDCAN',
  usb: 'USB',
  i3c: 'I3C',
} as const satisfies Readonly<Record<string, Protocol>>;

/** The interface of the chip that a part is examined over. */
export type InterfaceName = keyof typeof INTERFACES;

/** The one that is meant where none is named; the emulated device speaks any version of its protocol. */
export const DEFAULT_INTERFACE = 'usart' satisfies InterfaceName;

export const interfaceNames = Object.keys(INTERFACES) as readonly InterfaceName[];
