import * as fc from 'fast-check';
import { START, SILENCE, answers, getId, padded, send } from '../host.ts';
import { ACK_BYTE, NACK_BYTE, OPCODES, be16 } from '../../usart/host.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Reply, Step } from '../../../run/script.ts';
import { bytes } from '../../../scenarios/kit/inputs.ts';

type Special = 'special' | 'extended-special';

/** Sub-operations that AN2606 tells of: the reset of H5, and the way down from level 1 of L5 and U5. */
const RESET = 0x0002;
const LEAVE_LEVEL_1 = 0x0082;

const ACK = [ACK_BYTE];
const NACK = [NACK_BYTE];

/** Frames under the identifier of the command, or under that of the start where a ROM was seen to use it. */
function under(part: Part, name: Special, ...frames: readonly (readonly number[])[]): Reply[] {
  const right = answers(OPCODES[name], ...frames);
  if (!part.quirks.has('fdcan-special-answers-on-0x111')) return [right];
  const says = 'this ROM answers under 0x111 (seen on silicon)';
  return [right, { ...answers(START.id, ...frames), verdict: 'non-strict', says }];
}

const code = (part: Part, name: Special, value: number, last = ACK): Step =>
  send(
    `${name} 0x${value.toString(16)}`,
    [{ id: OPCODES[name], data: be16(value) }],
    ...under(part, name, ACK, last),
  );

const size = (name: Special, count: number, ...replies: readonly Reply[]): Step =>
  send(`${count} bytes follow`, [{ id: OPCODES[name], data: be16(count) }], ...replies);

/** Size and data of a packet; the size of an empty one is answered itself. */
function packet(
  name: Special,
  data: readonly number[],
  replies: readonly Reply[],
): readonly Step[] {
  if (data.length === 0) return [size(name, 0, ...replies)];
  const frame = { id: OPCODES[name], data: padded(data, 64) };
  return [
    size(name, data.length, SILENCE),
    send(`${data.length} bytes of data`, [frame], ...replies),
  ];
}

const lacks =
  (wanted: number) =>
  (part: Part): string | undefined =>
    part.bootloader.specials?.includes(wanted) === true
      ? undefined
      : `sub-operation 0x${wanted.toString(16)} is not among those of this ROM`;

/** The sub-operations of this ROM that do nothing until their packets are there. */
const known = (part: Part): readonly number[] =>
  (part.bootloader.specials ?? []).filter((each) => each === RESET || each === LEAVE_LEVEL_1);

const noneKnown = (part: Part): string | undefined =>
  known(part).length === 0 ? 'no sub-operation of this ROM is known' : undefined;

const scenarios: readonly Scenario[] = (['special', 'extended-special'] as const).flatMap(
  (name): Scenario[] => {
    const titled = name === 'special' ? 'Special' : 'Extended Special';
    const first = (part: Part): readonly Step[] =>
      name === 'special' ? [] : packet(name, [0], under(part, name, ACK));
    const base = {
      strength: 'observed',
      destroys: 'nothing',
      entries: ['connected', 'unknown-command'],
      commands: [name],
    } as const;
    return [
      {
        ...base,
        id: `fdcan/${name}/unknown-sub-operation`,
        requirement: `${titled} is acknowledged, and refuses a sub-operation that the product does not have.`,
        covers: [`fdcan-${name}-1`],
        strength: 'must',
        script: (part) =>
          fc
            .oneof(
              fc.integer({ min: 0x100, max: 0xffff }),
              // the low byte is that of one which the product has
              fc.constantFrom(...known(part), 0x77).map((value) => 0x100 + value),
            )
            .filter((value) => part.bootloader.specials?.includes(value) !== true)
            .map((value) => ({ steps: [code(part, name, value, NACK), getId()] })),
      },
      {
        ...base,
        id: `fdcan/${name}/under-rdp`,
        requirement: `${titled} is there under readout protection too: a way out of it is one of its sub-operations.`,
        covers: [`fdcan-${name}-2`],
        entries: ['rdp-1'],
        script: (part) => ({ steps: [code(part, name, 0x7777, NACK), getId()] }),
      },
      {
        ...base,
        id: `fdcan/${name}/known-sub-operation`,
        requirement: `${titled} acknowledges a sub-operation that the product has, and waits for its packet.`,
        covers: [`fdcan-${name}-1`],
        entries: ['connected'],
        unsupported: noneKnown,
        script: (part) => ({
          steps: [code(part, name, known(part)[0]!)],
          ends: 'open',
        }),
      },
      {
        ...base,
        id: `fdcan/${name}/too-many-bytes`,
        requirement: `${titled} refuses a first packet of more than 128 bytes.`,
        covers: [`fdcan-${name}-3`],
        entries: ['connected'],
        unsupported: noneKnown,
        script: (part) =>
          fc.integer({ min: 129, max: 0xffff }).map((count) => ({
            steps: [129, count].flatMap((each) => [
              code(part, name, known(part)[0]!),
              size(name, each, ...under(part, name, NACK)),
              getId(),
            ]),
          })),
      },
      {
        ...base,
        id: `fdcan/${name}/reset`,
        requirement: `${titled} answers its packets and an ACK; its reset sub-operation then resets the chip.`,
        covers: [`fdcan-${name}-4`],
        unsupported: lacks(RESET),
        script: (part) =>
          bytes(0, 4).map((data) => {
            const result =
              name === 'special'
                ? [
                    [0, 0],
                    [0, 1, 0],
                  ]
                : [[0, 1, 0]];
            return {
              steps: [
                code(part, name, RESET),
                ...first(part),
                ...packet(name, data, under(part, name, ACK, ...result, ACK)),
              ],
              ends: 'reset',
            };
          }),
      },
      {
        ...base,
        id: `fdcan/${name}/cannot-be-done`,
        requirement: `${titled} refuses, behind its packets, what the state of the chip does not allow: to leave level 1 at level 0.`,
        covers: [`fdcan-${name}-5`],
        unsupported: lacks(LEAVE_LEVEL_1),
        script: (part) => ({
          steps: [
            code(part, name, LEAVE_LEVEL_1),
            ...first(part),
            ...packet(name, [0, 0, 0, 1], under(part, name, NACK)),
            getId(),
          ],
        }),
      },
    ];
  },
);

const secondPacket: Scenario = {
  id: 'fdcan/extended-special/too-many-bytes-behind',
  requirement: 'Extended Special refuses a second packet of more than 1024 bytes.',
  covers: ['fdcan-extended-special-6'],
  strength: 'observed',
  destroys: 'nothing',
  entries: ['connected'],
  commands: ['extended-special'],
  unsupported: noneKnown,
  script: (part) =>
    fc.integer({ min: 1025, max: 0xffff }).map((count) => ({
      steps: [1025, count].flatMap((each) => [
        code(part, 'extended-special', known(part)[0]!),
        ...packet('extended-special', [0], under(part, 'extended-special', ACK)),
        size('extended-special', each, ...under(part, 'extended-special', NACK)),
        getId(),
      ]),
    })),
};

export default [...scenarios, secondPacket];
