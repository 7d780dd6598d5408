import { spawn, type IPty } from 'node-pty';
import { spawn as spawnProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { has } from '../../test/host-tool.ts';
import { cliCommand } from '../../test/vstm32.ts';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'vstm32-keys-'));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

/** A person at a terminal who starts a program. */
class Person {
  readonly #terminal: IPty;
  readonly exitCode: Promise<number>;
  #screen = '';
  #look = (): void => {};

  constructor([program, ...words]: readonly string[]) {
    this.#terminal = spawn(program!, words, { cols: 200, env: process.env });
    this.#terminal.onData((text) => {
      this.#screen += text;
      this.#look();
    });
    this.exitCode = new Promise((resolve) => this.#terminal.onExit((end) => resolve(end.exitCode)));
  }

  press(key: string): void {
    this.#screen = '';
    this.#terminal.write(key);
  }

  /** Waits until the text has been printed since the last key; the test's time-out ends the wait. */
  async sees(text: string | RegExp): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#look = () => {
        const there =
          typeof text === 'string' ? this.#screen.includes(text) : text.test(this.#screen);
        if (there) resolve();
      };
      this.#look();
    });
  }
}

test.skipIf(process.platform === 'win32')(
  'on a terminal the keys reset, switch, save and quit, and surprises are told',
  async () => {
    const file = path.join(root, 'flash.bin');
    const link = path.join(root, 'tty');
    const usart = ['--usart', `pty:${link}`];
    const person = new Person(cliCommand(['run', 'STM32F405', ...usart, '--save', file]));
    await person.sees(/STM32F405_407_415_417, 1024 KiB flash, bootloader 9\.1 /);
    await person.sees(RegExp(`try +stm32flash -m 8n1 -w firmware.bin -v ${link}`));
    await person.sees('keys    r reset, b BOOT0, p power, s save, q quit');
    fs.appendFileSync(link, Uint8Array.of(0x55));
    await person.sees('was 0x55, not 0x7F: the port is deaf until reset, press r');
    person.press('b');
    await person.sees('BOOT0 is 0 from the next reset on, press r');
    person.press('r');
    await person.sees('the core is locked up: ');
    await person.sees('reset: the chip is locked-up');
    person.press('p');
    await person.sees('power is off');
    person.press('\u001b[A');
    person.press('x');
    await person.sees(/^keys: r reset/);
    person.press('s');
    await person.sees(`saved ${file}`);
    fs.rmSync(file);
    person.press('q');
    expect(await person.exitCode).toBe(0);
    expect(fs.statSync(file).size).toBe(1024 * 1024);
  },
);

test.skipIf(process.platform === 'win32')('Ctrl-C in the terminal ends it and saves', async () => {
  const file = path.join(root, 'flash.hex');
  const person = new Person(cliCommand(['run', 'STM32F405', '--usart', 'tcp', '--save', file]));
  await person.sees('q quit');
  person.press('\u0003');
  expect(await person.exitCode).toBe(130);
  expect(fs.existsSync(file)).toBe(true);
});

test.skipIf(!has('script'))('it saves and ends of SIGHUP when its terminal is closed', async () => {
  const [file, code] = [path.join(root, 'flash.hex'), path.join(root, 'code')];
  const command = cliCommand(['run', 'STM32F405', '--usart', 'tcp', '--save', file]);
  fs.writeFileSync(
    path.join(root, 'session'),
    `trap : HUP\n${command.map((word) => `'${word}'`).join(' ')}\necho $? >'${code}.new'; mv '${code}.new' '${code}'\n`,
  );
  // Its end closes the terminal, as that of a terminal's window does.
  const window = spawnProcess('script', ['-qec', `sh ${root}/session`, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  for await (const text of window.stdout) if (String(text).includes('q quit')) break;
  window.kill('SIGKILL');
  await expect.poll(() => fs.existsSync(code)).toBe(true);
  expect(fs.readFileSync(code, 'utf8')).toBe('129\n');
  expect(fs.existsSync(file)).toBe(true);
});

test.skipIf(!has('bash'))('as a background job it leaves the terminal alone', async () => {
  const person = new Person(['bash', '--norc', '-i']);
  const quoted = cliCommand(['run', 'STM32F405', '--usart', 'tcp']).map((word) => `'${word}'`);
  person.press(`${quoted.join(' ')} &\r`);
  await person.sees(/socket:\/\/127\.0\.0\.1:\d+/);
  person.press('jobs\r');
  await person.sees(/Running/); // not: Stopped (tty output)
  person.press('kill %1; wait %1; echo ended with $?\r');
  await person.sees(/ended with 0/);
  person.press('exit\r');
  await person.exitCode;
});
