import { portNamed } from '../../../families/index.ts';

/** What is known of a port when its bootloader starts or a sync byte comes. */
export interface PortState {
  /** `USART1`, `USART1:PB15/PB14`. */
  readonly name: string;
  /** The host holds RX low. */
  readonly receiveLow: boolean;
}

type Quirk = (name: string) => boolean;

/** The second pair of pins of USART1 on H74x. */
const SECOND_USART1 = 'USART1:PB15/PB14';

/** Sync bytes that the port wants before it answers (AN2606, H74x/H75x). */
export function syncsWanted(port: string, quirk: Quirk): number {
  const second = port === SECOND_USART1 && quirk('second-usart1-needs-two-syncs');
  const mirrored = isUsart1(port) && quirk('usart1-mirrored');
  return second || mirrored ? 2 : 1;
}

/** The port that sends what this one sends, too. */
export function mirrorOf(port: string, quirk: Quirk): string | undefined {
  if (!isUsart1(port) || !quirk('usart1-mirrored')) return undefined;
  return port === SECOND_USART1 ? 'USART1' : SECOND_USART1;
}

/** The port is wired and does not work in this version. */
export function isBroken(port: string, quirk: Quirk): boolean {
  return portNamed(port).peripheral === 'USART2' && quirk('usart2-broken');
}

/** The search for an interface never leaves a pin that is low when it starts. */
export function trappedBy(ports: readonly PortState[], quirk: Quirk): string | undefined {
  const traps = (name: string): boolean =>
    quirk('unusable-while-rx-low') ||
    (name === 'USART2' && quirk('usart2-rx-low-blocks-detection')) ||
    (name === SECOND_USART1 && quirk('second-rx-low-blocks-detection'));
  return ports.find(({ name, receiveLow }) => receiveLow && traps(name))?.name;
}

/**
 * By how much the rate found is off; `chance` is -1 to 1. Undefined: the port finds none. AN2606 prints
 * up to 5 % at 115200 baud for F7 and no figure for USART2 of G05x, which is given the same.
 */
export function rateError(
  port: string,
  baud: number | undefined,
  chance: number,
  quirk: Quirk,
): number | undefined {
  if (baud === undefined) return 0;
  if (baud > 57_600 && quirk('usart-57600-at-most')) return undefined;
  const jitter = baud > 57_600 && quirk('auto-baud-jitter');
  const offOnUsart2 = portNamed(port).peripheral === 'USART2' && quirk('usart2-jitter');
  return jitter || offOnUsart2 ? 0.05 * chance : 0;
}

function isUsart1(port: string): boolean {
  return port === 'USART1' || port === SECOND_USART1;
}
