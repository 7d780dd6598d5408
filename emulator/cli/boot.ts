import { onlyOnce } from './board-options.ts';
import type { BootArguments } from './boot-explanation.ts';
import type { Command } from './command.ts';

const singles = {
  boot0: '0|1  Level of BOOT0 (default 1)',
  boot1: '0|1  Level of BOOT1 (default 0)',
  rdp: '0|1|2  Readout protection',
  'flash-size': 'KIB  Flash size, where the part number does not tell it',
  bootloader: 'VERSION  Bootloader in the ROM (default: the newest of the line)',
} as const;

const lists = {
  option: "NAME=VALUE  Option byte field by ST's name, as nBOOT_SEL=0",
  quirk: 'NAME=on|off  Switch a known deviation of the ROM',
  load: 'FILE  Content of main flash: FILE.bin[@0xADDRESS], FILE.hex or FILE.elf (default: blank)',
} as const;

/** `vstm32 boot`: which area a part boots from, and why. */
export const boot: Command<BootArguments> = {
  command: 'boot <device>',
  describe: 'Explain which area a part boots from, and why',
  builder(yargs) {
    const described = yargs.positional('device', {
      type: 'string',
      demandOption: true,
      describe: 'A part (STM32F405RG), a line or a product ID; vstm32 devices lists them',
    });
    for (const [name, describe] of Object.entries(singles)) {
      described.option(name, { type: 'string', requiresArg: true, describe });
    }
    for (const [name, describe] of Object.entries(lists)) {
      described.option(name, { type: 'string', array: true, requiresArg: true, describe });
    }
    return described
      .option('json', { type: 'boolean', describe: 'Print it as one object' })
      .check((argv) => {
        onlyOnce(argv, Object.keys(singles));
        return true;
      })
      .example('$0 boot STM32F405 --boot0 0', 'a part with a low BOOT0 and a blank flash')
      .example('$0 boot STM32G071 --option nBOOT_SEL=0 --load app.bin', 'a part that obeys the pin')
      .epilogue(
        'The conditions are those of AN2606 table 2; the first row whose conditions all hold decides.',
      );
  },
  async handler(argv) {
    const { explainBoot } = await import('./boot-explanation.ts');
    console.log(await explainBoot(argv));
  },
};
