import { dfuStates } from '../../families/index.ts';
import { quirks } from '../../families/index.ts';
import type { QuirkName } from '../../families/index.ts';
import type { Deviations, Difference, WrongMemory, WrongPlace, WrongReply } from './deviation.ts';
import { itemsOf } from '../interfaces/can/frames.ts';
import { ANSWER } from '../interfaces/usb/host.ts';
import { BUSY_BYTE } from '../interfaces/i2c/host.ts';
import { ACK_BYTE, NACK_BYTE } from '../interfaces/usart/host.ts';
import { blank } from '../part/part.ts';
import type { Page, Part } from '../part/part.ts';
import { ANY } from './script.ts';
import type { Finding } from '../reports/verdict.ts';

/** How a ROM with a quirk deviates; what it does not say is no excuse. */
interface Excuse {
  /** The reply that it gives in place of those that are accepted. */
  readonly reply?: (wrong: WrongReply, all: Deviations) => boolean;
  /** A run of bytes that it leaves otherwise. */
  readonly memory?: (difference: Difference, all: Deviations, state: WrongMemory) => boolean;
  /** Where it leaves the dialogue. */
  readonly place?: (wrong: WrongPlace, all: Deviations) => boolean;
}

type MemoryExcuse = NonNullable<Excuse['memory']>;

/** Go was acknowledged, and the bootloader still answers. */
const stays: Excuse = {
  reply: ({ got }, { alive, ends, part }) =>
    ends === 'gone' &&
    got.length > 0 &&
    (part.interface === 'usb'
      ? got.join() === [ANSWER.DATA, dfuStates.dfuIDLE].join()
      : got.every((byte, at) => byte === alive[at])),
};

const spared =
  (which: (page: Page, all: Deviations, state: WrongMemory) => boolean): MemoryExcuse =>
  (difference, all, state) => {
    const pages = pagesOf(difference, all.part);
    return (
      pages.length > 0 &&
      isBlankWanted(difference, all.part) &&
      pages.every((page) => isUntouched(page, all) && which(page, all, state))
    );
  };

/** A list of which some pages are not erased at all; of each kind that is concerned, some are. */
const sparedOfList = (isConcerned: (page: Page) => boolean): MemoryExcuse =>
  spared(
    (page, { part }, { areas, differences }) =>
      isConcerned(page) &&
      part.pages.some(
        (other) =>
          isConcerned(other) &&
          areas.some(({ start, value }) => start === other.start && value === blank(part)) &&
          !differences.some(({ start, end }) => start < other.end && end > other.start),
      ),
  );

/** The limitations of ROMs that make scenarios fail, and how each shows. */
export const excuses = {
  'bank-2-erase-returns-early': {
    memory: spared(({ bank }) => bank === 1),
    place: ({ now }, { memory }) => now.length === 0 && memory !== undefined, // it still erases
  },
  'bank-2-multi-page-erase-broken': { memory: sparedOfList(({ bank }) => bank === 1) },
  'bank-erase-broken': { memory: spared((_, { changes }) => changes.length === 0) },
  'bank-erase-refused': {
    reply: isRefusal,
    memory: spared((_, { reply }) => reply !== undefined && isRefusal(reply)),
  },
  'can-write-unprotect-broken': {
    memory: (difference, { changes }) => changes.every((change) => !overlaps(change, difference)),
  },
  'dfu-bank-2-erase-broken': { memory: spared(({ bank }) => bank === 1) },
  'dfu-mass-erase-broken': { memory: spared((_, { changes }) => changes.length === 0) },
  'fdcan-erase-pages-low-byte-first': {
    memory(difference, { part, changes }, { areas }) {
      const [page] = pagesOf(difference, part);
      if (page === undefined) return false;
      const isNamed = (each: Page): boolean => areas.some(({ start }) => start === each.start);
      const swapped = ((page.number & 0xff) << 8) | (page.number >> 8);
      if (isNamed(page)) return !changes.some((change) => overlaps(change, page));
      const isBlank = difference.now.every((byte) => byte === blank(part));
      return isBlank && part.pages.some((each) => each.number === swapped && isNamed(each));
    },
  },
  'fdcan-get-counts-13': { reply: (wrong) => isOneByteOff(wrong, 11, 13) },
  'fdcan-long-write-fails': {
    reply: (wrong) => isRefusal(wrong) && dataLength(wrong.sent) > 63,
    memory: ({ start, end }, { reply, changes }) =>
      reply !== undefined &&
      isRefusal(reply) &&
      dataLength(reply.sent) > 63 &&
      !changes.some((change) => overlaps(change, { start, end })),
  },
  'fdcan-version-1.1': { reply: (wrong) => isOneByteOff(wrong, 0x10, 0x11) },
  'go-broken': stays,
  'i2c-mass-erase-bank-2-only': { memory: spared(({ bank }) => bank === 0) },
  'i2c-no-stretch-stretches': { reply: (wrong) => isOneByteOff(wrong, BUSY_BYTE, ACK_BYTE) },
  'multi-page-erase-broken': { memory: sparedOfList(() => true) },
  'option-load-missing': {
    place: ({ ends, now }) => ends === 'reset' && now.join() === String(NACK_BYTE),
  },
  'ram-write-corrupted': {
    // which bytes are wrong is not printed
    reply: ({ got, step }, { memory, look }) =>
      (look === undefined || memory !== undefined) &&
      step.replies.some(
        ({ bytes }) =>
          bytes.length === got.length && isFew(wrongBytes(bytes, got).length, bytes.length),
      ),
    memory(difference, { part }, { areas, differences }) {
      const area = areas.find(({ start, end }) => overlaps({ start, end }, difference));
      if (area === undefined || !isInRam(difference, part)) return false;
      const wrong = differences
        .filter((each) => overlaps(each, area))
        .reduce((sum, { start, end }) => sum + end - start, 0);
      return isFew(wrong, area.end - area.start);
    },
  },
  'ram-write-refused': {
    reply: isRefusalOfRam,
    memory: (difference, { part, reply }) =>
      reply !== undefined && isRefusalOfRam(reply, { part }) && isInRam(difference, part),
  },
  'spi-write-leaves-blanks': {
    memory({ start, end, wanted }, { part, look }) {
      if (wanted === undefined || pagesOf({ start, end }, part).length === 0) return false;
      const from = start - (start % DOUBLE_WORD);
      const whole = look?.(from, Math.ceil((end - from) / DOUBLE_WORD) * DOUBLE_WORD);
      return whole?.every((byte) => byte === blank(part)) === true;
    },
  },
} as const satisfies Partial<Record<QuirkName, Excuse>>;

/** A quirk that a scenario may name because of it. */
export type Excusable = keyof typeof excuses;

/** AN2606 tells of double-words that SPI leaves blank. */
const DOUBLE_WORD = 8;

/** What was answered, left in memory and left of the dialogue, each judged by itself. */
export interface Judged {
  readonly answered: Finding;
  readonly memory: Finding;
  readonly place: Finding;
}

/**
 * A failure that shows as this ROM is known to fail is not held against it, but what else a device with
 * the quirk does wrong is.
 */
export function excused(judged: Judged, all: Deviations, known: readonly Excusable[] = []): Judged {
  const own = known.filter((name) => all.part.quirks.has(name));
  const { reply, memory, place } = all;
  return {
    answered: mildened(
      judged.answered,
      reply && !reply.unasked && own.find((name) => of(name).reply?.(reply, all)),
    ),
    memory: mildened(
      judged.memory,
      memory
        ?.map((state) => {
          const names = state.differences.map((each) =>
            own.find((name) => of(name).memory?.(each, all, state)),
          );
          return names.includes(undefined) ? undefined : names[0];
        })
        .find((name) => name !== undefined),
    ),
    place: mildened(judged.place, place && own.find((name) => of(name).place?.(place, all))),
  };
}

const of = (name: Excusable): Excuse => excuses[name];

function mildened(finding: Finding, quirk: Excusable | undefined | false): Finding {
  if (quirk === undefined || quirk === false) return finding;
  if (finding.verdict !== 'fail' && finding.verdict !== 'inconclusive') return finding;
  return { verdict: 'non-strict', says: `${finding.says} (known: ${quirks[quirk].summary})` };
}

/** A NACK where an ACK, or what begins with one, is accepted. */
function isRefusal({ got, step }: WrongReply): boolean {
  return step.replies.some(({ bytes }) => {
    const [at, ...more] = wrongBytes(bytes, got);
    return more.length === 0 && at !== undefined && bytes[at] === ACK_BYTE && got[at] === NACK_BYTE;
  });
}

/** The refusal of what holds an address in RAM. */
function isRefusalOfRam(wrong: WrongReply, { part: { ram } }: Pick<Deviations, 'part'>): boolean {
  const view = new DataView(Uint8Array.from(wrong.sent).buffer);
  const isAddress = (at: number): boolean =>
    ram !== undefined && view.getUint32(at) >= ram.start && view.getUint32(at) < ram.end;
  return isRefusal(wrong) && wrong.sent.slice(3).some((_, at) => isAddress(at));
}

/** One byte is `got` in place of `wanted`. */
function isOneByteOff(wrong: WrongReply, wanted: number, got: number): boolean {
  return wrong.step.replies.some(({ bytes }) => {
    const [at, ...more] = wrongBytes(bytes, wrong.got);
    return more.length === 0 && at !== undefined && bytes[at] === wanted && wrong.got[at] === got;
  });
}

/** Where two equally long replies differ; nowhere where their lengths do. */
function wrongBytes(accepted: readonly number[], got: readonly number[]): readonly number[] {
  if (accepted.length !== got.length) return [];
  return got.flatMap((byte, at) => ([ANY, byte].includes(accepted[at]!) ? [] : [at]));
}

/** Data bytes of frames. */
function dataLength(sent: readonly number[]): number {
  return itemsOf(sent).reduce(
    (sum, item) => sum + (typeof item === 'object' && 'data' in item ? item.data.length : 0),
    0,
  );
}

/** Most bytes of a block are right. */
function isFew(wrong: number, length: number): boolean {
  return wrong > 0 && wrong <= Math.max(1, length / 4);
}

function isBlankWanted({ wanted }: Difference, part: Part): boolean {
  return wanted?.every((byte) => byte === blank(part)) === true;
}

function isUntouched(page: Page, { changes }: Deviations): boolean {
  return !changes.some((change) => overlaps(change, page));
}

/** Pages that a run of bytes in flash lies in. */
function pagesOf({ start, end }: Pick<Difference, 'start' | 'end'>, part: Part): readonly Page[] {
  return part.pages.filter((page) => overlaps(page, { start, end }));
}

function isInRam({ start, end }: Difference, { ram }: Part): boolean {
  return ram !== undefined && start >= ram.start && end <= ram.end;
}

function overlaps(
  one: { readonly start: number; readonly end: number },
  other: { readonly start: number; readonly end: number },
): boolean {
  return one.start < other.end && one.end > other.start;
}
