/** Headings under which findings stand, in their order. */
export const GROUPS = [
  'vstm32 run',
  'vstm32 exec and judge: tools as they are',
  'Flashing tools',
  'USB devices for the kernel: --usb, --usart, --i2c, --can usbip',
  'I2C and CAN',
  'Real boards: conform, record, compare',
  'Python',
  'Traces and scripts',
  'Ports of the documented commands',
  'The tests of a clone: npm run test:full',
] as const;

/** One of those headings. */
export type Group = (typeof GROUPS)[number];

/** The group whose findings matter in a clone alone. */
export const TESTS = 'The tests of a clone: npm run test:full' satisfies Group;

/** One thing that vstm32 can use on this machine; fields are only added. */
export interface Finding {
  readonly name: string;
  /** What it is good for. */
  readonly feature: string;
  readonly ok: boolean;
  /** `vstm32 run` does not work without it. */
  readonly needed: boolean;
  /** Version where it is there, and what is wrong where it is not. */
  readonly detail: string;
  /** What to do about it, or what installs it. */
  readonly install?: string;
  /** Heading under which it stands. */
  readonly group: Group;
  /** Debian packages that bring it. */
  readonly packages?: readonly string[];
}

/** How one thing is looked for. */
export interface Probe extends Omit<Finding, 'ok' | 'detail'> {
  /** Its version, or what else there is to say. @throws what is wrong; `Wrong` says what to do about it too */
  readonly look: (signal: AbortSignal) => Promise<string> | string;
}

/** Something is not as it should be, and there is a way out. */
export class Wrong extends Error {
  readonly install: string;

  constructor(message: string, install: string) {
    super(message);
    this.install = install;
  }
}

/** What stands before a command that only root may run; nothing where this is root. */
export const AS_ROOT = process.getuid?.() === 0 ? '' : 'sudo ';

/** The command that installs Debian packages; Ubuntu's have the same names. */
export function aptGet(packages: readonly string[]): string {
  return `${AS_ROOT}apt-get install ${packages.join(' ')}`;
}
