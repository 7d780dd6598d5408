import type { AwaitedStep } from '../../emulator/index.ts';
import type { dfuRequests, usbRequests } from '../../families/index.ts';

type Hex = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 'a' | 'b' | 'c' | 'd' | 'e' | 'f';

/** What the chip waits for as the host sends, commands by their opcode; in a fault `command` stands for all of these. */
export type BusStep =
  | AwaitedStep
  | `command ${Hex}${Hex}`
  /** The frame by which a host connects over CAN. */
  | 'connect'
  | 'nobody waits';

/** A class or standard request by its name. */
export type UsbRequest = keyof typeof dfuRequests | keyof typeof usbRequests | `request ${number}`;

/** What a DNLOAD asks for. */
export type DnloadCommand =
  | 'get'
  | 'set-address-pointer'
  | 'erase'
  | 'mass-erase'
  | 'read-unprotect'
  | 'write'
  | 'leave'
  | 'unknown';

/** A control transfer: a request, behind the command that it is part of. */
export type UsbStep =
  UsbRequest | `${DnloadCommand}: DNLOAD` | `${DnloadCommand}: GETSTATUS ${number}`;

/** The step of a command, known by its first byte. */
export function commandStep(opcode: number): BusStep {
  return `command ${opcode.toString(16).padStart(2, '0')}` as BusStep;
}

const COMMANDS: ReadonlySet<BusStep | UsbStep> = new Set(
  Array.from({ length: 256 }, (_, opcode) => commandStep(opcode)),
);

/** The step is one that a fault strikes at. */
export function isSelected(step: BusStep | UsbStep, selected?: BusStep | UsbStep): boolean {
  if (selected === undefined || step === selected) return true;
  return selected === 'command' && COMMANDS.has(step);
}
