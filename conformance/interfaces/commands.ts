import type { CommandsOf } from '../part/commands.ts';
import { canCommands } from './can/commands.ts';
import { fdcanCommands } from './fdcan/commands.ts';
import { i2cCommands } from './i2c/commands.ts';
import { i3cCommands } from './i3c/commands.ts';
import type { InterfaceName } from './names.ts';
import { spiCommands } from './spi/commands.ts';
import { usartCommands } from './usart/commands.ts';
import { usbCommands } from './usb/commands.ts';

/** The commands on each interface: apart from the rooms, since a part is known by them before a host of it is. */
export const commandsOn: Readonly<Record<InterfaceName, CommandsOf>> = {
  usart: usartCommands,
  usb: usbCommands,
  i2c: i2cCommands,
  can: canCommands,
  fdcan: fdcanCommands,
  spi: spiCommands,
  i3c: i3cCommands,
};
