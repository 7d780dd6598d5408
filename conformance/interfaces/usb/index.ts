import { dfuStates, dfuStatuses } from '../../../families/index.ts';
import type { Entry } from '../../run/entry.ts';
import { hear, send } from '../../run/exchange.ts';
import {
  ANSWER,
  FIRST_BLOCK,
  GONE,
  STALL,
  abort,
  clearStatus,
  download,
  eraseBlock,
  executed,
  failed,
  getDescriptor,
  getStatus,
  isGone,
  leave,
  massEraseBlock,
  pointerBlock,
  read,
  report,
  setConfiguration,
  setPointer,
  transferSize,
  unprotectBlock,
  upload,
  write,
} from './host.ts';
import { answerWords, sentWords } from './words.ts';
import { scratchPages } from '../../part/part.ts';
import type { Part } from '../../part/part.ts';
import type { Moves, Protocol } from '../protocol.ts';
import { ANY } from '../../run/script.ts';
import type { Step } from '../../run/script.ts';
import { noMassErase } from '../../scenarios/kit/replies.ts';
import type { Channel, Target } from '../../run/target.ts';

/** GETSTATUS is asked so often before a device that is not idle is given up. */
const TRIES = 8;

const moves: Moves = {
  lacks: (part, move) => (move === 'mass-erase' ? noMassErase(part) : undefined),
  longestBlock: transferSize,
  read,
  readRefused: (part, from, why) =>
    why === 'address'
      ? [...failed(pointerBlock(from), part, 'errTARGET'), clearStatus()]
      : [
          // AN3156 does not say what the protection makes of Set Address Pointer
          upload(FIRST_BLOCK, 16, STALL),
          getStatus(report('dfuERROR', 'errVENDOR')),
          clearStatus(),
        ],
  write,
  writeOptions: (part, to, data) => [
    ...setPointer(part, to),
    download(FIRST_BLOCK, data),
    getStatus(report('dfuDNBUSY')),
    getStatus(GONE),
  ],
  writeRefused: (part, to, why) =>
    why === 'address'
      ? [...failed(pointerBlock(to), part, 'errTARGET'), clearStatus()]
      : [...failed(download(FIRST_BLOCK, [1, 2, 3, 4]), part, 'errVENDOR'), clearStatus()],
  erase: (part, page) => executed(eraseBlock(page.start), part),
  eraseRefused: (part, page) => [
    ...failed(eraseBlock(page.start), part, 'errVENDOR'),
    clearStatus(),
  ],
  massErase: (part) => executed(massEraseBlock(), part),
  unprotect: () => [unprotectBlock(), getStatus(report('dfuDNBUSY')), getStatus(GONE)],
  go: (part, from) => [...setPointer(part, from), ...leave(part, [isGone()])],
};

/** AN3156: DfuSe, ST's dialect of DFU 1.1, over control transfers. */
export const dfu: Protocol = {
  name: 'dfu',
  interface: 'usb',
  flashSizeUnread: 'it is not reached over DFU',
  connected: 'idle',
  waiting: ['idle', 'download-idle', 'after-error', 'aborted-download'],
  protectedStates: ['reset', 'idle', 'after-error', 'rdp-1'],
  connect: (part, then = []) => {
    const [first, ...rest] = connecting(part, then) as [Step, ...Step[]];
    return [{ ...first, afterReset: true }, ...rest];
  },
  entrySteps,
  async wake(channel, target) {
    for (const each of [getDescriptor('device', 0, 18), setConfiguration(1)]) {
      await ask(channel, target, each);
    }
  },
  probe,
  probeName: 'GETSTATUS',
  probeWords: (got) => answerWords(getStatus().send, got),
  async identify(target) {
    const channel = await target.boot({});
    await this.wake(channel, target);
    return (await this.probe(channel, target)).length > 0;
  },
  moves,
  words: { sent: sentWords, answer: answerWords },
};

/** What an operating system and a tool do with a new device: it is configured, and idle. */
function connecting(part: Part, then: readonly Step[] = []): readonly Step[] {
  const [error, idle] = [report('dfuERROR', 'errFIRMWARE'), report('dfuIDLE')];
  const cleared = [clearStatus(), ...then];
  const found = part.quirks.has('dfu-starts-in-error')
    ? [getStatus(error, { ...idle, goOn: then }), ...cleared]
    : [getStatus(idle, { ...error, goOn: cleared }), ...then];
  return [
    getDescriptor('device', 0, 18, { bytes: [ANSWER.DATA, ...Array<number>(18).fill(ANY)] }),
    setConfiguration(1),
    ...found,
  ];
}

function entrySteps(entry: Entry, part: Part): readonly Step[] | undefined {
  const { start } = scratchPages(part)[0]!;
  switch (entry) {
    case 'reset':
      return [];
    case 'idle':
    case 'write-protected':
    case 'rdp-1':
      return connecting(part);
    case 'download-idle':
      return connecting(part, setPointer(part, start));
    case 'upload-idle':
      return connecting(part, [upload(FIRST_BLOCK, 4, anyData(4))]);
    case 'after-error':
      return connecting(part, [
        ...failed(download(0, [0x99]), part, 'errSTALLEDPKT'),
        clearStatus(),
      ]);
    case 'aborted-download':
      return connecting(part, [
        ...setPointer(part, start),
        download(FIRST_BLOCK, [1, 2, 3, 4]),
        abort(),
      ]);
    default:
      return undefined;
  }
}

/** Brings the device to dfuIDLE as tools do, and answers what GETSTATUS says there. */
async function probe(channel: Channel, target: Target): Promise<readonly number[]> {
  let answer: readonly number[] = [];
  for (let tries = 0; tries < TRIES; tries++) {
    answer = await ask(channel, target, getStatus());
    if (answer.length === 0 || answer[0] === ANSWER.GONE) return [];
    if (answer[0] === ANSWER.STALL) continue;
    const [status, state] = [answer[1], answer[5]];
    if (state === dfuStates.dfuIDLE && status === dfuStatuses.OK) return answer;
    if (state !== dfuStates.dfuDNBUSY) {
      await ask(channel, target, state === dfuStates.dfuERROR ? clearStatus() : abort());
    }
  }
  return answer;
}

async function ask(channel: Channel, target: Target, step: Step): Promise<readonly number[]> {
  await send(channel, step);
  return hear(channel, target);
}

function anyData(length: number): { readonly bytes: readonly number[] } {
  return { bytes: [ANSWER.DATA, ...Array<number>(length).fill(ANY)] };
}
