#!/usr/bin/env node
import { commands, runProgram } from './emulator/cli/index.ts';

await runProgram(process.argv.slice(2), [...commands]);
