import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeBoard } from '../control/make-board.ts';
import { readBoards } from './boards-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'vstm32-boards-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(content: string): ReturnType<typeof readBoards> {
  const file = join(folder, 'boards.yaml');
  writeFileSync(file, content);
  return readBoards(file);
}

test('a value is the text that stands in the file, though YAML knows it as a number', async () => {
  const [first, second] = read(`
boards:
  left: { device: STM32F446RE, usart: tcp, bootloader: 9.0, uid: 000000000000000000000012 }
  constructor:
    device: 0x413
    usart: [tcp, USART3=tcp]
    boot0: 0
    option: nRST_STOP=0
    speed: 10x
`);
  expect(first).toEqual({
    id: 'left',
    device: 'STM32F446RE',
    words: { usart: 'tcp', bootloader: '9.0', uid: '000000000000000000000012' },
  });
  expect(second).toEqual({
    id: 'constructor',
    device: '0x413',
    words: { usart: ['tcp', 'USART3=tcp'], boot0: '0', option: 'nRST_STOP=0', speed: '10x' },
  });
  for (const { id, device, words } of [first!, second!]) {
    const served = await makeBoard(id, device, words);
    expect(served.state.id).toBe(id);
    await served.close();
  }
});

test.each([
  ['boards: { __proto__: { device: STM32F405 } }', /__proto__|name/i],
  ['boards: { left: { device: STM32F405, toString: 1 } }', /toString/],
  ['boards: { left: { device: STM32F405, rdp: } }', /left/],
  ['boards: { left: { device: [STM32F405] } }', /left\.device/],
  ['boards: [', /boards\.yaml/],
  ['', /boards\.yaml/],
])('%s is refused', (content, why) => {
  expect(() => read(content)).toThrow(why);
});
