import { dfuStates, dfuStatuses } from '../../../../families/index.ts';
import { dfuOf } from '../../../../families/index.ts';
import {
  FIRST_BLOCK,
  STALL,
  abort,
  clearStatus,
  detach,
  download,
  eraseBlock,
  executed,
  finished,
  getState,
  getStatus,
  pointerBlock,
  report,
  upload,
} from '../host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Page, Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { ANY } from '../../../run/script.ts';
import type { Step } from '../../../run/script.ts';
import { erased } from '../../../scenarios/kit/erased.ts';
import { marked, pattern } from '../../../scenarios/kit/inputs.ts';
import { DOWNLOADING, UPLOADING, flashStart, generationOf } from './define.ts';

/** A DNLOAD for which the diagram has no arrow; the state behind it differs by generation. */
function noDownload(
  part: Part,
  sent: Step,
  state: 'dfuDNLOAD-SYNC' | 'dfuUPLOAD-IDLE' | 'dfuMANIFEST-SYNC',
): readonly Step[] {
  return [
    { ...sent, replies: [STALL] },
    ...(generationOf(part) === 'A'
      ? [getStatus(report('dfuERROR', 'errSTALLEDPKT'))]
      : [getState(state)]),
  ];
}

const block = (part: Part): Step => pointerBlock(flashStart(part));

const anyBytes = (length: number) => ({ bytes: [0, ...Array<number>(length).fill(ANY)] });

/** A device in dfuERROR: the command is unknown. */
const inError = (part: Part): readonly Step[] => [
  download(0, [0x99]),
  getStatus(report('dfuDNBUSY')),
  finished(part, report('dfuERROR', 'errSTALLEDPKT')),
];

const base = { strength: 'must', destroys: 'nothing', entries: ['idle'] } as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'dfu/2/idle',
    requirement: 'An idle device reports dfuIDLE, OK, and nothing to wait for.',
    covers: ['dfu-2-1', 'dfu-2-2'],
    entries: ['idle', 'after-error', 'aborted-download', 'write-protected', 'rdp-1'],
    script: () => ({ steps: [getStatus(report('dfuIDLE', 'OK', 0)), getState('dfuIDLE')] }),
  },
  {
    ...base,
    id: 'dfu/2/download-walk',
    requirement: 'A download goes from dfuDNLOAD-SYNC through dfuDNBUSY to dfuDNLOAD-IDLE.',
    covers: ['dfu-2-3', 'dfu-2-4'],
    entries: DOWNLOADING,
    script: (part) => ({
      steps: [
        block(part),
        getState('dfuDNLOAD-SYNC'),
        getStatus(report('dfuDNBUSY')),
        finished(part, report('dfuDNLOAD-IDLE', 'OK', 0)),
        getState('dfuDNLOAD-IDLE'),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/2/upload-walk',
    requirement: 'An upload goes to dfuUPLOAD-IDLE and stays there from block to block.',
    covers: ['dfu-2-5'],
    entries: UPLOADING,
    script: () => ({
      steps: [
        upload(FIRST_BLOCK, 16, anyBytes(16)),
        getState('dfuUPLOAD-IDLE'),
        upload(FIRST_BLOCK, 16, anyBytes(16)),
        getStatus(report('dfuUPLOAD-IDLE', 'OK', 0)),
        getState('dfuUPLOAD-IDLE'),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/2/get-state-changes-nothing',
    requirement: 'GETSTATE has no effect: a block that waits is not executed by it.',
    covers: ['dfu-2-6'],
    script: (part) => ({
      steps: [
        block(part),
        getState('dfuDNLOAD-SYNC'),
        getState('dfuDNLOAD-SYNC'),
        getStatus(report('dfuDNBUSY')),
        finished(part),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/2/executed-by-get-status',
    requirement: 'A block is executed by the GETSTATUS behind it, and not before.',
    covers: ['dfu-2-7'],
    destroys: 'page',
    entries: ['idle', 'download-idle', 'after-error'],
    script: (part) => ({
      steps: [
        ...executed(pointerBlock(scratchPages(part)[0]!.start), part),
        download(FIRST_BLOCK, pattern(64)),
        getState('dfuDNLOAD-SYNC'),
        abort(),
        getState('dfuIDLE'),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/2/abort',
    requirement: 'ABORT leads to dfuIDLE from every state in which nothing is under way.',
    covers: ['dfu-2-8'],
    entries: ['idle', 'download-idle', 'upload-idle', 'after-error'],
    protection: 'any',
    script: () => ({ steps: [abort(), getStatus(report('dfuIDLE', 'OK', 0))] }),
  },
  {
    ...base,
    id: 'dfu/2/abort-of-a-block',
    requirement: 'ABORT drops a block that waits: no GETSTATUS executes it any more.',
    covers: ['dfu-2-8', 'dfu-2-7'],
    destroys: 'page',
    setUp: (part) => ({
      flash: [{ address: scratchPages(part)[0]!.start, bytes: Uint8Array.from(pattern(64)) }],
    }),
    script: (part) => ({
      steps: [
        eraseBlock(scratchPages(part)[0]!.start),
        abort(),
        getStatus(report('dfuIDLE')),
        getStatus(report('dfuIDLE')),
      ],
    }),
    sharesKills: 'every section begins behind an aborted download too',
  },
  {
    ...base,
    id: 'dfu/2/abort-of-leaving',
    requirement: 'A download of nothing leads to dfuMANIFEST-SYNC, and ABORT back from there.',
    covers: ['dfu-2-9', 'dfu-2-8'],
    entries: ['idle', 'download-idle'],
    protection: 'any',
    script: () => ({
      steps: [download(0, []), getState('dfuMANIFEST-SYNC'), abort(), getState('dfuIDLE')],
    }),
    sharesKills: 'what leaves shows again in 5.5',
  },
  {
    ...base,
    id: 'dfu/2/second-block-refused',
    requirement: 'While a block waits to be executed, another one is refused with a STALL.',
    covers: ['dfu-2-10'],
    protection: 'any',
    script: (part) => ({ steps: [block(part), { ...block(part), replies: [STALL] }] }),
  },
  {
    ...base,
    id: 'dfu/2/second-block-leads-to',
    requirement:
      'Behind a refused download the state is dfuERROR, errSTALLEDPKT or as before, by the generation of the ROM.',
    covers: ['dfu-2-11'],
    strength: 'observed',
    protection: 'any',
    script: (part) => ({
      steps: [block(part), ...noDownload(part, block(part), 'dfuDNLOAD-SYNC')],
    }),
  },
  {
    ...base,
    id: 'dfu/2/no-download-while-uploading',
    requirement: 'In dfuUPLOAD-IDLE a download is refused with a STALL.',
    covers: ['dfu-2-10', 'dfu-2-11'],
    entries: ['upload-idle'],
    script: (part) => ({ steps: [...noDownload(part, block(part), 'dfuUPLOAD-IDLE')] }),
  },
  {
    ...base,
    id: 'dfu/2/no-upload-while-downloading',
    requirement: 'In dfuDNLOAD-SYNC and dfuDNLOAD-IDLE an upload is refused with a STALL.',
    covers: ['dfu-2-12'],
    entries: ['download-idle'],
    script: (part) => ({
      steps: [
        upload(FIRST_BLOCK, 16, STALL),
        upload(0, 64, STALL),
        getState('dfuDNLOAD-IDLE'),
        block(part),
        upload(FIRST_BLOCK, 16, STALL),
        upload(0, 64, STALL),
        getState('dfuDNLOAD-SYNC'),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/2/no-way-on-from-leaving',
    requirement: 'In dfuMANIFEST-SYNC downloads and uploads are refused with a STALL.',
    covers: ['dfu-2-10', 'dfu-2-12'],
    protection: 'any',
    script: (part) => ({
      steps: [
        download(0, []),
        upload(FIRST_BLOCK, 16, STALL),
        getState('dfuMANIFEST-SYNC'),
        ...noDownload(part, block(part), 'dfuMANIFEST-SYNC'),
      ],
      ends: 'open', // a GETSTATUS would leave
    }),
  },
  {
    ...base,
    id: 'dfu/2/error-stays',
    requirement: 'An error is reported until CLRSTATUS clears it, which leads to dfuIDLE, OK.',
    covers: ['dfu-2-13'],
    entries: ['idle', 'download-idle'],
    protection: 'any',
    script: (part) => ({
      steps: [
        ...inError(part),
        getStatus(report('dfuERROR', 'errSTALLEDPKT')),
        getState('dfuERROR'),
        getStatus(report('dfuERROR', 'errSTALLEDPKT')),
        clearStatus(),
        getStatus(report('dfuIDLE', 'OK', 0)),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/2/nothing-else-in-error',
    requirement: 'In dfuERROR downloads and uploads are refused with a STALL.',
    covers: ['dfu-2-14'],
    protection: 'any',
    script: (part) => ({
      steps: [
        ...inError(part),
        { ...block(part), replies: [STALL] },
        upload(FIRST_BLOCK, 16, STALL),
        upload(0, 64, STALL),
        download(0, [], STALL),
        getState('dfuERROR'),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/2/abort-keeps-error',
    requirement: 'ABORT does not lead out of dfuERROR.',
    covers: ['dfu-2-15'],
    strength: 'observed',
    protection: 'any',
    script: (part) => ({
      steps: [...inError(part), abort(), getStatus(report('dfuERROR', 'errSTALLEDPKT'))],
    }),
  },
  {
    ...base,
    id: 'dfu/2/clear-status-without-error',
    requirement:
      'CLRSTATUS without an error is harmless or an error of its own, by the generation of the ROM.',
    covers: ['dfu-2-16'],
    strength: 'observed',
    entries: ['idle'],
    protection: 'any',
    script: (part) => ({
      steps: [
        clearStatus(),
        getStatus(
          generationOf(part) === 'A' ? report('dfuIDLE') : report('dfuERROR', 'errUNKNOWN'),
        ),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/2/detach',
    requirement: 'DETACH is acknowledged and has no effect on a device in DFU mode.',
    covers: ['dfu-2-17'],
    strength: 'observed',
    entries: ['idle', 'upload-idle'],
    script: () => ({ steps: [detach(), detach(), upload(FIRST_BLOCK, 4, anyBytes(4))] }),
  },
  {
    ...base,
    id: 'dfu/2/upload-of-nothing',
    requirement: 'An upload of no bytes ends the upload: dfuIDLE.',
    covers: ['dfu-2-18'],
    strength: 'observed',
    entries: ['upload-idle'],
    script: () => ({
      steps: [upload(FIRST_BLOCK, 0), getState('dfuIDLE')],
    }),
  },
  {
    ...base,
    id: 'dfu/2/poll-times-end',
    requirement: 'A poll time has its low byte first, and none is a minute or more.',
    covers: ['dfu-2-20'],
    destroys: 'page',
    setUp: (part) => ({ flash: marked(part, scratchPages(part).slice(0, 1)) }),
    script: (part) => {
      const [page] = scratchPages(part) as readonly [Page];
      const underAMinute = { bytes: [0, dfuStatuses.OK, ANY, ANY, 0, dfuStates.dfuDNBUSY, ANY] };
      return {
        steps: [pointerBlock(page.start), eraseBlock(page.start)].flatMap((sent) => [
          sent,
          getStatus(underAMinute),
          finished(part),
        ]),
        left: erased(part, [page]),
      };
    },
  },
  {
    ...base,
    id: 'dfu/2/poll-times',
    requirement:
      'The poll times are those that logs show of the line, or 5 ms for an address and 100 ms for an erase.',
    covers: ['dfu-2-19'],
    strength: 'observed',
    destroys: 'page',
    setUp: (part) => ({ flash: marked(part, scratchPages(part).slice(0, 1)) }),
    script: (part) => {
      const { pollMs } = dfuOf(part.device);
      const [page] = scratchPages(part) as readonly [Page];
      return {
        steps: [
          pointerBlock(page.start),
          getStatus(report('dfuDNBUSY', 'OK', pollMs.address)),
          finished(part),
          eraseBlock(page.start),
          getStatus(report('dfuDNBUSY', 'OK', pollMs.erase)),
          finished(part),
        ],
        left: erased(part, [page]),
      };
    },
  },
];

export default scenarios;
