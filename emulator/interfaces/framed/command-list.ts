import { interfaces } from '../../../families/index.ts';
import type { CommandList, CommandName } from '../../../families/index.ts';
import { atLeast } from '../../bootloader/rom.ts';
import type { Rom } from '../../bootloader/rom.ts';

/** What level 2 leaves where the bootloader still starts (F74x/F75x). */
const LIMITED: readonly CommandName[] = ['get', 'get-version', 'get-id'];

/** The command that a no-stretch form is one of. */
const FORM_OF: Readonly<Record<string, CommandName | undefined>> = interfaces.I2C.noStretch;

/** The commands of a protocol version in the order of Get's list: the ROM's own where they are known. */
export function commandList(
  over: Exclude<keyof typeof interfaces, 'USB'>,
  { limited, protocol, bootloader: { commands: own, specials } }: Rom,
): readonly CommandName[] {
  if (limited) return LIMITED;
  const lists: readonly CommandList[] = interfaces[over].lists;
  const list = lists.findLast(({ since }) => atLeast(protocol, since)) ?? lists[0]!;
  if (own !== undefined) {
    const isFormOf = (name: CommandName): boolean =>
      name in FORM_OF &&
      (FORM_OF[name] === undefined || own.some((each) => each === FORM_OF[name]));
    return [...own, ...list.commands.filter(isFormOf)];
  }
  const withSpecials = specials === undefined ? (list.withSpecials ?? []) : [];
  return list.commands.filter((name) => !withSpecials.includes(name));
}
