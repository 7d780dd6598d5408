import { peerPackage } from '../../boards/lines/peer-package.ts';

/** What is used of a device as WebUSB has it. */
export interface UsbDevice {
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber?: string | null | undefined;
  open(): Promise<void>;
  close(): Promise<void>;
  claimInterface(number: number): Promise<void>;
  /** `timeoutMs` is honoured by usb 3; usb 2 has one for all transfers. */
  controlTransferIn(
    setup: ControlSetup,
    length: number,
    timeoutMs?: number,
  ): Promise<{ readonly status?: string; readonly data?: DataView | undefined }>;
  controlTransferOut(
    setup: ControlSetup,
    data: Uint8Array,
    timeoutMs?: number,
  ): Promise<{ readonly status?: string }>;
}

/** `USBControlTransferParameters` of WebUSB. */
export interface ControlSetup {
  readonly requestType: 'standard' | 'class' | 'vendor';
  readonly recipient: 'device' | 'interface' | 'endpoint' | 'other';
  readonly request: number;
  readonly value: number;
  readonly index: number;
}

/** Where devices are looked for: `navigator.usb` of WebUSB, or what has its shape. */
export interface UsbBus {
  getDevices(): Promise<readonly UsbDevice[]>;
}

/** What is used of the npm package `usb`, version 2 or 3. */
interface UsbPackage {
  readonly WebUSB: new (options: {
    readonly allowAllDevices: boolean;
    readonly deviceTimeout: number;
  }) => UsbBus;
}

/** The USB of this machine. @throws ConformanceError where the package is missing */
export function openUsbBus(deviceTimeout: number): UsbBus {
  const { WebUSB } = peerPackage<UsbPackage>('usb', '3.1.0', 'usb');
  return new WebUSB({ allowAllDevices: true, deviceTimeout });
}
