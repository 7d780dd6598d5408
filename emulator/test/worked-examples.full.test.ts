import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { has } from './host-tool.ts';
import { cliCommand } from './vstm32.ts';

vi.setConfig({ maxConcurrency: 4 }); // they wait, most of the time

const EXAMPLES = resolve(import.meta.dirname, '../examples');

const hasCanSockets =
  spawnSync('python3', ['-c', 'import socket; socket.CAN_RAW'], { stdio: 'ignore' }).status === 0;
const missing = [
  ...['stm32flash', 'cc'].filter((name) => !has(name)),
  ...(hasCanSockets ? [] : ['python3 with CAN sockets']),
];

/** A command line of a README, and what the text below it says that one sees. */
interface Step {
  readonly line: string;
  readonly seen: readonly string[];
  readonly code: number;
}

function stepsOf(example: string): readonly Step[] {
  const text = readFileSync(join(EXAMPLES, example, 'README.md'), 'utf8');
  const pairs = [...text.matchAll(/^```sh\n(.*?)^```\n\n```text\n(.*?)^```$/gms)];
  expect(pairs.length).toBe([...text.matchAll(/^```sh$/gm)].length);
  return pairs.map(([, line = '', said = '']) => {
    const [, code = '0'] = /^exit code (\d+)$/m.exec(said) ?? [];
    const seen = said.split('\n').filter((words) => words !== '' && !words.startsWith('exit code'));
    return { line, seen, code: Number(code) };
  });
}

/** What is in the flash behind each command that ends well. */
const WRITTEN: Readonly<Record<string, string>> = {
  'production-jig': 'firmware.bin',
  'field-update': 'new.bin',
};

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstm32-worked-'));
  mkdirSync(join(folder, 'bin'));
  const program = `#!/bin/sh\nexec ${cliCommand([]).join(' ')} "$@"\n`;
  writeFileSync(join(folder, 'bin/vstm32'), program, { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A firmware with a plausible vector table. */
function firmware(length: number, seed: number): Uint8Array {
  const bytes = Uint8Array.from({ length }, (_, at) => (at * seed + (at >> 8)) & 0xff);
  bytes.set([0, 0x20, 0, 0x20, 9, 0, 0, 8]);
  return bytes;
}

/** What a user of an example has. */
function placeFor(example: string): string {
  const place = join(folder, example);
  cpSync(EXAMPLES, join(place, 'emulator/examples'), { recursive: true });
  writeFileSync(join(place, 'firmware.bin'), firmware(3848, 7));
  writeFileSync(join(place, 'new.bin'), firmware(3000, 13));
  return place;
}

async function typed(line: string, cwd: string): Promise<{ code: number; said: string }> {
  const env = {
    ...process.env,
    PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`,
  };
  return await new Promise((done) => {
    execFile('sh', ['-c', line], { cwd, env }, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : Number(error.code), said: `${stdout}${stderr}` }),
    );
  });
}

describe
  .skipIf(missing.length > 0)
  .concurrent(
    `worked examples${missing.length === 0 ? '' : `, for which ${missing.join(', ')} is missing`}`,
    () => {
      test.each(['production-jig', 'field-update', 'option-bytes', 'wrong-baud-rate'])(
        '%s: each command of its README shows what stands below it',
        async (example) => {
          const place = placeFor(example);
          const steps = stepsOf(example);
          expect(steps.length).toBeGreaterThan(3);
          const written = WRITTEN[example];
          for (const { line, seen, code } of steps) {
            const own =
              written === undefined ? line : line.replace('exec', 'exec --save after.bin');
            const ended = await typed(own, place); // the next one finds what this one left
            for (const words of seen) expect(ended.said, line).toContain(words);
            expect(ended.code, `${line}\n${ended.said}`).toBe(code);
            if (written === undefined || code !== 0) continue;
            const wanted = readFileSync(join(place, written));
            const flash = readFileSync(join(place, 'after.bin'));
            expect(flash.subarray(0, wanted.length).equals(wanted), line).toBe(true);
            if (example !== 'production-jig') continue;
            expect(flash.subarray(0x1f800, 0x1f810).toString()).toBe('SN-0001         ');
          }
          if (example !== 'production-jig') return;
          const labels = readFileSync(join(place, 'labels.csv'), 'utf8');
          expect(labels).toMatch(/^SN-0001,[0-9a-f]{24},[0-9a-f]{16}\n$/);
        },
      );
    },
  );
