// npx tsx emulator/examples/01-write-with-stm32flash.ts
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createBoard } from '../index.ts'; // outside this repository: from 'vstm32'

const firmware = randomBytes(64 * 1024);
await using board = await createBoard('STM32F405', { usart: 'pty' });

// The board lives in this process, so it must not be blocked: spawn, never spawnSync.
const tool = spawn('stm32flash', ['-m', '8n1', '-w', '-', '-v', board.ports.usart.path], {
  stdio: ['pipe', 'inherit', 'inherit'],
});
tool.stdin.end(firmware);
const [exitCode] = await once(tool, 'close');

const written = Buffer.from(board.flashImage()).subarray(0, firmware.length);
console.log(`\nstm32flash ended with ${exitCode}`);
console.log(`the flash holds ${written.equals(firmware) ? 'the firmware' : 'something else'}`);
