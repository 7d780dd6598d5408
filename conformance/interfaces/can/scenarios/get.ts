import { OPCODES, answer, command, getId } from '../host.ts';
import { ACK_BYTE } from '../../usart/host.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Step } from '../../../run/script.ts';
import { gets, ids, versions, listOf, versionByte } from '../../../scenarios/get.ts';
import type { GetHost } from '../../../scenarios/get.ts';
import { canHost } from '../framed-host.ts';
import { ALWAYS, anyData } from './define.ts';

/** Get as the part answers it, each byte in a frame of its own. */
function get(part: Part, data: readonly number[] = []): Step {
  const judged = { count: true, version: versionByte(part), opcodes: true } as const;
  const bytes = [ACK_BYTE, ...listOf(part, OPCODES, judged), ACK_BYTE];
  return command('get', data, answer(OPCODES.get, ...bytes.map((byte) => [byte])));
}

function getVersion(part: Part, data: readonly number[] = []): Step {
  const frames = [[ACK_BYTE], [versionByte(part)], [0x00, 0x00], [ACK_BYTE]];
  return command('get-version', data, answer(OPCODES['get-version'], ...frames));
}

/** Get ID does not look at its data either. */
const getIdWith = (part: Part, data: readonly number[]): Step =>
  command('get-id', data, ...getId(part).replies);

const how: GetHost = {
  // no scenario has less of an answer judged
  get: (part) => [get(part)],
  getVersion: (part) => [getVersion(part)],
  getId: (part) => [getId(part)],
};

const scenarios: readonly Scenario[] = [
  ...gets(
    canHost,
    '3.1',
    {
      list: [1, 2, 3, '3-3', '4-1'],
    },
    how,
  ),
  ...versions(
    canHost,
    '3.2',
    {
      version: [1, 2, '3-3'],
    },
    how,
  ),
  ...ids(
    canHost,
    '3.3',
    {
      'product-id': {
        covers: [1, '3-3'],
        sharesKills: 'in other sections it proves that the device is in step',
      },
    },
    how,
  ),
  ...(
    [
      ['3.1', 'Get', 'can-3.1-4', get],
      ['3.2', 'Get Version', 'can-3.2-3', getVersion],
      ['3.3', 'Get ID', 'can-3.3-2', getIdWith],
    ] as const
  ).map(([section, title, covered, asked]): Scenario => ({
    id: `can/${section}/any-data`,
    requirement: `The data of the frame of ${title} does not matter.`,
    covers: [covered],
    strength: 'must',
    destroys: 'nothing',
    ...(title === 'Get'
      ? { entries: ALWAYS }
      : { entries: ['connected', 'faster'], protection: 'any' }),
    script: (part) => anyData.map((data) => ({ steps: [asked(part, data)] })),
  })),
];

export default scenarios;
