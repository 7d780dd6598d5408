import type { BoardArguments } from './board-options.ts';
import { boardOptions } from './board-options.ts';
import type { Command } from './command.ts';

/** `vstm32 run`: a board that stays until it is ended. */
export const run: Command<BoardArguments> = {
  command: 'run <device>',
  describe: 'A serial port with a virtual STM32 behind it',
  builder: (yargs) =>
    boardOptions(yargs)
      .example('$0 run STM32F405', 'a pty; the port and what to type are printed')
      .example(
        '$0 run STM32F405RG --usart pty:/tmp/stm32 --save flash.bin',
        'a stable name; keep the flash',
      )
      .example('$0 run STM32F405 --state board/', 'the same chip again next time')
      .example('$0 run 0x413 --usart rfc2217:127.0.0.1:2217 --json', 'for a script')
      .example('$0 run STM32F405 --usb usbip', 'a USB DFU device; how to attach it is printed')
      .example('$0 run STM32F405 --rdp 1 --trace text', 'watch a protected chip refuse'),
  async handler(argv) {
    const { runBoard } = await import('./run-board.ts');
    await runBoard(argv);
  },
};
