import { fdcanHost } from '../framed-host.ts';
import { answers, command, protection, write, writeProtect } from '../host.ts';
import { ACK_BYTE, OPCODES } from '../../usart/host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import { optionAreas } from '../../../scenarios/kit/option-image.ts';
import { readoutProtects, readoutUnprotects } from '../../../scenarios/readout-protection.ts';
import { noReadoutProtection } from '../../../scenarios/kit/replies.ts';
import { some } from '../../../scenarios/kit/scratch.ts';
import { protectionAreas } from '../../../scenarios/kit/sector-lists.ts';
import { noSecondSector, pageOfAnotherSector, sectorCode } from '../../../scenarios/kit/sectors.ts';
import { writeProtects, writeUnprotects } from '../../../scenarios/write-protection.ts';
import { again } from './define.ts';

const scenarios: readonly Scenario[] = [
  ...writeProtects(fdcanHost, 'write-protect', {
    resets: {
      name: 'two-acks',
      covers: [1, 2],
      requirement:
        'Write Protect has its codes in its own frame; it is acknowledged twice, and followed by a reset.',
      entries: [...fdcanHost.resetting, 'spoilt-frame'],
    },
    protects: { covers: [1], entries: ['connected'] },
    'spares-others': [1],
    'second-replaces-first': [4],
    'codes-not-judged': { covers: [5], strength: 'observed' },
    protected: [6, 'command-set-4'],
  }),
  ...writeUnprotects(fdcanHost, 'write-unprotect', {
    'two-acks': [1, 2],
    unprotects: [3],
    'every-sector': { name: 'unprotects-all', covers: [3] },
    'keeps-content': [4],
    protected: [5, 'command-set-4'],
  }),
  ...readoutProtects(fdcanHost, 'readout-protect', {
    'two-acks': {
      covers: [1, 2],
      sharesKills: 'Readout Unprotect is examined behind a Readout Protect too',
    },
    protects: [3, 'command-set-4'],
    'already-protected': { covers: [5], strength: 'observed' },
    'keeps-content': [4],
  }),
  ...readoutUnprotects(fdcanHost, 'readout-unprotect', {
    'two-acks': [1, 2],
    'erases-flash': [4],
    'write-protection-does-not-hinder': [4],
    opens: [5],
    'clears-ram': {
      covers: [6],
      strength: 'observed',
      unsupported: (part) =>
        part.quirks.has('fdcan-options-after-power-on')
          ? 'this ROM needs a power cycle, which clears RAM too'
          : undefined,
    },
    'protect-and-unprotect': ['readout-protect-3', 5],
  }),
  {
    id: 'fdcan/write-protect/several-sectors',
    requirement:
      'As many codes count as the first byte says, and what fills the frame up does not.',
    covers: ['fdcan-write-protect-3'],
    strength: 'must',
    destroys: 'options',
    entries: ['connected'],
    commands: ['write-protect', 'write-memory'],
    unsupported: noSecondSector,
    script: (part) => {
      const [first, second] = [scratchPages(part)[0]!, pageOfAnotherSector(part)!];
      const [one, other] = [sectorCode(part, first)!, sectorCode(part, second)!];
      const { send } = command('write-protect', [1, one, other]);
      return {
        steps: [
          { ...writeProtect([one]), send },
          ...again(
            part,
            [first, second].flatMap(({ start }) => write(start, some(part))),
          ),
        ],
        left: [{ areas: [...protectionAreas(part), holding(second.start, some(part))] }],
      };
    },
  },
  {
    id: 'fdcan/readout-unprotect/answered-under-the-command',
    requirement: 'Both ACKs carry the identifier of the command.',
    covers: ['fdcan-readout-unprotect-3'],
    strength: 'must',
    destroys: 'chip',
    entries: ['connected', 'rdp-1'],
    commands: ['readout-unprotect'],
    unsupported: noReadoutProtection,
    script: (part) => {
      const asked = protection(part, 'readout-unprotect');
      const own = answers(OPCODES['readout-unprotect'], [ACK_BYTE], [ACK_BYTE]);
      return {
        steps: [{ ...asked, replies: [own, ...asked.replies.slice(1)] }],
        left: [{ areas: optionAreas(part) }],
        ends: 'reset',
      };
    },
  },
];

export default scenarios;
