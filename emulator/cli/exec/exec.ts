import { boardOptions, onlyOnce } from '../board-options.ts';
import type { Command } from '../command.ts';
import type { ExecArguments } from './exec-tool.ts';

/** `vstm32 exec`: one host tool on a fresh board. */
export const exec: Command<ExecArguments> = {
  command: 'exec [device]',
  describe: 'Run one flashing tool on a fresh virtual STM32',
  ownFailure: 125, // as timeout(1): the tool's own codes are below
  withoutDashes:
    'put -- between its own options and the tool, as in vstm32 exec STM32F405 -- stm32flash -v {usart}',
  builder: (yargs) =>
    boardOptions(yargs, false)
      .usage('$0 exec DEVICE [options] -- COMMAND…   ({usart} in COMMAND is the port)')
      .option('until', {
        type: 'string',
        requiresArg: true,
        describe: 'TIME  End the tool after 60s, 500ms, 2m; exit code 124',
      })
      .option('boards', {
        type: 'string',
        requiresArg: true,
        describe:
          'FILE  In place of DEVICE: several boards for one tool, {ID.usart} is the port of one',
      })
      .check((argv) => {
        onlyOnce(argv, ['until', 'boards']);
        return true;
      })
      .example(
        '$0 exec STM32F405 -- stm32flash -w firmware.bin -v {usart}',
        "with the tool's own 8E1",
      )
      .example(
        '$0 exec STM32F405 -- dfu-util -a 0 -s 0x08000000:leave -D firmware.bin',
        'over USB: what uses libusb-1.0 finds the chip',
      )
      .example(
        "$0 exec STM32F405 --boot0 0 --wire dtr=nrst,rts=boot0 -- stm32flash -i 'rts,dtr,-dtr' {usart}",
        'the tool resets the chip itself',
      )
      .example(
        '$0 exec STM32F405 --fault flash:power-cut:3 -- …',
        'power fails in the third operation',
      )
      .example(
        "$0 exec STM32F405 --control b.sock -- sh -c 'stm32flash {usart}; vstm32 ctl b.sock reset; dfu-util -l'",
        'a script that resets the chip between its tools',
      )
      .example('$0 exec --boards boards.yaml -- dfu-util -l', 'several chips for one tool')
      .epilogue(
        "The exit code is the tool's, 128+n after a signal; 124 when --until ran out, 125 when vstm32 failed, 126 and 127 when the tool could not be run or found, as in timeout(1).",
      ),
  async handler(argv) {
    const { execTool } = await import('./exec-tool.ts');
    process.exitCode = await execTool(argv);
  },
};
