import { usart } from '../index.ts';
import * as fc from 'fast-check';
import { ACK, ERASE_MS, NACK, command, packet, pageList, step } from '../host.ts';
import type { UsartCommandName } from '../../../../families/index.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Script } from '../../../run/script.ts';
import { eraseBase, erases } from '../../../scenarios/erase.ts';
import { erasePackets, erasing } from '../../../scenarios/erase-packets.ts';
import { erased } from '../../../scenarios/kit/erased.ts';
import { spoil } from '../../../scenarios/kit/inputs.ts';
import { unanswered } from '../../../scenarios/kit/waits.ts';
import { usartHost } from '../framed-host.ts';

type Erase = 'erase' | 'extended-erase';

const OTHERS: Readonly<Record<Erase, readonly [string, UsartCommandName, string]>> = {
  erase: ['Erase', 'extended-erase', 'Extended Erase'],
  'extended-erase': ['Extended Erase', 'erase', 'Erase'],
};

/** What only USART has of both commands, of which a bootloader has one; `coded` is a number as its lists have it. */
export function ofEither(
  section: string,
  name: Erase,
  coded: (value: number) => readonly number[],
): readonly Scenario[] {
  const base = { ...eraseBase(name), entries: ['synchronised'] } as const;
  const [title, other, otherTitle] = OTHERS[name];
  return [
    {
      ...base,
      id: `usart/${section}/list-waits`,
      requirement: 'A list that breaks off is waited for without a time-out, and erases nothing.',
      covers: ['3-7'],
      strength: 'observed',
      destroys: 'page',
      script: (part) => {
        const each = scratchPages(part)[0]!;
        const number = coded(each.number);
        const sent = packet([...coded(0), ...number]);
        const whole = fc.integer({ min: 1, max: sent.length - 1 }).map((at): Script => ({
          steps: [
            command(name),
            unanswered(step('part of a list', sent.slice(0, at))),
            { ...step('the rest of it', sent.slice(at)), withinMs: ERASE_MS },
          ],
          left: erased(part, [each]),
        }));
        const unfinished: Script = {
          steps: [
            command(name),
            unanswered(step('two pages announced, one given', [...coded(1), ...number])),
          ],
          ends: 'open',
        };
        return fc.oneof(fc.constant(unfinished), whole);
      },
    },
    {
      id: `usart/${section}/exclusive`,
      sharesKills: 'that the other Erase is not served is told by the list of Get (3.1) too',
      requirement: `A bootloader that offers ${title} refuses ${otherTitle}.`,
      covers: ['3-13'],
      strength: 'must',
      destroys: 'nothing',
      entries: ['synchronised', 'after-nack', 'rdp-1'],
      commands: [name],
      script: () => ({ steps: [command(other, NACK)] }),
    },
  ];
}

const how = erasing(usartHost, {
  name: 'erase',
  lastNumber: 0xfe,
  list: (...list) => [pageList(...list)],
  // it has no other code, and no checksum of it
  code: () => [{ ...step('all pages', [0xff, 0x00], ACK), withinMs: ERASE_MS }],
});

const scenarios: readonly Scenario[] = [
  ...erases(
    usartHost,
    '3.7',
    {
      'one-page': [1, 8],
      'several-pages': [1, 8],
      'duplicate-pages': { covers: [1], strength: 'observed' },
      'no-such-page': [6],
      'write-protected-page': [5],
      'among-protected-pages': [1, 5],
      'long-list': [1],
      'mass-erase': { covers: [3], name: 'global' },
      protected: ['3-6', 7],
    },
    how,
  ),
  ...erasePackets(
    usartHost,
    '3.7',
    {
      'wrong-checksum': [2],
      'checksum-covers-the-count': [2],
    },
    how,
  ),
  ...ofEither('3.7', 'erase', (value) => [value]),
  {
    ...eraseBase('erase'),
    id: 'usart/3.7/global-unfinished',
    requirement: 'Erase with FF and anything but 00 is acknowledged and erases nothing.',
    covers: ['3.7-4'],
    entries: usart.waiting,
    script: () =>
      spoil.map((second) => ({
        steps: [command('erase'), step('FF and not 00', [0xff, second], ACK)],
      })),
  },
];

export default scenarios;
