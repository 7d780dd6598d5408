import type { Argv } from 'yargs';

/** Arguments that say what is examined, as yargs hands them over. */
export interface TargetArguments {
  readonly device?: string | undefined;
  readonly target?: string | undefined;
  readonly bootloader?: string | undefined;
  readonly 'flash-size'?: string | undefined;
  readonly interface?: string | undefined;
  readonly protocol?: string | undefined;
  readonly mutant?: string | undefined;
  readonly speed?: string | undefined;
  readonly wire?: string | undefined;
  readonly 'reset-command'?: string | undefined;
  readonly ask?: boolean | undefined;
  readonly baud?: string | undefined;
  readonly allow?: string | undefined;
  readonly 'time-budget'?: string | undefined;
  readonly 'wear-budget'?: string | undefined;
  readonly bench?: string | undefined;
}

/** Arguments that do something else with boards than to examine them. */
export interface BoardErrands {
  readonly restore?: string | undefined;
  readonly 'bench-schema'?: boolean | undefined;
}

const target = 'What is examined:';
const board = 'A board:';

/** Adds the options that say what is examined to a command. */
export function targetOptions<T>(yargs: Argv<T>): Argv<T & TargetArguments> {
  const text = (name: string, group: string, describe: string): void => {
    yargs.option(name, { group, type: 'string', requiresArg: true, describe });
  };
  text('device', target, 'Part to examine, as STM32F405RG');
  text(
    'target',
    target,
    'memory (default), pty, serial:/dev/ttyUSB0, tcp:HOST:PORT, rfc2217:HOST:PORT, usb[:VID:PID[:SERIAL]], i2c:/dev/i2c-1, spi:/dev/spidev0.0, can:can0',
  );
  text('bootloader', target, 'Bootloader version, as 9.1');
  text('flash-size', target, 'KIB  Flash size, where the name does not tell it');
  text(
    'interface',
    target,
    'usart (default), i2c, spi, can, fdcan, usb or i3c; --only dfu/… says it too',
  );
  text('protocol', target, 'Protocol version in place of the ROM’s own');
  text('mutant', target, 'NAME  A device that is wrong on purpose');
  text(
    'speed',
    target,
    'What work of the emulated chip costs: instant (default), real (in memory by its own clock), or over a pty a factor as 10x',
  );
  text('bench', target, 'FILE  Boards of a bench file, side by side, in place of the above');
  text(
    'wire',
    board,
    'How DTR and RTS are wired, as dtr=nrst,rts=boot0 (!dtr inverts; …@/dev/ttyUSB0: those of that port)',
  );
  text('reset-command', board, 'COMMAND  Resets it into its bootloader');
  yargs.option('ask', {
    group: board,
    type: 'boolean',
    describe: 'A person at the terminal resets it when asked',
  });
  text('baud', board, 'N  Default 115200');
  text(
    'allow',
    board,
    'The most that may be spoilt: nothing (default of a board), page, flash or options; of the emulator chip (its default)',
  );
  text('time-budget', board, 'TIME  For its cases, as 30s, 10m or 2h');
  text('wear-budget', board, 'N  Erases that a page is put through at most; default 100');
  return yargs as unknown as Argv<T & TargetArguments>;
}

/** Adds the options that do something else with boards than to examine them. */
export function boardErrands<T>(yargs: Argv<T>): Argv<T & BoardErrands> {
  return yargs
    .option('restore', {
      group: board,
      type: 'string',
      requiresArg: true,
      describe: 'FILE  Only give it the content back that a run, which was killed, had saved',
    })
    .option('bench-schema', {
      group: board,
      type: 'boolean',
      describe: 'Print the JSON schema of bench files, for editors',
    });
}
