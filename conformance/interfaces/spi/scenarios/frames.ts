import * as fc from 'fast-check';
import {
  ACK_BYTE,
  DUMMY,
  FILLER,
  NACK,
  OPCODES,
  SILENCE,
  SYNC,
  ask,
  command,
  fetchAcknowledged,
  frame,
  getAck,
  pageCount,
  step,
} from '../host.ts';
import { packet } from '../../usart/host.ts';
import { be16 } from '../../usart/host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { ANY } from '../../../run/script.ts';
import type { Step } from '../../../run/script.ts';
import { marked, spoils } from '../../../scenarios/kit/inputs.ts';
import { erased } from '../../../scenarios/kit/erased.ts';
import { WAITING } from './define.ts';
import { opcodesNotOffered, several } from '../../../scenarios/kit/opcodes.ts';

const getId: readonly Step[] = [command('get-id'), fetchAcknowledged('the ID', [ANY, ANY, ANY])];

const scenarios: readonly Scenario[] = [
  {
    id: 'spi/2/wrong-complement',
    requirement: 'An opcode that is not followed by its complement is refused.',
    covers: ['spi-2-1', 'spi-2-4'],
    strength: 'must',
    destroys: 'nothing',
    entries: [...WAITING, 'rdp-1'],
    script: () =>
      fc.tuple(fc.constantFrom(...Object.values(OPCODES)), spoils).map(([opcode, all]) => ({
        steps: all.map((wrong) => ask('wrong complement', frame(opcode, wrong), [NACK])),
      })),
  },
  {
    id: 'spi/2/unknown-opcode',
    requirement: 'An opcode that the bootloader does not offer is refused.',
    covers: ['spi-2-2', 'spi-2-4'],
    strength: 'must',
    destroys: 'nothing',
    entries: [...WAITING, 'rdp-1'],
    script: (part) =>
      several(opcodesNotOffered(part)).map((all) => ({
        steps: all.map((opcode) => ask('unknown opcode', frame(opcode), [NACK])),
      })),
  },
  {
    id: 'spi/2/erase-of-other-buses',
    requirement: 'The Erase of USART and CAN, opcode 0x43, is not offered: Erase is 0x44.',
    covers: ['spi-2-2', 'spi-2.8-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack', 'rdp-1'],
    script: () => ({ steps: [command('erase', NACK)] }),
  },
  {
    id: 'spi/2/start-of-frame-needed',
    requirement: 'A command begins with 0x5A: an opcode and its complement alone are no command.',
    covers: ['spi-2-3'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack', 'rdp-1'],
    script: () =>
      fc.constantFrom(OPCODES['get'], OPCODES['get-version'], OPCODES['get-id']).map((opcode) => ({
        steps: [
          step(
            'a frame without its start',
            [{ send: frame(opcode).slice(1) }, { pollMs: 5 }],
            SILENCE,
          ),
          ...getId,
        ],
      })),
  },
  {
    id: 'spi/2/anything-before-a-frame',
    requirement: 'Whatever comes before the 0x5A of a frame is skipped.',
    covers: ['spi-2-5'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['synchronised', 'nss-low', 'rdp-1'],
    script: () =>
      fc
        .array(
          fc.nat(0xff).filter((byte) => byte !== SYNC),
          { minLength: 1, maxLength: 40 },
        )
        .map((before) => ({
          steps: [
            ask('Get ID behind something else', [...before, ...frame(OPCODES['get-id'])]),
            fetchAcknowledged('the ID', [ANY, ANY, ANY]),
          ],
        })),
  },
  {
    id: 'spi/2/waits-for-a-command-after-nack',
    requirement: 'After a NACK the bootloader waits for the next command.',
    covers: ['spi-2-6'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'refused-go', 'nss-low', 'rdp-1'],
    script: () =>
      fc.integer({ min: 1, max: 6 }).map((times) => ({
        steps: [
          ...Array.from({ length: times }, () => ask('refused', frame(0x02, 0xff), [NACK])),
          ...getId,
        ],
      })),
  },
  {
    id: 'spi/2/complement-judged-before-protection',
    requirement: 'A protected command with a wrong complement is refused once, not twice.',
    covers: ['spi-2-7'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['rdp-1'],
    script: () =>
      fc.constantFrom(0x11, 0x21, 0x31).map((opcode) => ({
        steps: [ask('wrong complement', frame(opcode, 0xff), [NACK]), ...getId],
      })),
  },
  {
    id: 'spi/2/dummies-are-payload',
    requirement:
      'While bytes are expected dummies count as such: the first poll is the checksum of an erase of one page.',
    covers: ['spi-2-8'],
    strength: 'observed',
    destroys: 'page',
    entries: ['synchronised', 'nss-low'],
    commands: ['extended-erase'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => {
      const each = scratchPages(part)[0]!;
      return {
        steps: [
          command('extended-erase'),
          ask('one page, without a checksum', [0x00, 0x00]),
          ask('its number', packet(be16(each.number)), [], 'erase'),
        ],
        left: erased(part, [each]),
      };
    },
  },
  {
    id: 'spi/2/busy-while-erasing',
    requirement: 'While the bootloader erases MISO carries 0xA5.',
    covers: ['spi-2-9'],
    strength: 'must',
    destroys: 'page',
    entries: ['synchronised', 'nss-low'],
    commands: ['extended-erase'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => {
      const each = scratchPages(part)[0]!;
      const asked = [
        { send: packet(be16(each.number)) },
        { exchange: [DUMMY, DUMMY, DUMMY, DUMMY] },
        ...getAck('erase'),
      ];
      const busy = Array.from({ length: 4 }, () => FILLER);
      return {
        steps: [
          command('extended-erase'),
          pageCount(1),
          { ...step('its number', asked, { bytes: [...busy, ACK_BYTE] }), withinMs: 35_000 },
        ],
        left: erased(part, [each]),
      };
    },
  },
];

export default scenarios;
