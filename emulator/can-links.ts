import type { Board } from './board.ts';
import { EmulatorError } from './errors.ts';
import { CanAdapter } from './links/can-adapter.ts';
import type { Pacer } from './links/pacer.ts';
import type { PreloadedPort } from './links/preload/open-preload.ts';
import type { PtyLink } from './links/pty.ts';

/** A CAN node that an slcan adapter is to bring to a pty. */
export interface SlcanChoice {
  /** `CAN2`. */
  readonly name: string;
  /** By which it goes among the ports: `can` for the first, `CAN2`. */
  readonly key: string;
  /** Path of a symbolic link to the pty. */
  readonly path?: string;
}

/** Reads `[NAME=]slcan[:PATH]` texts. @throws EmulatorError for others, and nodes that the bootloader does not have */
export function slcanChoices(board: Board, texts: readonly string[]): readonly SlcanChoice[] {
  const seen = new Set<string>();
  return texts.map((text) => {
    const [whole, named, path] =
      /^(?:([A-Z]+\d+(?::\w+\/\w+)?)=)?slcan(?::(.+))?$/is.exec(text) ?? [];
    if (whole === undefined) {
      throw new EmulatorError(
        `--can ${text}: write slcan, usbip or slcan:/path/of/link, with CAN2= or FDCAN1= before it for another`,
      );
    }
    const name = named?.toUpperCase() ?? board.cans[0] ?? 'CAN';
    board.can(name); // throws for one that the bootloader does not have
    if (seen.has(name)) throw new EmulatorError(`${name} is given two links: give it one`);
    seen.add(name);
    const key = name === board.cans[0] ? 'can' : name;
    return { name, key, ...(path === undefined ? {} : { path }) };
  });
}

/** An slcan adapter on a pty, with one CAN node of the chip on its bus. */
export async function openSlcan(
  board: Board,
  { name, path }: SlcanChoice,
  pacer: Pacer,
): Promise<PtyLink> {
  const { Slcan } = await import('./links/slcan.ts');
  const { openPty } = await import('./links/pty.ts');
  const adapter = new CanAdapter(board.can(name), board.clock);
  const at = path === undefined ? {} : { link: path };
  return await openPty(new Slcan(adapter, board.clock), pacer, board.trace, at);
}

/** The first CAN node as the network interface `can0` under the preload library, unless it is linked otherwise. */
export async function preloadedCans(
  board: Board,
  pacer: Pacer,
  linked: ReadonlySet<string>,
): Promise<Readonly<Record<string, PreloadedPort>>> {
  const [name] = board.cans;
  if (name === undefined || linked.has('can')) return {};
  const { preloadedCan } = await import('./links/socketcan.ts');
  const adapter = new CanAdapter(board.can(name), board.clock);
  const note = (text: string): void => board.trace.emit({ kind: 'note', text: `can0: ${text}` });
  const fd = name.startsWith('FD');
  return { can: preloadedCan('can0', { adapter, fd, pacer, note }) };
}
