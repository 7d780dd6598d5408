import {
  FIRST_BLOCK,
  abort,
  behindBusReset,
  data,
  download,
  eraseBlock,
  finished,
  getConfiguration,
  getInterface,
  getState,
  getStatus,
  report,
  setConfiguration,
  setInterface,
  setPointer,
  upload,
} from '../host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import { dfu } from '../index.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Step } from '../../../run/script.ts';
import { mark, marked } from '../../../scenarios/kit/inputs.ts';
import { flashStart } from './define.ts';

/** The bus is reset, and the host begins anew: the device must be as it was out of reset. */
const anew = (part: Part, then: readonly Step[]): readonly Step[] =>
  behindBusReset(dfu.connect(part, then));

/** Of a ROM that is called so in so many words it is not asked. */
const keepsState = (part: Part): string | undefined =>
  part.quirks.has('dfu-bus-reset-keeps-state')
    ? 'this device keeps its state across a bus reset'
    : undefined;

const base = {
  strength: 'must',
  destroys: 'nothing',
  entries: ['idle'],
  unsupported: keepsState,
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'dfu/2/bus-reset',
    protection: 'any',
    requirement: 'Behind a bus reset the DFU state is that in which the device starts.',
    covers: ['dfu-1-17'],
    entries: ['idle', 'download-idle', 'upload-idle', 'after-error', 'aborted-download'],
    script: (part) => ({ steps: anew(part, [getState('dfuIDLE')]) }),
  },
  {
    ...base,
    id: 'dfu/2/bus-reset-ends-an-error',
    protection: 'any',
    requirement: 'A bus reset ends an error: its status is not reported any more.',
    covers: ['dfu-1-17'],
    script: (part) => ({
      steps: [
        download(0, [0x99]),
        getStatus(report('dfuDNBUSY')),
        finished(part, report('dfuERROR', 'errSTALLEDPKT')),
        ...anew(part, [getStatus(report('dfuIDLE'))]),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/2/bus-reset-drops-a-block',
    requirement: 'A block that waits when the bus is reset is never executed.',
    covers: ['dfu-1-17', 'dfu-2-7'],
    destroys: 'page',
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [
        eraseBlock(scratchPages(part)[0]!.start),
        getState('dfuDNLOAD-SYNC'),
        ...anew(part, [getStatus(report('dfuIDLE')), getStatus(report('dfuIDLE'))]),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/2/bus-reset-takes-the-pointer-back',
    requirement: 'Behind a bus reset blocks are counted from the start of flash again.',
    covers: ['dfu-5.2-7'],
    unsupported: (part) =>
      keepsState(part) ?? (flashStart(part) === 0x0800_0000 ? undefined : 'flash starts elsewhere'),
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [
        ...setPointer(part, part.pages.at(-1)!.start),
        abort(),
        ...anew(part, [upload(FIRST_BLOCK, 16, data(mark(part.pages[0]!)))]),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/2/bus-reset-ends-the-configuration',
    protection: 'any',
    requirement: 'Behind a bus reset the device is not configured, and its alternate setting is 0.',
    covers: ['dfu-1-22'],
    unsupported: () => undefined,
    script: () => ({
      steps: [
        setInterface(1),
        ...behindBusReset([getConfiguration(0)]),
        setConfiguration(1),
        getConfiguration(1),
        getInterface(0),
      ],
      ends: 'reset',
    }),
  },
];

export default scenarios;
