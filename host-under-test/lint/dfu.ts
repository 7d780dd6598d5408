import { descriptorTypes, dfuStates } from '../../families/index.ts';
import type { Setup, TraceEvent } from '../../emulator/index.ts';
import type { FlashPicture } from '../flash-picture.ts';
import { unerasedWrites } from './lint.ts';
import type { DfuRule, LintFinding } from './finding.ts';
import { octets } from '../octets.ts';
import { requestOf } from '../ports/usb-step.ts';

/** µs by which a host may be early: timers of operating systems are no better. */
const TOLERANCE = 1000;

type SetupEvent = TraceEvent & { readonly kind: 'setup' };
type AnswerEvent = TraceEvent & { readonly kind: 'answer' };

/** A control transfer of the trace. */
interface Transfer {
  readonly asked: SetupEvent;
  readonly answered?: AnswerEvent;
}

/** What the host did that the notes forbid, up to the first planted fault; waits are judged in `realTime` alone. */
export function lintDfu(
  trace: readonly TraceEvent[],
  before: FlashPicture,
  { realTime }: { readonly realTime: boolean },
): readonly LintFinding[] {
  const fault = trace.findIndex((event) => event.kind === 'fault');
  const clean = fault < 0 ? trace : trace.slice(0, fault);
  const host = new Host(realTime);
  for (const transfer of transfersOf(clean)) host.take(transfer);
  return [...host.found, ...unerasedWrites(askedErases(clean, before), before)];
}

/** The trace with the erases that the host asked for, whatever the chip made of them. */
function askedErases(trace: readonly TraceEvent[], { pages }: FlashPicture): TraceEvent[] {
  return trace.flatMap((event): TraceEvent[] => {
    if (event.kind !== 'command') return [event];
    const { time, name, address = 0 } = event;
    const all = name === 'mass-erase' || name === 'read-unprotect';
    const asked = pages.filter(
      (page) =>
        all ||
        (name === 'erase' && address >= page.address && address < page.address + page.length),
    );
    return [event, ...asked.map((page): TraceEvent => ({ time, kind: 'erase', ...page }))];
  });
}

function transfersOf(trace: readonly TraceEvent[]): readonly Transfer[] {
  const transfers: Transfer[] = [];
  let asked: SetupEvent | undefined;
  for (const event of trace) {
    if (event.kind === 'setup') {
      if (asked !== undefined) transfers.push({ asked });
      asked = event;
    } else if (event.kind === 'answer' && asked !== undefined) {
      transfers.push({ asked, answered: event });
      asked = undefined;
    }
  }
  return asked === undefined ? transfers : [...transfers, { asked }];
}

/** Follows what the host knows, transfer by transfer. */
class Host {
  readonly found: LintFinding[] = [];
  readonly #realTime: boolean;
  /** The block that no GETSTATUS has followed yet. */
  #parked: SetupEvent | undefined;
  /** Virtual µs at which the wait ends that the last GETSTATUS asked for, and that GETSTATUS. */
  #wait: { readonly until: number; readonly ms: number } | undefined;
  /** bState as the host was last told. */
  #told: number | undefined;
  #transferSize = Infinity;

  constructor(realTime: boolean) {
    this.#realTime = realTime;
  }

  take({ asked, answered }: Transfer): void {
    const request = requestOf(asked.setup);
    if ((asked.setup.bmRequestType & 0x60) === 0x20) this.#judge(request, asked, answered);
    this.#learn(request, asked, answered);
  }

  #judge(request: string, asked: SetupEvent, answered: AnswerEvent | undefined): void {
    const { wValue, wLength } = asked.setup;
    const add = (rule: DfuRule, says: string): void => {
      const words = inWords(request, asked.setup, asked.bytes);
      this.found.push({ rule, says, time: asked.time, octets: words });
    };
    if (this.#parked !== undefined && (request === 'DNLOAD' || request === 'UPLOAD')) {
      add('no-getstatus-after-dnload', `${request} comes where GETSTATUS has to (DFU 1.1 §6.1.1)`);
    }
    if (this.#realTime && this.#wait !== undefined) {
      const early = this.#wait.until - asked.time;
      if (early > TOLERANCE) {
        const says = `${request} comes ${Math.ceil(early / 1000)} ms before the ${this.#wait.ms} ms of bwPollTimeout are over (DFU 1.1 §6.1.2)`;
        add('poll-timeout-ignored', says);
      }
    }
    if ((request === 'DNLOAD' || request === 'UPLOAD') && wValue === 1 && wLength > 0) {
      add('reserved-block', `block 1 is reserved (AN3156)`);
    }
    if (request === 'DNLOAD' && this.#transferSize > 0 && wLength > this.#transferSize) {
      const says = `a block of ${wLength} bytes, and wTransferSize is ${this.#transferSize} (DFU 1.1 §4.1.3)`;
      add('block-too-long', says);
    }
    if (request === 'GETSTATUS' && wLength !== 6) {
      add('getstatus-not-six-bytes', `GETSTATUS asks for ${wLength} bytes (DFU 1.1 §6.1.2)`);
    }
    if (request === 'CLRSTATUS' && this.#told !== undefined && this.#told !== dfuStates.dfuERROR) {
      const says = 'CLRSTATUS, although the last GETSTATUS told of no dfuERROR (DFU 1.1 §6.1.3)';
      add('clrstatus-without-error', says);
    }
    const state = request === 'DNLOAD' || request === 'UPLOAD' ? answered?.state : undefined;
    const judged = wValue === 1 || (request === 'DNLOAD' && wLength > this.#transferSize);
    if (state !== undefined && !judged) {
      add('request-out-of-place', `${request} in ${state} (DFU 1.1 appendix A)`);
    }
  }

  #learn(request: string, asked: SetupEvent, answered: AnswerEvent | undefined): void {
    const { setup, time } = asked;
    if ((setup.bmRequestType & 0x60) === 0x20) this.#wait = undefined;
    if (answered?.answer !== 'done') return;
    const { bytes } = answered;
    switch (request) {
      case 'DNLOAD':
        this.#parked = asked;
        break;
      case 'GETSTATUS':
        this.#parked = undefined;
        if (bytes.length !== 6) break;
        this.#told = bytes[4];
        this.#note(bytes, Math.max(time, answered.time));
        break;
      case 'ABORT':
      case 'CLRSTATUS':
        this.#parked = undefined;
        this.#told = undefined;
        break;
      case 'GET_DESCRIPTOR':
        this.#transferSize = transferSizeIn(bytes) ?? this.#transferSize;
        break;
    }
  }

  #note(status: Uint8Array, time: number): void {
    const ms = status[1]! | (status[2]! << 8) | (status[3]! << 16);
    this.#wait = status[4] === dfuStates.dfuDNBUSY ? { until: time + ms * 1000, ms } : undefined;
  }
}

/** wTransferSize of the functional descriptor (DFU 1.1 table 4.2), where a configuration holds one. */
function transferSizeIn(bytes: Uint8Array): number | undefined {
  const { configuration, functional } = descriptorTypes;
  if (bytes[1] !== configuration && bytes[1] !== functional) return undefined;
  for (let at = 0; at + 7 <= bytes.length; at += Math.max(1, bytes[at]!)) {
    if (bytes[at + 1] === functional) return bytes[at + 5]! | (bytes[at + 6]! << 8);
  }
  return undefined;
}

/** The octets of a SETUP packet with its data, and what they say: `21 01 00 00 00 00 05 00 | 21 00 00 00 08 (DNLOAD, block 0, 5 bytes)`. */
export function inWords(request: string, setup: Setup, data: Uint8Array): string {
  const { bmRequestType, bRequest, wValue, wIndex, wLength } = setup;
  const packet = [
    bmRequestType,
    bRequest,
    ...[wValue, wIndex, wLength].flatMap((word) => [word & 0xff, word >> 8]),
  ];
  const block = request === 'DNLOAD' || request === 'UPLOAD' ? `, block ${wValue}` : '';
  const stage = data.length === 0 ? '' : ` | ${octets([...data])}`;
  return `${octets(packet)}${stage} (${request}${block}, ${wLength} bytes)`;
}
