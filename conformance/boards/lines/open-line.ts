import type { Line } from './line.ts';
import { partOfSpec } from '../../targets/part-of-spec.ts';
import type { BoardSpec } from '../../targets/spec.ts';

/** The line to a board; what it takes to open it is loaded here. @throws ConformanceError for a port that there is not. */
export async function openLine(spec: BoardSpec): Promise<Line> {
  switch (spec.kind) {
    case 'serial':
      return openSerialLine(spec.path, spec.baud);
    case 'tcp': {
      const { TcpLine } = await import('./tcp-line.ts');
      return TcpLine.open(spec.host, spec.port);
    }
    case 'usb': {
      const { UsbLine } = await import('../../interfaces/usb/line.ts');
      return UsbLine.open(spec);
    }
    case 'i2c': {
      const { I2cLine } = await import('../../interfaces/i2c/line.ts');
      return I2cLine.open(spec.path, partOfSpec(spec));
    }
    case 'spi': {
      const { SpiLine } = await import('../../interfaces/spi/line.ts');
      return SpiLine.open(spec.path);
    }
    case 'can': {
      const { CanLine } = await import('../../interfaces/can/line.ts');
      return CanLine.open(spec.path, partOfSpec(spec));
    }
    case 'rfc2217': {
      const { Rfc2217Line } = await import('./rfc2217-line.ts');
      return Rfc2217Line.open(spec.host, spec.port, spec.baud);
    }
  }
}

/** A serial port of this machine, at 115200 bits per second by default. @throws ConformanceError for one that there is not. */
export async function openSerialLine(path: string, baud?: number): Promise<Line> {
  const { SerialLine } = await import('./serial-line.ts');
  return SerialLine.open(path, baud);
}
