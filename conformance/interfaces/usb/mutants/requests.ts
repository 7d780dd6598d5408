import type { DfuDevice } from '../../../../emulator/index.ts';
import type { Kind, Mutant } from '../../../mutants/kit.ts';
import { usbRequests } from '../../../../families/index.ts';
import type { dfuRequests } from '../../../../families/index.ts';
import {
  BLOCK,
  NOTHING,
  asks,
  dfuMutant,
  isClass,
  numbers,
  pinsMutant,
  request,
  usbMutant,
} from './kit.ts';
import type { Setup } from './kit.ts';

/** A device on which something outlives a bus reset. */
function outlives(name: string, wrong: string, what: DfuDevice['outlivesBusReset']): Mutant {
  return dfuMutant(name, wrong, () => ({ outlivesBusReset: what }));
}

/** A device that does a standard request again by itself: behind a bus reset, or the first `then` that follows it. */
function repeatedBehindBusReset(
  name: string,
  wrong: string,
  bRequest: number,
  then?: number,
): Mutant {
  return pinsMutant(name, wrong, (pins) => {
    let last: Setup | undefined;
    let waits = false;
    const repeat = (): void => {
      if (last !== undefined && pins.attached) pins.control(last, NOTHING);
    };
    return {
      control(setup, data) {
        const standard = (setup.bmRequestType & 0x60) === 0;
        if (standard && setup.bRequest === bRequest) last = setup;
        const answer = pins.control(setup, data);
        if (waits && standard && setup.bRequest === then) {
          waits = false;
          repeat();
        }
        return answer;
      },
      busReset() {
        pins.busReset();
        if (then === undefined) repeat();
        else waits = true;
      },
    };
  });
}

/** A device that makes other bytes of the answer of a request. */
function answers(
  name: string,
  wrong: string,
  asked: keyof typeof dfuRequests,
  change: (bytes: Uint8Array) => Uint8Array,
): Mutant {
  return usbMutant(name, wrong, (setup, answer) => {
    const right = answer();
    return asks(setup, asked) && right instanceof Uint8Array ? change(right) : right;
  });
}

/** A request that takes the address pointer back to where it is after power-on. */
function losesPointer(name: string, wrong: string, by: 'ABORT' | 'CLRSTATUS'): Mutant {
  return usbMutant(name, wrong, (setup, answer) => {
    const right = answer();
    if (!asks(setup, by) || right === 'stall') return right;
    const state = answer(request('GETSTATE', 1), NOTHING);
    if (!(state instanceof Uint8Array) || state[0] !== 2) return right;
    answer(request('DNLOAD', 5), Uint8Array.of(0x21, 0, 0, 0, 8));
    answer(request('GETSTATUS', 6), NOTHING);
    answer(request('GETSTATUS', 6), NOTHING);
    answer(request('ABORT'), NOTHING);
    return right;
  });
}

/** Devices that go wrong behind a bus reset, or answer requests of DFU wrongly. */
export const requesting: readonly Kind[] = [
  outlives('error-outlives-bus-reset', 'a bus reset keeps dfuERROR and its status', ['state']),
  outlives('pointer-outlives-bus-reset', 'a bus reset keeps the address pointer', ['pointer']),
  outlives('block-outlives-bus-reset', 'a bus reset keeps a block that waits, and dfuDNLOAD-SYNC', [
    'state',
    'block',
  ]),
  repeatedBehindBusReset(
    'configuration-outlives-bus-reset',
    'a bus reset keeps the configuration',
    usbRequests.SET_CONFIGURATION,
  ),
  repeatedBehindBusReset(
    'alternate-outlives-bus-reset',
    'a bus reset and SET_CONFIGURATION keep the alternate setting',
    usbRequests.SET_INTERFACE,
    usbRequests.SET_CONFIGURATION,
  ),
  pinsMutant('dead-behind-bus-reset', 'behind a bus reset no DFU request is answered', (pins) => {
    let dead = false;
    return {
      control: (setup, data) => (dead && isClass(setup) ? 'stall' : pins.control(setup, data)),
      busReset() {
        dead = true;
        pins.busReset();
      },
    };
  }),
  pinsMutant('bus-reset-executes', 'a bus reset executes a block that waits', (pins) => ({
    busReset() {
      const state = pins.control(request('GETSTATE', 1), NOTHING);
      if (state instanceof Uint8Array && state[0] === 3)
        pins.control(request('GETSTATUS', 6), NOTHING);
      pins.busReset();
    },
  })),
  losesPointer('abort-loses-pointer', 'ABORT takes the address pointer back', 'ABORT'),
  losesPointer(
    'clear-status-loses-pointer',
    'CLRSTATUS takes the address pointer back',
    'CLRSTATUS',
  ),
  answers('poll-time-high-byte-first', 'the poll time is high byte first', 'GETSTATUS', (bytes) =>
    Uint8Array.of(bytes[0]!, bytes[3]!, bytes[2]!, bytes[1]!, ...bytes.subarray(4)),
  ),
  answers('status-of-five-bytes', 'GETSTATUS has five bytes', 'GETSTATUS', (bytes) =>
    bytes.slice(0, 5),
  ),
  answers('status-never-tells', 'bStatus is always OK', 'GETSTATUS', (bytes) => bytes.with(0, 0)),
  answers('state-of-two-bytes', 'GETSTATE has two bytes', 'GETSTATE', (bytes) =>
    Uint8Array.of(...bytes, 0),
  ),
  answers('state-of-run-time', 'GETSTATE tells appIDLE for dfuIDLE', 'GETSTATE', (bytes) =>
    bytes.map((byte) => (byte === 2 ? 0 : byte)),
  ),
  numbers(
    'upload-number-by-low-byte',
    'of the number of an uploaded block the low byte counts',
    'UPLOAD',
    (block) => (block > 255 ? block & 0xff : block),
  ),
  numbers(
    'download-number-by-low-byte',
    'of the number of a downloaded block the low byte counts',
    'DNLOAD',
    (block) => (block > 255 ? block & 0xff : block),
  ),
  numbers('fifth-block-is-fourth', 'block 5 is uploaded as block 4', 'UPLOAD', (block) =>
    block === 5 ? 4 : block,
  ),
  usbMutant(
    'blocks-by-request-length',
    'an upload counts its blocks in what the host asks for',
    (setup, answer) => {
      const later = asks(setup, 'UPLOAD') && setup.wValue > 2 && setup.wLength < BLOCK;
      if (!later || setup.wLength === 0) return answer();
      const offset = (setup.wValue - 2) * setup.wLength;
      const whole = answer({ ...setup, wValue: 2 + Math.floor(offset / BLOCK), wLength: BLOCK });
      return whole instanceof Uint8Array
        ? whole.slice(offset % BLOCK, (offset % BLOCK) + setup.wLength)
        : whole;
    },
  ),
  usbMutant(
    'upload-whole-blocks',
    'an upload is a whole block, whatever the host asks for',
    (setup, answer) =>
      asks(setup, 'UPLOAD') && setup.wValue > 1 && setup.wLength > 0
        ? answer({ ...setup, wLength: BLOCK })
        : answer(),
  ),
  usbMutant(
    'pointer-high-byte-first',
    'the address pointer is taken high byte first',
    (setup, answer, data) => {
      const points =
        asks(setup, 'DNLOAD') && setup.wValue === 0 && data[0] === 0x21 && data.length === 5;
      return points ? answer(setup, Uint8Array.of(0x21, ...data.slice(1).reverse())) : answer();
    },
  ),
  usbMutant('leave-needs-block-0', 'an empty download leaves as block 0 alone', (setup, answer) =>
    asks(setup, 'DNLOAD') && setup.wLength === 0 && setup.wValue > 0 ? 'stall' : answer(),
  ),
  numbers('upload-number-ignored', 'each uploaded block is block 2', 'UPLOAD', (block) =>
    Math.min(block, 2),
  ),
  numbers('download-number-ignored', 'each downloaded block is block 2', 'DNLOAD', (block) =>
    Math.min(block, 2),
  ),
];
