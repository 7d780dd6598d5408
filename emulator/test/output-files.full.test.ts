import { expect, test } from 'vitest';
import { vstm32 } from './vstm32.ts';

const conform = ['conform', '--device', 'STM32F405', '--only', 'usart/1'];
const run = ['run', 'STM32F405'];
const fuzz = ['fuzz', '--device', 'STM32F405'];
const judge = ['judge', '--tool', 'true {usart}'];

/** Every option by which a file is written, after what else its command needs; FILE stands for the path. */
const OPTIONS: readonly (readonly string[])[] = [
  [...run, '--trace', 'text:FILE'],
  [...run, '--trace', 'json:FILE'],
  [...run, '--pcapng', 'FILE'],
  [...run, '--save', 'FILE.bin'],
  ['exec', 'STM32F405', '--trace', 'text:FILE', '--', 'true'],
  ['exec', 'STM32F405', '--pcapng', 'FILE', '--', 'true'],
  ['exec', 'STM32F405', '--save', 'FILE.hex', '--', 'true'],
  [...conform, '--html', 'FILE'],
  [...conform, '--json', 'FILE'],
  [...conform, '--junit', 'FILE'],
  [...conform, '--tap', 'FILE'],
  [...conform, '--sarif', 'FILE'],
  [...conform, '--markdown', 'FILE'],
  [...conform, '--github', 'FILE'],
  [...conform, '--bless', 'FILE'],
  ['compare', 'STM32F405', 'STM32F405', '--json', 'FILE'],
  ['compare', 'STM32F405', 'STM32F405', '--html', 'FILE'],
  ['record', '--device', 'STM32F405', '--output', 'FILE'],
  [...fuzz, '--html', 'FILE'],
  [...fuzz, '--json', 'FILE'],
  [...fuzz, '--junit', 'FILE'],
  [...fuzz, '--tap', 'FILE'],
  [...fuzz, '--sarif', 'FILE'],
  [...fuzz, '--markdown', 'FILE'],
  [...fuzz, '--github', 'FILE'],
  [...judge, '--json', 'FILE'],
  [...judge, '--junit', 'FILE'],
  [...judge, '--sarif', 'FILE'],
  [...judge, '--tap', 'FILE'],
  [...judge, '--html', 'FILE'],
  [...judge, '--markdown', 'FILE'],
  [...judge, '--github', 'FILE'],
];

test.each(OPTIONS.map((words) => [words.join(' '), words] as const))(
  '%s in a folder that is not there is refused in words, before anything is run',
  async (_, given) => {
    const words = given.map((word) => word.replace('FILE', '/no/such/folder/x'));
    const { code, stdout, stderr } = await vstm32(words);
    expect(stderr).toMatch(
      /^vstm32[ a-z]*: .*\/no\/such\/folder\/x.*: there is no folder \/no\/such\/folder: make it first\n$/,
    );
    expect(stdout).toBe('');
    expect([2, 3, 125]).toContain(code);
  },
);

test('these are all options that write a file', async () => {
  const commands = new Set(OPTIONS.map(([command]) => command!));
  for (const command of commands) {
    const { stdout } = await vstm32([command, '--help']);
    // what is read is named for what it holds
    const written = [...stdout.matchAll(/--([a-z]+) +(?:text\|json\|none\[:FILE\]|FILE) +([^[]*)/g)]
      .filter(([, , says]) =>
        /\bWrite|\bReport as|Everything that happens|The same for|Where to|Keep/.test(says!),
      )
      .map(([, name]) => name!);
    const tried = OPTIONS.filter(([first]) => first === command).flat();
    expect(written.length, command).toBeGreaterThan(0);
    expect(
      written.filter((name) => !tried.includes(`--${name}`)),
      command,
    ).toEqual([]);
  }
});
