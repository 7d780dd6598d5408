import type { Line } from './line.ts';
import type { BoardSpec } from './spec.ts';

/** The line to a board; what it takes to open it is loaded here. @throws ConformanceError for a port that there is not. */
export async function openLine(spec: BoardSpec): Promise<Line> {
  switch (spec.kind) {
    case 'serial': {
      const { SerialLine } = await import('./serial-line.ts');
      return SerialLine.open(spec.path, spec.baud);
    }
    case 'tcp': {
      const { TcpLine } = await import('./tcp-line.ts');
      return TcpLine.open(spec.host, spec.port);
    }
    case 'rfc2217': {
      const { Rfc2217Line } = await import('./rfc2217-line.ts');
      return Rfc2217Line.open(spec.host, spec.port, spec.baud);
    }
  }
}
