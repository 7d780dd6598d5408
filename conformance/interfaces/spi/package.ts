import { ConformanceError } from '../../errors.ts';
import { peerPackage } from '../../boards/lines/peer-package.ts';

/** What is used of a device of the npm package `spi-device`, version 3. */
export interface SpiDevice {
  transfer(message: readonly SpiTransfer[], done: Done): unknown;
  close(done: Done): unknown;
}

/** One transfer of a message; NSS stays low behind the last one with `chipSelectChange`. */
export interface SpiTransfer {
  readonly byteLength: number;
  readonly sendBuffer: Buffer;
  readonly receiveBuffer: Buffer;
  readonly chipSelectChange: boolean;
}

export interface SpiOptions {
  readonly mode: 0;
  readonly maxSpeedHz: number;
}

export type Done = (error: Error | null | undefined) => void;

interface SpiPackage {
  open(bus: number, device: number, options: SpiOptions, done: Done): SpiDevice;
}

/** `/dev/spidevB.C`. @throws ConformanceError where the package is missing, or the device cannot be opened */
export async function openSpiDevice(path: string, options: SpiOptions): Promise<SpiDevice> {
  const spi = peerPackage<SpiPackage>('spi-device', '3.1.2', 'spi');
  const [bus, device] = path.match(/\d+/g)!.map(Number);
  return new Promise((resolve, reject) => {
    const opened = spi.open(bus!, device!, options, (cause) => {
      if (cause == null) resolve(opened);
      else {
        const says = `${path} cannot be opened: ${cause.message}`;
        reject(new ConformanceError(says, { exitCode: 3, cause }));
      }
    });
  });
}
