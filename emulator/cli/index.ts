import type { AnyCommand } from './command.ts';
import { boot } from './boot.ts';
import { ctl } from './control/ctl.ts';
import { devices } from './devices.ts';
import { doctor } from './doctor/doctor.ts';
import { exec } from './exec/exec.ts';
import { run } from './run.ts';
import { serve } from './serve/serve.ts';

export type { AnyCommand } from './command.ts';
export { runProgram } from './program.ts';

/** The emulator's part of the command line. */
export const commands: readonly AnyCommand[] = [run, exec, serve, devices, boot, ctl, doctor];
