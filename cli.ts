#!/usr/bin/env node
import { commands as conformance } from './conformance/cli/index.ts';
import { commands as emulator, runProgram } from './emulator/cli/index.ts';
import { commands as hostUnderTest } from './host-under-test/cli/index.ts';

await runProgram(process.argv.slice(2), [...emulator, ...conformance, ...hostUnderTest]);
