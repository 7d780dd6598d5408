export { devices, families } from './devices.ts';
export type * from './family.ts';
export { findDevice, likeDevice, type Found } from './find/find-device.ts';
export { partsOf } from './find/like-device.ts';
export { nearest } from './find/nearest.ts';
export {
  ACK,
  NACK,
  opcodes,
  eraseCodes,
  specialLimits,
  type CanCommandName,
  type CommandList,
  type CommandName,
  type I2cCommandName,
  type UsartCommandName,
} from './interfaces/commands.ts';
export {
  dfuRequests,
  dfuSeOpcodes,
  dfuStates,
  dfuStatuses,
  STATE_15,
  descriptorTypes,
  usbRequests,
} from './interfaces/dfu.ts';
export { interfaces } from './interfaces/interfaces.ts';
export { portNamed } from './interfaces/ports.ts';
export { notModelled, quirks, type Quirk } from './quirks.ts';
export { flashSizes, pagesOf, ramKiB } from './sizes.ts';
export { sources } from './sources.ts';
export {
  dfuGenerations,
  dfuOf,
  type DfuGeneration,
  type DfuOfLine,
  type DfuPollMs,
  type UsbSerial,
} from './usb/dfu.ts';
export { layoutRanges, usbStrings, type UsbString } from './usb/layout-strings.ts';
