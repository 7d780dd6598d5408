import type { Entry } from '../../../run/entry.ts';
import { formOf } from '../host.ts';
import { noAddress } from '../part.ts';
import type { Form, OfferedName, Working } from '../host.ts';
import type { Scenario } from '../../../run/scenario.ts';

/** States of an unprotected device that waits for a command. */
export const WAITING: readonly Entry[] = [
  'connected',
  'after-nack',
  'aborted-write',
  'refused-go',
  'timed-out',
];

/** All of them, a write-protected device included. */
export const READING: readonly Entry[] = [...WAITING, 'write-protected'];

/** All states in which a device answers Get, Get Version and Get ID. */
export const ALWAYS: readonly Entry[] = [...READING, 'rdp-1'];

/** A command in one of its forms, with the section of AN4221 that describes it. */
export interface Formed {
  readonly section: string;
  readonly form: Form;
  readonly name: OfferedName;
  /** The command for people, as `No-Stretch Write Memory`. */
  readonly title: string;
}

const TITLES: Readonly<Record<Working, string>> = {
  'write-memory': 'Write Memory',
  'extended-erase': 'Erase Memory',
  'write-protect': 'Write Protect',
  'write-unprotect': 'Write Unprotect',
  'readout-protect': 'Readout Protect',
  'readout-unprotect': 'Readout Unprotect',
};

/** Both forms of a command. */
export function formsOf(
  command: Working,
  [stretch, noStretch]: readonly [string, string],
): readonly [Formed, Formed] {
  const title = TITLES[command];
  const other = formOf(command, 'no-stretch');
  return [
    { section: stretch, form: 'stretch', name: command, title },
    { section: noStretch, form: 'no-stretch', name: other, title: `No-Stretch ${title}` },
  ];
}

/** The scenarios, none of which a host can play where it does not know the address. */
export function reachable(scenarios: readonly Scenario[]): readonly Scenario[] {
  return scenarios.map((each) => ({
    ...each,
    unsupported: (part) => noAddress(part) ?? each.unsupported?.(part),
  }));
}
