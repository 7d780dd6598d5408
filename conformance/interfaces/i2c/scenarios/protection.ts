import { ACK, BUSY, command, count, fetch, frame, outlasts, result } from '../host.ts';
import { i2cHost, noStretchHost } from '../framed-host.ts';
import { packet } from '../../usart/host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { marked } from '../../../scenarios/kit/inputs.ts';
import { wiped } from '../../../scenarios/kit/readout.ts';
import { readoutProtects, readoutUnprotects } from '../../../scenarios/readout-protection.ts';
import { noReadoutProtection, noWriteProtection } from '../../../scenarios/kit/replies.ts';
import { protectionAreas } from '../../../scenarios/kit/sector-lists.ts';
import { noSectorCodes, sectorCode } from '../../../scenarios/kit/sectors.ts';
import {
  sectorLists,
  writeProtects,
  writeUnprotects,
} from '../../../scenarios/write-protection.ts';
import { reachable } from './define.ts';
import { askedAtOnce } from './asked-at-once.ts';

const base = { strength: 'should', destroys: 'options', entries: ['connected'] } as const;

const scenarios: readonly Scenario[] = [
  ...writeProtects(i2cHost, '3.8', {
    resets: [1, 2],
    protects: [1],
    'spares-others': [1],
    'second-replaces-first': [5],
    'codes-not-judged': [6],
    'each-sector': [1],
    'unknown-code-among-others': [1, 6],
    protected: ['3-9', 4],
  }),
  ...writeUnprotects(i2cHost, '3.9', {
    'two-acks': [1, 2],
    unprotects: [3],
    'every-sector': [3],
    'keeps-content': [4],
    protected: ['3-9', 5],
  }),
  ...sectorLists(i2cHost, '3.8', {
    'wrong-checksum': [3],
    'wrong-count': [3],
    'checksum-spares-the-count': [7],
  }),
  ...readoutProtects(i2cHost, '3.10', {
    'two-acks': [1, 2],
    protects: [3, '3-9'],
    'already-protected': ['3-9', 5],
    'keeps-content': [4],
  }),
  ...readoutUnprotects(i2cHost, '3.11', {
    'two-acks': [1, 2],
    'erases-flash': [3],
    'write-protection-does-not-hinder': [6],
    opens: [4],
    'clears-ram': [5],
  }),
  ...writeProtects(noStretchHost, '3.14', {
    resets: [1, 2],
    protects: [1],
    'each-sector': [1],
    protected: ['3-9', 4],
  }),
  ...writeUnprotects(noStretchHost, '3.15', {
    'two-acks': [1, 2],
    unprotects: [3],
    'every-sector': [3],
    'keeps-content': [4],
    protected: ['3-9', 5],
  }),
  ...sectorLists(noStretchHost, '3.14', {
    'wrong-checksum': [3],
    'wrong-count': [3],
  }),
  ...readoutProtects(noStretchHost, '3.16', {
    'two-acks': [1, 2],
    protects: [3, '3-9'],
    'already-protected': ['3-9', 5],
    'keeps-content': [4],
  }),
  ...readoutUnprotects(noStretchHost, '3.17', {
    'two-acks': [1, 2],
    'erases-flash': [3],
    opens: [4],
    'clears-ram': [5],
  }),
  {
    ...base,
    id: 'i2c/3.8/list-breaks-off',
    requirement: 'A list that breaks off protects nothing, and a reset gives it up.',
    covers: ['i2c-3.8-8', 'i2c-2-6'],
    strength: 'must',
    commands: ['write-protect'],
    unsupported: noWriteProtection,
    script: (part) => ({
      steps: [
        command('write-protect'),
        count('sectors', 3),
        frame('two sectors of three', [0x01, 0x02]),
        ...outlasts(part),
      ],
    }),
    sharesKills: 'who waits for ever waits for every frame (2)',
  },
  {
    ...base,
    id: 'i2c/3.14/busy-meanwhile',
    requirement: 'A device that protects answers 0x76 until it is done.',
    covers: ['i2c-3.14-5'],
    commands: ['no-stretch-write-protect'],
    unsupported: noSectorCodes,
    script: (part) => {
      const code = sectorCode(part, scratchPages(part)[0]!)!;
      return {
        steps: askedAtOnce(
          command('no-stretch-write-protect'),
          count('sectors', 1),
          frame(`sector ${code}`, packet([code])),
        ),
        left: [{ areas: protectionAreas(part) }],
        ends: 'reset',
      };
    },
  },
  {
    ...base,
    id: 'i2c/3.15/busy-meanwhile',
    requirement: 'A device that takes the protection off answers 0x76 until it is done.',
    covers: ['i2c-3.15-6'],
    entries: ['connected', 'write-protected'],
    commands: ['no-stretch-write-unprotect'],
    unsupported: noWriteProtection,
    script: (part) => ({
      steps: askedAtOnce(command('no-stretch-write-unprotect')),
      left: [{ areas: protectionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    id: 'i2c/3.17/busy-meanwhile',
    requirement: 'A device that unprotects itself answers 0x76 until it is done.',
    covers: ['i2c-3.17-6'],
    strength: 'observed',
    destroys: 'chip',
    entries: ['connected', 'rdp-1'],
    commands: ['no-stretch-readout-unprotect'],
    unsupported: noReadoutProtection,
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [
        command('no-stretch-readout-unprotect'),
        fetch('its answer at once', 1, [
          BUSY,
          // OpenBootloader acknowledges before it erases
          { ...ACK, verdict: 'informational', says: 'it is acknowledged at once', goOn: [] },
        ]),
        result('no-stretch', 'all'),
      ],
      left: [{ areas: wiped(part) }],
      ends: 'reset',
    }),
  },
];

export default reachable(scenarios);
