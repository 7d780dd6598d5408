import { createRequire } from 'node:module';
import { EmulatorError } from '../../errors.ts';

/** What serialport's bindings export, though not as public API. */
interface Bindings {
  asyncGetBaudRate(fd: number): Promise<{ baudRate: number }>;
}

/** Reads the rate, in bits per second, that a host has set on a terminal; either end's descriptor will do. */
export type ReadBaudRate = (fd: number) => Promise<number | undefined>;

/** Loads the rate reader; where the platform has no way to ask, it knows no rate. */
export function loadReadBaudRate(): ReadBaudRate {
  // Only serialport itself is a dependency of ours: its bindings are found from there.
  const fromSerialport = createRequire(createRequire(import.meta.url).resolve('serialport'));
  const bindings = load(() => fromSerialport('@serialport/bindings-cpp/dist/load-bindings.js'));
  if (process.platform !== 'linux') return () => Promise.resolve(undefined);
  return async (fd) => (await bindings.asyncGetBaudRate(fd)).baudRate;
}

function load(from: () => unknown): Bindings {
  let bindings: Partial<Bindings>;
  try {
    bindings = from() as Partial<Bindings>;
  } catch (cause) {
    throw new EmulatorError(
      `serialport's bindings do not load on ${process.platform}-${process.arch} (npm rebuild @serialport/bindings-cpp may help)`,
      { exitCode: 3, cause },
    );
  }
  const { asyncGetBaudRate } = bindings;
  if (typeof asyncGetBaudRate !== 'function') {
    throw new EmulatorError(
      `the installed serialport has no asyncGetBaudRate: install the version that package.json of vstm32 names`,
      { exitCode: 3 },
    );
  }
  return { asyncGetBaudRate };
}
