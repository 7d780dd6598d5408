import { OPCODES, answer, command, getId } from '../host.ts';
import type { CanCommand } from '../host.ts';
import { ACK_BYTE } from '../../usart/host.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Step } from '../../../run/script.ts';
import { ALWAYS, anyData } from './define.ts';

/** Version as nibbles, `2.0` as 0x20. */
function versionByte({ protocol }: Part): number {
  const [major, minor] = protocol.split('.');
  return Number(major) * 16 + Number(minor);
}

/** Get as the part answers it, each byte in a frame of its own. */
function get(part: Part, data: readonly number[] = []): Step {
  const opcodes = part.commands!.map((name) => OPCODES[name as CanCommand]);
  const bytes = [ACK_BYTE, opcodes.length, versionByte(part), ...opcodes, ACK_BYTE];
  return command('get', data, answer(OPCODES.get, ...bytes.map((byte) => [byte])));
}

function getVersion(part: Part, data: readonly number[] = []): Step {
  const frames = [[ACK_BYTE], [versionByte(part)], [0x00, 0x00], [ACK_BYTE]];
  return command('get-version', data, answer(OPCODES['get-version'], ...frames));
}

const base = { strength: 'must', destroys: 'nothing', entries: ALWAYS } as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'can/3.1/list',
    requirement:
      'Get answers the number of commands, the version and each opcode in frames of one byte, between two ACKs, each time it is asked.',
    covers: ['can-3.1-1', 'can-3.1-2', 'can-3.1-3', 'can-3-3', 'can-4-1'],
    script: (part) => ({ steps: [get(part), get(part)] }),
  },
  {
    ...base,
    id: 'can/3.1/any-data',
    requirement: 'The data of the frame of Get does not matter.',
    covers: ['can-3.1-4'],
    script: (part) => anyData.map((data) => ({ steps: [get(part, data)] })),
  },
  {
    ...base,
    id: 'can/3.2/version',
    requirement:
      'Get Version answers the version, and two bytes 00 in one frame, between two ACKs.',
    covers: ['can-3.2-1', 'can-3.2-2', 'can-3-3'],
    script: (part) => ({ steps: [getVersion(part)] }),
  },
  {
    ...base,
    id: 'can/3.2/any-data',
    requirement: 'The data of the frame of Get Version does not matter.',
    covers: ['can-3.2-3'],
    entries: ['connected', 'faster'],
    protection: 'any',
    script: (part) => anyData.map((data) => ({ steps: [getVersion(part, data)] })),
  },
  {
    ...base,
    id: 'can/3.3/product-id',
    requirement:
      'Get ID answers the product ID, most significant byte first, in one frame between two ACKs.',
    covers: ['can-3.3-1', 'can-3-3'],
    script: (part) => ({ steps: [getId(part)] }),
    sharesKills: 'in other sections it proves that the device is in step',
  },
  {
    ...base,
    id: 'can/3.3/any-data',
    requirement: 'The data of the frame of Get ID does not matter.',
    covers: ['can-3.3-2'],
    entries: ['connected', 'faster'],
    protection: 'any',
    script: (part) =>
      anyData.map((data) => {
        const { replies } = getId(part);
        return { steps: [command('get-id', data, ...replies)] };
      }),
  },
];

export default scenarios;
