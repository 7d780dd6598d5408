import { ConformanceError } from '../../errors.ts';
import { peerPackage } from '../../boards/lines/peer-package.ts';

/** What is used of a bus of the npm package `i2c-bus`, version 5; errors carry the kernel's `code`. */
export interface I2cBus {
  i2cRead(address: number, length: number, buffer: Buffer): Promise<{ readonly bytesRead: number }>;
  i2cWrite(address: number, length: number, buffer: Buffer): Promise<unknown>;
  /** The address alone, with the read bit `bit`. */
  writeQuick(address: number, bit: 0 | 1): Promise<void>;
  close(): Promise<void>;
}

interface I2cPackage {
  openPromisified(number: number): Promise<I2cBus>;
}

/** `/dev/i2c-N`. @throws ConformanceError where the package is missing, or the bus cannot be opened */
export async function openI2cBus(path: string): Promise<I2cBus> {
  const i2c = peerPackage<I2cPackage>('i2c-bus', '5.2.3', 'i2c');
  try {
    return await i2c.openPromisified(Number(/\d+$/.exec(path)![0]));
  } catch (cause) {
    throw new ConformanceError(`${path} cannot be opened: ${(cause as Error).message}`, {
      exitCode: 3,
      cause,
    });
  }
}
