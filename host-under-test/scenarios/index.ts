import type { Scenario } from '../scenario.ts';
import connection from './a-connection.ts';
import identification from './b-identification.ts';
import erase from './c-erase.ts';
import devices from './d-devices.ts';
import protocol from './d-protocol.ts';
import write from './e-write.ts';
import start from './f-start.ts';
import protection from './g-protection.ts';
import canAndFdcan from './h-can.ts';
import stretching from './h-i2c.ts';
import slots from './h-spi.ts';
import processes from './i-process.ts';

export { NOT_RUNNABLE } from './not-runnable.ts';

/** Every scenario that can be run, by group. */
export const SCENARIOS: readonly Scenario[] = [
  ...connection,
  ...identification,
  ...erase,
  ...protocol,
  ...devices,
  ...write,
  ...start,
  ...protection,
  ...processes,
  ...stretching,
  ...slots,
  ...canAndFdcan,
];
