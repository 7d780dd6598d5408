import type { Held } from '../chip/option-bytes.ts';

/** What of the option bytes a ROM with these quirks cannot change. */
export function heldOptions(quirk: (name: string) => boolean): Held {
  const pcrop = quirk('pcrop-options-not-writable');
  const secure = quirk('rdp-and-secure-options-need-two-writes');
  const isSecure = (name: string): boolean =>
    name === 'TZEN' || name === 'BOOT_LOCK' || name.startsWith('SEC');
  return (name, rdp) => (pcrop && name.startsWith('PCROP')) || (secure && rdp && isSecure(name));
}
