import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { install } from '../build/bundle.ts';
import { measureBlankBoard } from './blank-board.ts';
import { measureCommands } from './commands.ts';
import { measureControl } from './control.ts';
import { figuresAsJson, formatFigures, kept, type Figure } from './figure.ts';
import { measurePty } from './pty.ts';
import { measureStartUp } from './start-up.ts';

/** `npm run bench [-- --json]`: exits with 1 when a bound is missed, with 3 when a tool is. */
const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } });

const missing = ['stm32flash', 'cc'].filter((tool) => spawnSync(tool, ['-h']).error !== undefined);
if (missing.length > 0) {
  console.error(`bench: no ${missing.join(', no ')} here: apt install stm32flash gcc libc6-dev`);
  process.exit(3);
}

const load = loadavg()[0]!;
if (load > cpus().length / 2) {
  console.error(
    `bench: this machine is busy (load ${load.toFixed(1)}): ratios will be worse than they are`,
  );
}

/** What runs in a process of its own. */
const PROGRAMS = ['commands-in-memory', 'blank-boards'];

const folder = await mkdtemp(join(tmpdir(), 'vstm32-bench-'));
let figures: readonly Figure[];
try {
  figures = await measure((text) => console.error(text));
} finally {
  await rm(folder, { recursive: true });
}
const machine = `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'}`;
if (options.json) console.log(JSON.stringify({ machine, ...figuresAsJson(figures) }));
else console.log(`${machine}\n${formatFigures(figures)}`);
if (!figures.every(kept)) process.exitCode = 1;

async function measure(progress: (text: string) => void): Promise<readonly Figure[]> {
  progress('building the package');
  const built = join(folder, 'package');
  const also = Object.fromEntries(PROGRAMS.map((name) => [name, `emulator/bench/${name}.ts`]));
  await mkdir(built);
  const vstm32 = [await install(built, { also }), 'run', 'STM32F405'];
  const programs = join(built, 'dist');
  return [
    await measurePty(folder, vstm32, progress),
    ...(await measureCommands(programs, progress)),
    await measureStartUp(vstm32, progress),
    await measureBlankBoard(programs, progress),
    ...(await measureControl(folder, vstm32[0]!, progress)),
  ];
}
