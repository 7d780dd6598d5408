import * as fc from 'fast-check';
import { OPCODES, SILENCE, answer, but, erase, getId, nack, sent, spoilt } from '../host.ts';
import type { CanCommandName } from '../../../../families/index.ts';
import { scratchPages } from '../../../part/part.ts';
import { ANY } from '../../../run/script.ts';
import type { Reply } from '../../../run/script.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { marked } from '../../../scenarios/kit/inputs.ts';
import { erased } from '../../../scenarios/kit/erased.ts';
import { ALWAYS, AT_FIRST_RATE, WAITING, anyData, commandInLowByte, noCommand } from './define.ts';

const NACK_ANYWHERE: Reply = { bytes: [0, ANY, ANY, ANY, ANY, 1, 0x1f] };

/** Refusals of a frame that is no command. */
const noSuchCommand = (id: number): readonly Reply[] => [
  nack(id),
  but(NACK_ANYWHERE, 'informational', 'the NACK has another identifier'),
];

const MASS_ERASE = { id: OPCODES.erase, data: [0xff] };

const asked = (name: CanCommandName): number[] => [
  ...sent('', { id: OPCODES[name], data: [] }).send,
];

const scenarios: readonly Scenario[] = [
  {
    id: 'can/2/no-command',
    requirement: 'A frame whose identifier is no command is refused, under that identifier.',
    covers: ['can-3-1', 'can-2-5'],
    strength: 'must',
    destroys: 'nothing',
    entries: ALWAYS,
    script: () =>
      fc.tuple(noCommand, anyData).map(([id, data]) => ({
        steps: [sent('no command', { id, data }, ...noSuchCommand(id))],
      })),
  },
  {
    id: 'can/2/all-of-the-identifier',
    requirement: 'All eleven bits of an identifier count: one that ends like a command is none.',
    covers: ['can-2-3'],
    strength: 'must',
    destroys: 'flash',
    entries: AT_FIRST_RATE,
    setUp: (part) => ({ flash: marked(part) }),
    script: () =>
      commandInLowByte.map((id) => ({
        steps: [sent('a command in the low byte', { id, data: [0xff] }, ...noSuchCommand(id))],
      })),
  },
  {
    id: 'can/2/stray-data',
    requirement: 'A data frame outside of a command is refused, under its identifier.',
    covers: ['can-2-6'],
    strength: 'observed',
    destroys: 'nothing',
    entries: WAITING,
    protection: 'any',
    script: () =>
      anyData.map((data) => ({ steps: [sent('stray data', { id: 0x04, data }, nack(0x04))] })),
  },
  {
    id: 'can/2/extended-identifier',
    requirement: 'A command under an extended identifier is not heard.',
    covers: ['can-2-2'],
    strength: 'must',
    destroys: 'flash',
    entries: AT_FIRST_RATE,
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) =>
      fc
        .tuple(fc.constantFrom('get-id', 'get', 'erase'), fc.boolean())
        .map(([name, high]: [CanCommandName, boolean]) => {
          const id = high ? OPCODES[name] * 0x4_0000 : OPCODES[name];
          const frame = { id, data: [0xff], extended: true };
          return { steps: [sent('an extended identifier', frame, SILENCE), getId(part)] };
        }),
  },
  {
    id: 'can/2/fd-frame',
    requirement: 'A frame of CAN FD is spoilt, and not executed.',
    covers: ['can-2-7'],
    strength: 'must',
    destroys: 'flash',
    entries: ['connected'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) =>
      fc.boolean().map((brs) => ({
        steps: [
          {
            ...sent('mass erase as CAN FD', { ...MASS_ERASE, fd: true, brs }),
            replies: [],
            anything: true,
          },
          getId(part),
        ],
      })),
  },
  {
    id: 'can/2/spoilt-frame',
    requirement: 'A frame that was spoilt on the bus is discarded.',
    covers: ['can-2-8'],
    strength: 'must',
    destroys: 'flash',
    entries: AT_FIRST_RATE,
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({ steps: [spoilt('mass erase', MASS_ERASE), getId(part)] }),
  },
  {
    id: 'can/2/in-a-row',
    requirement: 'Commands one behind the other, as deep as the receiver, are answered in order.',
    covers: ['can-2-9'],
    strength: 'observed',
    destroys: 'nothing',
    entries: AT_FIRST_RATE,
    protection: 'any',
    script: (part) => {
      const id = getId(part);
      const name = 'three commands at once';
      return {
        steps: [
          {
            name,
            send: [...asked('get-id'), ...asked('speed'), ...asked('get-id')],
            replies: [
              {
                bytes: [
                  ...id.replies[0]!.bytes,
                  ...answer(OPCODES.speed, [0x1f]).bytes,
                  ...id.replies[0]!.bytes,
                ],
              },
            ],
          },
        ],
      };
    },
  },
  {
    id: 'can/2/overrun',
    requirement: 'More frames than the receiver holds during an erase leave the device in step.',
    covers: ['can-2-10'],
    strength: 'must',
    destroys: 'page',
    entries: ['connected'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => {
      const page = scratchPages(part)[0]!;
      const [header, erasing] = erase([page.number]);
      const more = Array.from({ length: 6 }, () => asked('get-id')).flat();
      return {
        steps: [
          header!,
          {
            name: 'a page and six commands at once',
            send: [...erasing!.send, ...more],
            replies: [],
            anything: true,
            withinMs: 2_000,
          },
          getId(part),
        ],
        left: erased(part, [page]),
      };
    },
  },
];

export default scenarios;
