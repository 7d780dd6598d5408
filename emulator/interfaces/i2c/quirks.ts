import type { Micros } from '../../clock.ts';
import type { Replace } from '../replace.ts';
import type { Rom } from '../../bootloader/rom.ts';

/** AN2606, bootloader timing: silence within a command that resets the chip, where no table row says otherwise. */
const TIME_OUT_MS = 1000;

/** Silence within a command after which the chip resets (AN2606, bootloader timing). */
export function i2cTimeOut({ device, quirk }: Rom): Micros {
  if (quirk('i2c-time-out-10-ms')) return 10_000;
  // the row of a line with that limitation is the limitation
  const limited = device.bootloaders.some(({ quirks }) => quirks.includes('i2c-time-out-10-ms'));
  return 1000 * ((limited ? undefined : device.connection?.i2cTimeoutMs) ?? TIME_OUT_MS);
}

/** Quirks in what the commands do over I2C, as replacements by name. */
export const i2cQuirks: Readonly<Record<string, Replace>> = {
  'i2c-0x73-readout-unprotects': {
    commands(commands) {
      const unprotect = commands.find(({ name }) => name === 'readout-unprotect');
      if (unprotect === undefined) return commands;
      return commands.map((each) =>
        each.name === 'write-unprotect' ? { ...each, run: unprotect.run } : each,
      );
    },
  },
  'i2c-mass-erase-bank-2-only': {
    memory: (memory) => ({
      ...memory,
      erase: (what) => memory.erase('mass' in what ? { bank: 1 } : what),
    }),
  },
};
