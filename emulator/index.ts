export { Board, type BoardOptions, type BoardState } from './board.ts';
export type { DfuSeCommand } from './bootloader/dfu-commands.ts';
export type { DfuBlock, DfuDevice, DfuRead } from './bootloader/dfu-device.ts';
export type { DfuReport, DfuState, DfuStatus } from './bootloader/dfu-names.ts';
export { withMove, type DfuInput, type DfuMove, type DfuTable } from './bootloader/dfu-table.ts';
export type { DfuChip, DfuWork } from './bootloader/dfu-work.ts';
export type { Replace } from './bootloader/replace.ts';
export { parseApplication, type Application } from './chip/application.ts';
export type { Cells } from './chip/cells.ts';
export { ConnectedBoard, createBoard, type CreateBoardOptions } from './create-board.ts';
export { EmulatorError } from './errors.ts';
export { flashFaultText } from './faults.ts';
export type { Fault, FlashFault, LinkFault } from './faults.ts';
export {
  openCan,
  openI2c,
  openSpi,
  type HostBusOptions,
  type HostCanOptions,
  type HostI2cOptions,
} from './host-buses.ts';
export { openUsart, type HostPort, type HostPortOptions } from './host-port.ts';
export { openUsb, type HostUsbOptions } from './host-usb.ts';
export type { ToolResult } from './links/exec.ts';
export type { Speed } from './links/pacer.ts';
export { findHostTool } from './links/preload/find-host-tool.ts';
export { openPreload, type Preload, type PreloadedPort } from './links/preload/open-preload.ts';
export { RunMark } from './links/run-mark.ts';
export { temporaryFolder, type TemporaryFolder } from './links/temporary-folder.ts';
export type { WebUsb, WebUsbFilter } from './links/web-usb.ts';
export type {
  WebUsbControl,
  WebUsbDevice,
  WebUsbInResult,
  WebUsbOutResult,
} from './links/web-usb-device.ts';
export { parseWire, type Wire } from './links/wiring.ts';
export type * from './pins.ts';
export type { Port, Ports } from './ports.ts';
export { formatJsonEvent, formatJsonHeader, parseTrace } from './trace-json.ts';
export { formatEvent } from './trace-text.ts';
export type { Happening, Trace, TracedFrame, TraceEvent } from './trace.ts';
