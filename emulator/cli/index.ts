import type { Command } from './command.ts';
import { ctl } from './ctl.ts';
import { devices } from './devices.ts';
import { doctor } from './doctor.ts';
import { exec } from './exec.ts';
import { run } from './run.ts';

/** The emulator's part of the command line. */
// oxlint-disable-next-line typescript/no-explicit-any -- each command knows its own arguments
export const commands: readonly Command<any>[] = [run, exec, devices, ctl, doctor];
export { runProgram } from './program.ts';
