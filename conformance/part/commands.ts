import { interfaces } from '../../families/index.ts';
import type { Bootloader, CommandList, CommandName } from '../../families/index.ts';
import { INTERFACES } from '../interfaces/names.ts';
import type { InterfaceName } from '../interfaces/names.ts';

/** The commands that hold SCL, by the forms that answer busy instead. */
const HOLDING = Object.entries(interfaces.I2C.noStretch);

/**
 * The commands of a protocol version in the order of Get's list; undefined where only the device can
 * tell; none where the protocol has no such commands (USB).
 */
export function commandsOf(
  over: InterfaceName,
  { commands: own, specials }: Bootloader,
  protocol: string,
): readonly CommandName[] | undefined {
  const lists: readonly CommandList[] = interfaces[INTERFACES[over]].lists;
  const version = Number.parseFloat(protocol);
  let listed: CommandList | undefined;
  for (const list of lists) if (Number.parseFloat(list.since) <= version) listed = list;
  if (listed === undefined) return [];
  const { chosen, commands, withSpecials } = listed;
  if (own !== undefined) {
    const forms = HOLDING.filter(([, name]) => name === undefined || own.includes(name));
    return [...own, ...commands.filter((name) => forms.some(([form]) => form === name))];
  }
  if (chosen !== undefined) return undefined;
  return specials === undefined && withSpecials !== undefined
    ? commands.filter((name) => !withSpecials.includes(name))
    : commands;
}
