export { Board, type BoardState } from './board/board.ts';
export type { BoardOptions } from './board/board-options.ts';
export type { AwaitedStep } from './bootloader/dialogue.ts';
export type { DfuSeCommand } from './interfaces/usb/dfuse-commands.ts';
export type { DfuBlock, DfuDevice, DfuRead } from './interfaces/usb/dfu-device.ts';
export type { DfuReport, DfuState, DfuStatus } from './interfaces/usb/dfu-names.ts';
export {
  withMove,
  type DfuInput,
  type DfuMove,
  type DfuTable,
} from './interfaces/usb/dfu-table.ts';
export type { DfuChip, DfuWork } from './interfaces/usb/dfu-work.ts';
export type { Replace } from './interfaces/replace.ts';
export { parseApplication, type Application } from './chip/application.ts';
export type { Cells } from './chip/cells.ts';
export { ConnectedBoard, createBoard, type CreateBoardOptions } from './connect/create-board.ts';
export { EmulatorError } from './errors.ts';
export { flashFaultText } from './faults.ts';
export type {
  ArmedFault,
  Fault,
  FlashFault,
  LinkFault,
  RefusedCommand,
  ReplyFault,
} from './faults.ts';
export type { BoardSnapshot } from './board/snapshot.ts';
export {
  openCan,
  openI2c,
  openSpi,
  type HostBusOptions,
  type HostCanOptions,
  type HostI2cOptions,
} from './connect/host-buses.ts';
export { openUsart, type HostPort, type HostPortOptions } from './connect/host-port.ts';
export { openUsb, type HostUsbOptions } from './connect/host-usb.ts';
export type { ToolResult } from './links/preload/exec.ts';
export type { Speed } from './links/pacer.ts';
export { findHostTool } from './links/preload/find-host-tool.ts';
export { openPreload, type Preload, type PreloadedPort } from './links/preload/open-preload.ts';
export { RunMark } from './links/files/run-mark.ts';
export { temporaryFolder, type TemporaryFolder } from './links/files/temporary-folder.ts';
export type { WebUsb, WebUsbFilter } from './links/web-usb/web-usb.ts';
export type {
  WebUsbControl,
  WebUsbDevice,
  WebUsbInResult,
  WebUsbOutResult,
} from './links/web-usb/device.ts';
export { parseWire, type Wire } from './links/serial/wiring.ts';
export type * from './pins.ts';
export type * from './interfaces/can/pins.ts';
export type * from './interfaces/i2c/pins.ts';
export type * from './interfaces/i3c/pins.ts';
export type * from './interfaces/spi/pins.ts';
export type * from './interfaces/usart/pins.ts';
export type * from './interfaces/usb/pins.ts';
export type { Port, Ports } from './connect/ports.ts';
export { formatJsonEvent, formatJsonHeader, parseTrace } from './trace/json.ts';
export { formatEvent } from './trace/text.ts';
export type { Happening, ResetCause, Trace, TracedFrame, TraceEvent } from './trace/trace.ts';
