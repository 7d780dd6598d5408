import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cubeProgrammer } from '../tools/cube-programmer.ts';
import { find, type FoundTool } from '../tools/find.ts';
import { runOne } from './bench.ts';

/** Debian's, which has the standard library whatever version managers put first in PATH. */
const PYTHON = '/usr/bin/python3';
const STAND_IN = new URL('./hosts/cube_programmer_stand_in.py', import.meta.url).pathname;

let folder: string;
let tool: FoundTool;
const { PATH } = process.env;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-cube-'));
  const program = `#!/bin/sh\nexec ${PYTHON} -B '${STAND_IN}' "$@"\n`;
  writeFileSync(join(folder, 'STM32_Programmer_CLI'), program, { mode: 0o755 });
  process.env['PATH'] = `${folder}${delimiter}${PATH}`;
  if (existsSync(PYTHON)) tool = await find(cubeProgrammer);
});
afterAll(() => {
  process.env['PATH'] = PATH;
  rmSync(folder, { recursive: true });
});

describe.skipIf(!existsSync(PYTHON))('the profile of STM32_Programmer_CLI, with a stand-in', () => {
  test.each([
    ['A05', /-c port=\/dev\/pts\/\d+ P=EVEN$/],
    ['A08b', / br=19200 P=EVEN -w \S+image\.bin 0x08000000 -v$/],
    ['C11b', / P=EVEN -w \S+image\.bin 0x08000000$/],
    ['B09', / -w \S+image\.bin 0x08020000 -v$/],
    ['C06', / -e all$/],
    ['C04', / -e 100 101 (\d+ )*127$/],
    ['F04', / -g 0x60000000$/],
    ['G01b', / -r 0x08000000 1024 \S+read\.bin$/],
    ['G03', / -w \S+image\.bin 0x08000000 -v$/], // behind -rdu
  ])('%s passes, by the command line that ST documents', async (id, line) => {
    const { evidence, ...result } = await runOne(id, tool);
    expect(evidence?.command.join(' ')).toMatch(line);
    expect(result).toMatchObject({ verdict: 'pass' });
  });

  test('a sequence of control lines is not among its options: not offered', async () => {
    expect(await runOne('A14', tool)).toMatchObject({ verdict: 'unsupported' });
  });
});
