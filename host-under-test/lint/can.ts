import { interfaces, opcodes, eraseCodes, portNamed } from '../../families/index.ts';
import type { TraceEvent } from '../../emulator/index.ts';
import type { FlashPicture } from '../flash-picture.ts';
import { PATIENCE, unerasedWrites } from './lint.ts';
import type { LintFinding } from './finding.ts';
import { octets } from '../octets.ts';

type Frame = TraceEvent & { readonly kind: 'rx' | 'tx' };

/** Identifiers of the frames that connect, which are not counted on to be answered. */
const CONNECTS: readonly number[] = [interfaces.CAN.hello, interfaces.FDCAN.start.id];
const { width: FD_WIDTH } = interfaces.FDCAN;

/** What the host did on the bus that the note forbids, up to the first planted fault. */
export function lintCan(
  trace: readonly TraceEvent[],
  before: FlashPicture,
): readonly LintFinding[] {
  const fault = trace.findIndex((event) => event.kind === 'fault');
  const clean = fault < 0 ? trace : trace.slice(0, fault);
  return [...beforeAck(clean), ...classicFrames(clean), ...unerasedWrites(clean, before)];
}

/** Frames that come while the one before has no answer yet. */
function beforeAck(trace: readonly TraceEvent[]): LintFinding[] {
  const found: LintFinding[] = [];
  let unanswered: { readonly event: Frame; readonly isData: boolean } | undefined;
  /** Over CAN FD, frames of data that come in a row and are answered together. */
  let together = 0;
  for (const event of trace) {
    if (event.kind === 'reset') unanswered = undefined;
    if ((event.kind !== 'rx' && event.kind !== 'tx') || event.frame?.acknowledged !== true)
      continue;
    const { id, fd } = event.frame;
    if (event.kind === 'tx') {
      unanswered = undefined;
      continue;
    }
    if (CONNECTS.includes(id)) continue;
    const isData = together > 0;
    const early = unanswered !== undefined && event.time - unanswered.event.time < PATIENCE;
    if (early && !(isData && unanswered!.isData)) {
      found.push({
        rule: 'frame-before-ack',
        time: event.time,
        says: `a frame comes before the answer to the one before it (${fd ? interfaces.FDCAN.note : `${interfaces.CAN.note} §3`})`,
        octets: inWords(event),
      });
    }
    if (isData) together--;
    else if (fd) together = framesBehind(event);
    unanswered = { event, isData };
  }
  return found;
}

/** Frames of data that follow the frame of a command without an answer between them. */
function framesBehind({ bytes, frame }: Frame): number {
  if (frame!.id === opcodes['write-memory'] && bytes.length >= 5)
    return Math.ceil((bytes[4]! + 1) / FD_WIDTH);
  const pages = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  if (frame!.id === opcodes['extended-erase'] && pages < eraseCodes.reserved)
    return Math.ceil((2 * pages) / FD_WIDTH);
  return 0;
}

/** Frames without the FD format to a controller that wants it. */
function classicFrames(trace: readonly TraceEvent[]): LintFinding[] {
  return trace.flatMap((event): LintFinding[] => {
    const classic = event.kind === 'rx' && event.frame?.fd === false;
    if (!classic || portNamed(event.port).protocol !== 'FDCAN') return [];
    const says =
      'a classic frame, where the bootloader is set to CAN FD with bit rate switch (AN5405)';
    const { time } = event;
    return [{ rule: 'classic-frame-to-fdcan', time, says, octets: inWords(event) }];
  });
}

/** A frame as can-utils write it: `031#08000000FF`. */
function inWords({ bytes, frame }: Frame): string {
  const id = frame!.id.toString(16).toUpperCase().padStart(3, '0');
  return `${id} # ${octets([...bytes])}`;
}
