import * as fc from 'fast-check';
import { ACK, NACK, OPCODES, SILENCE, answer, command, step, sync } from '../host.ts';
import { since } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { spoils } from '../../../scenarios/kit/inputs.ts';
import { ANY } from '../../../run/script.ts';
import type { Reply } from '../../../run/script.ts';
import { unanswered } from '../../../scenarios/kit/waits.ts';
import { opcodesNotOffered, several } from '../../../scenarios/kit/opcodes.ts';

/** Any answer to Get ID; what it says is judged in its own section. */
const identity = (part: Part): Reply =>
  since(part, '2.1') ? answer(ANY, ANY, ANY, 0x79) : answer(ANY, ANY, 0x79);

const scenarios: readonly Scenario[] = [
  {
    id: 'usart/1/sync-acknowledged',
    requirement: 'After reset the bootloader answers the byte 0x7F with one ACK.',
    covers: ['1-1', '3-5'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: (part) => ({ steps: [sync(part)] }),
  },
  {
    id: 'usart/1/silent-before-sync',
    requirement: 'The bootloader sends nothing before it was sent 0x7F.',
    covers: ['1-2'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: (part) => ({ steps: [step('nothing', [], SILENCE), sync(part)] }),
  },
  {
    id: 'usart/1/command-follows-sync',
    requirement: 'After the ACK of 0x7F the bootloader is ready to receive commands.',
    covers: ['1-3', '3.3-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: (part) => ({
      steps: [sync(part), command('get-id', identity(part))],
    }),
  },
  {
    id: 'usart/1/no-parity',
    requirement:
      'A frame without parity is too short: the bootloader answers 0x7F, and does not serve a command whose bytes come back to back.',
    covers: ['1-7'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: (part) => ({
      steps: [
        { ...sync(part), parity: 'none' },
        command('get-id', NACK, {
          ...SILENCE,
          verdict: 'informational',
          says: 'a stop bit that is low is not refused',
        }),
      ],
      ends: 'open',
    }),
  },
  {
    id: 'usart/1/parity-errors-ignored',
    requirement: 'The parity bit is not looked at: a host with odd parity is served.',
    covers: ['3-12'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: (part) => ({
      steps: [{ ...sync(part), parity: 'odd' }, command('get-id', identity(part))],
      ends: 'open',
    }),
  },
  {
    id: 'usart/1/second-sync-is-an-opcode',
    requirement:
      'A further 0x7F is taken as an opcode: it is not answered, and the next one, which is not its complement, is refused.',
    covers: ['1-4'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack', 'refused-go', 'rdp-1'],
    script: () => ({
      steps: [
        step(
          'second 0x7F',
          [0x7f],
          SILENCE,
          { ...NACK, verdict: 'informational', says: 'refused at once', goOn: [] },
          { ...ACK, verdict: 'non-strict', says: 'acknowledged like the first', goOn: [] },
        ),
        step('third 0x7F', [0x7f], NACK, {
          ...ACK,
          verdict: 'fail', // of a command it would be the wrong complement (AN3155 §3)
          says: 'a pair of 0x7F is acknowledged, which is no command',
        }),
      ],
    }),
  },
  {
    id: 'usart/1/wrong-first-byte',
    requirement:
      'A first byte other than 0x7F sets a wrong rate: neither it nor what follows is answered until a reset.',
    covers: ['1-5'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: () =>
      fc
        .integer({ min: 0, max: 0xff })
        .filter((byte) => byte !== 0x7f)
        .map((byte) => ({
          steps: [
            step('a wrong first byte', [byte], SILENCE),
            step('the right one', [0x7f], SILENCE, {
              ...ACK,
              verdict: 'informational',
              says: 'it kept looking for 0x7F',
            }),
          ],
          ends: 'deaf',
        })),
  },
  {
    id: 'usart/1/found-back-with-ff',
    requirement:
      'Bytes 0xFF and 0x00 in turn end in a NACK, since 0xFF is no opcode: that is how hosts find back.',
    covers: ['3-9'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack', 'aborted-write', 'refused-go', 'rdp-1'],
    script: () => ({ steps: [step('0xFF', [0xff], SILENCE), step('0x00', [0x00], NACK)] }),
  },
  {
    id: 'usart/3/wrong-complement',
    requirement: 'An opcode that is not followed by its complement is refused with one NACK.',
    covers: ['3-1', '3-5'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack', 'half-command', 'aborted-write', 'refused-go', 'rdp-1'],
    script: () =>
      fc.tuple(fc.constantFrom(...Object.values(OPCODES)), spoils).map(([opcode, all]) => ({
        steps: all.map((wrong) => step('wrong complement', [opcode, opcode ^ 0xff ^ wrong], NACK)),
      })),
  },
  {
    id: 'usart/3/unknown-opcode',
    requirement: 'An opcode that the bootloader does not offer is refused with one NACK.',
    covers: ['3-2', '3-5'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack', 'half-command', 'aborted-write', 'refused-go', 'rdp-1'],
    script: (part) =>
      several(opcodesNotOffered(part)).map((all) => ({
        steps: all.map((opcode) => step('unknown opcode', [opcode, opcode ^ 0xff], NACK)),
      })),
  },
  {
    id: 'usart/3/waits-for-a-command-after-nack',
    requirement: 'After a NACK the bootloader waits for the next command.',
    covers: ['3-3', '3-11'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack', 'refused-go', 'rdp-1'],
    script: (part) =>
      fc.integer({ min: 1, max: 6 }).map((times) => ({
        steps: [
          ...Array.from({ length: times }, () => step('refused', [0x02, 0x02], NACK)),
          command('get-id', identity(part)),
        ],
      })),
    sharesKills: 'what breaks after a NACK breaks every section that refuses something',
  },
  {
    id: 'usart/3/half-a-command-waits',
    requirement:
      'An opcode alone is not answered: the bootloader waits for its complement without a time-out.',
    covers: ['3-7'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack', 'rdp-1'],
    script: (part) => ({
      steps: [
        unanswered(step('opcode', [OPCODES['get-id']])),
        step('complement', [OPCODES['get-id'] ^ 0xff], identity(part)),
      ],
    }),
  },
  {
    id: 'usart/3/commands-back-to-back',
    requirement: 'Commands that arrive in one burst are answered one after the other.',
    covers: ['3-8'],
    strength: 'should',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack', 'rdp-1'],
    script: (part) => {
      const pair = [OPCODES['get-id'], OPCODES['get-id'] ^ 0xff];
      const reply = identity(part).bytes;
      return fc.integer({ min: 2, max: 5 }).map((times) => ({
        steps: [
          step(`${times} commands at once`, Array.from({ length: times }, () => pair).flat(), {
            bytes: Array.from({ length: times }, () => reply).flat(),
          }),
        ],
      }));
    },
  },
  {
    id: 'usart/3/complement-judged-before-protection',
    requirement: 'A protected command with a wrong complement is refused once, not twice.',
    covers: ['3-10'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['rdp-1'],
    script: () =>
      fc.constantFrom(0x11, 0x21, 0x31).map((opcode) => ({
        steps: [step('wrong complement', [opcode, opcode], NACK)],
      })),
  },
];

export default scenarios;
