import type { Micros } from '../../clock.ts';
import type { Rom } from '../../bootloader/rom.ts';
import type { Dialogue } from '../../bootloader/dialogue.ts';
import type { Wire } from '../framed/wire.ts';
import type { Replace } from '../replace.ts';

/** OpenBootloader counts 0xFFFFF000 turns of a loop, which is taken here to make one in ten cycles at 250 MHz. */
const TIME_OUT: Micros = 0xffff_f000 * 0.04;
/** Time behind the data of Read Memory in which a command was seen to get lost; 5 ms were enough. */
const TURNAROUND: Micros = 5000;
/** Of 128 reads without a pause between them, two runs in three lost one. */
const ONE_IN = 100;

/** Silence within a command after which the chip resets; undefined where it waits for ever. */
export function i3cTimeOut({ quirk }: Rom): Micros | undefined {
  return quirk('i3c-time-out') ? TIME_OUT : undefined;
}

/** µs behind the data of Read Memory in which the next command is lost; `chance` is a number from -1 to 1, another each time. */
export function deafBehindRead({ quirk }: Rom, chance: () => number): Micros {
  const lost = quirk('i3c-command-behind-read-lost') && chance() > 1 - 2 / ONE_IN;
  return lost ? TURNAROUND : 0;
}

/** Quirks in what the commands do over I3C, as replacements by name. */
export const i3cQuirks: Readonly<Record<string, Replace>> = {
  'i3c-special-ready-ack': {
    commands: (commands) =>
      commands.map((each) =>
        each.name === 'special' || each.name === 'extended-special'
          ? {
              ...each,
              run: (environment) =>
                each.run({ ...environment, wire: announcing(environment.wire) }),
            }
          : each,
      ),
  },
};

/** A wire that sends an ACK before the first thing that it offers. */
function announcing(wire: Wire): Wire {
  let announced = false;
  return {
    ...wire,
    *reply(bytes): Dialogue<void> {
      if (!announced) yield* wire.accept();
      announced = true;
      yield* wire.reply(bytes);
    },
  };
}
