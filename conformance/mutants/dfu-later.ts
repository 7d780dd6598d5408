import type { DfuDevice, DfuMove, UsbPins } from '../../emulator/index.ts';
import { withMove } from '../../emulator/index.ts';
import { REQUESTS, STANDARD } from '../interfaces/usb/host.ts';
import { dfuMutant, instead, isOperation, usbMutant } from './kit.ts';
import type { Mutant, Setup } from './kit.ts';
import {
  andThen,
  bitFarInLongRead,
  bitFarInLongWritten,
  bitFarInRead,
  bitFarInWritten,
  faultyOnUsb,
  firstPageSurvives,
  highestPageKept,
  middleSurvives,
  optionsCutAtEight,
  optionsReadBlank,
  pageEndsKept,
  pageMiddlesKept,
  readsWithinPages,
  sticksAtPageEnd,
  regressionDoesNothingAtLevel0,
  regressionKeepsLastPage,
  regressionKeepsRam,
  regressionNeedsLevel1,
  secondBankKept,
  secondBlockLost,
  secondEraseIgnored,
  upperHalfMirrored,
  upperHalfWrittenBelow,
  writesWithinPages,
} from './memory-faults.ts';

/** wTransferSize of the device that mutants are made of. */
const BLOCK = 2048;

const isClass = ({ bmRequestType }: Setup): boolean => (bmRequestType & 0x60) === 0x20;

const asks = (setup: Setup, name: keyof typeof REQUESTS): boolean =>
  isClass(setup) && setup.bRequest === REQUESTS[name];

/** A device on which something outlives a bus reset. */
function outlives(name: string, wrong: string, what: DfuDevice['outlivesBusReset']): Mutant {
  return dfuMutant(name, wrong, () => ({ outlivesBusReset: what }));
}

/** A device whose end of the bus is another; `change` gets the right one. */
function pinsMutant(
  name: string,
  wrong: string,
  change: (pins: UsbPins) => Partial<Pick<UsbPins, 'busReset' | 'control'>>,
): Mutant {
  return {
    name: `dfu-${name}`,
    wrong,
    interface: 'usb',
    usb: (pins) => ({
      get attached() {
        return pins.attached;
      },
      busReset: () => pins.busReset(),
      onRetry: (listener) => pins.onRetry(listener),
      onAttach: (listener) => pins.onAttach(listener),
      control: (setup, data) => pins.control(setup, data),
      ...change(pins),
    }),
  };
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
      if (last !== undefined && pins.attached) pins.control(last, new Uint8Array());
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

/** A device with another cell in its state table. */
function moves(
  name: string,
  wrong: string,
  state: Parameters<typeof withMove>[1],
  input: Parameters<typeof withMove>[2],
  move: DfuMove,
): Mutant {
  return dfuMutant(name, wrong, ({ table }) => ({ table: withMove(table, state, input, move) }));
}

/** A device that makes other bytes of the answer of a request. */
function answers(
  name: string,
  wrong: string,
  request: keyof typeof REQUESTS,
  change: (bytes: Uint8Array) => Uint8Array,
): Mutant {
  return usbMutant(name, wrong, (setup, answer) => {
    const right = answer();
    return asks(setup, request) && right instanceof Uint8Array ? change(right) : right;
  });
}

/** A device that takes another block number than was sent. */
function numbers(
  name: string,
  wrong: string,
  request: 'DNLOAD' | 'UPLOAD',
  change: (block: number) => number,
): Mutant {
  return usbMutant(name, wrong, (setup, answer) =>
    answer(asks(setup, request) ? { ...setup, wValue: change(setup.wValue) } : setup),
  );
}

/** A device that makes something else of a block's work. */
function works(
  name: string,
  wrong: string,
  change: (
    work: ReturnType<DfuDevice['plan']>,
    chip: Parameters<DfuDevice['plan']>[0],
    block: Parameters<DfuDevice['plan']>[1],
  ) => ReturnType<DfuDevice['plan']>,
  part?: Mutant['part'],
): Mutant {
  return dfuMutant(
    name,
    wrong,
    (device) => ({
      plan(chip, block, pointer) {
        return change(device.plan.call(this, chip, block, pointer), chip, block);
      },
    }),
    part,
  );
}

/** A device whose configuration is another. */
function configures(
  name: string,
  wrong: string,
  change: (bytes: Uint8Array) => Uint8Array,
): Mutant {
  return dfuMutant(name, wrong, ({ descriptors }) => ({
    descriptors: { ...descriptors, configuration: change(descriptors.configuration) },
  }));
}

/** A request that takes the address pointer back to where it is after power-on. */
function losesPointer(name: string, wrong: string, request: 'ABORT' | 'CLRSTATUS'): Mutant {
  const pointing = {
    bmRequestType: 0x21,
    bRequest: REQUESTS.DNLOAD,
    wValue: 0,
    wIndex: 0,
    wLength: 5,
  };
  const status = {
    bmRequestType: 0xa1,
    bRequest: REQUESTS.GETSTATUS,
    wValue: 0,
    wIndex: 0,
    wLength: 6,
  };
  const none = new Uint8Array();
  return usbMutant(name, wrong, (setup, answer) => {
    const right = answer();
    if (!asks(setup, request) || right === 'stall') return right;
    const idle = answer({ ...status, bRequest: REQUESTS.GETSTATE, wLength: 1 }, none);
    if (!(idle instanceof Uint8Array) || idle[0] !== 2) return right;
    answer(pointing, Uint8Array.of(0x21, 0, 0, 0, 8));
    answer(status, none);
    answer(status, none);
    answer({ ...pointing, bRequest: REQUESTS.ABORT, wLength: 0 }, none);
    return right;
  });
}

/** Devices that go wrong behind the first block, page, area or bus reset. */
export const laterOnUsb: readonly Mutant[] = [
  outlives('error-outlives-bus-reset', 'a bus reset keeps dfuERROR and its status', ['state']),
  outlives('pointer-outlives-bus-reset', 'a bus reset keeps the address pointer', ['pointer']),
  outlives('block-outlives-bus-reset', 'a bus reset keeps a block that waits, and dfuDNLOAD-SYNC', [
    'state',
    'block',
  ]),
  repeatedBehindBusReset(
    'configuration-outlives-bus-reset',
    'a bus reset keeps the configuration',
    STANDARD.SET_CONFIGURATION,
  ),
  repeatedBehindBusReset(
    'alternate-outlives-bus-reset',
    'a bus reset and SET_CONFIGURATION keep the alternate setting',
    STANDARD.SET_INTERFACE,
    STANDARD.SET_CONFIGURATION,
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
      const status = { bmRequestType: 0xa1, bRequest: 3, wValue: 0, wIndex: 0, wLength: 6 };
      const state = pins.control({ ...status, bRequest: 5, wLength: 1 }, new Uint8Array());
      if (state instanceof Uint8Array && state[0] === 3) pins.control(status, new Uint8Array());
      pins.busReset();
    },
  })),
  losesPointer('abort-loses-pointer', 'ABORT takes the address pointer back', 'ABORT'),
  losesPointer(
    'clear-status-loses-pointer',
    'CLRSTATUS takes the address pointer back',
    'CLRSTATUS',
  ),
  moves(
    'abort-keeps-uploading',
    'ABORT leaves dfuUPLOAD-IDLE as it is',
    'dfuUPLOAD-IDLE',
    'ABORT',
    {
      do: 'ignore',
      next: 'dfuUPLOAD-IDLE',
    },
  ),
  moves(
    'leave-behind-write-refused',
    'a host cannot leave from dfuDNLOAD-IDLE',
    'dfuDNLOAD-IDLE',
    'DNLOAD of nothing',
    {
      do: 'stall',
      next: 'dfuERROR',
      status: 'errSTALLEDPKT',
    },
  ),
  moves(
    'error-told-once',
    'GETSTATUS tells an error once, and clears it',
    'dfuERROR',
    'GETSTATUS',
    {
      do: 'report-status',
      next: 'dfuIDLE',
      status: 'OK',
    },
  ),
  moves('upload-in-error', 'memory is sent in dfuERROR', 'dfuERROR', 'UPLOAD', {
    do: 'send-memory',
    next: 'dfuERROR',
  }),
  moves(
    'list-in-error',
    'the list of commands is sent in dfuERROR',
    'dfuERROR',
    'UPLOAD of block 0',
    {
      do: 'send-commands',
      next: 'dfuERROR',
    },
  ),
  moves('upload-behind-block', 'memory is sent while a block waits', 'dfuDNLOAD-SYNC', 'UPLOAD', {
    do: 'send-memory',
    next: 'dfuDNLOAD-SYNC',
  }),
  moves('clear-status-keeps-status', 'CLRSTATUS leaves the status', 'dfuERROR', 'CLRSTATUS', {
    do: 'forget',
    next: 'dfuIDLE',
  }),
  moves(
    'leave-in-error',
    'a download of nothing leaves in dfuERROR',
    'dfuERROR',
    'DNLOAD of nothing',
    {
      do: 'ignore',
      next: 'dfuMANIFEST-SYNC',
    },
  ),
  moves(
    'list-while-downloading',
    'the list of commands is sent in dfuDNLOAD-IDLE',
    'dfuDNLOAD-IDLE',
    'UPLOAD of block 0',
    {
      do: 'send-commands',
      next: 'dfuDNLOAD-IDLE',
    },
  ),
  moves('get-state-ends-upload', 'GETSTATE ends an upload', 'dfuUPLOAD-IDLE', 'GETSTATE', {
    do: 'report-state',
    next: 'dfuIDLE',
  }),
  moves('get-status-ends-upload', 'GETSTATUS ends an upload', 'dfuUPLOAD-IDLE', 'GETSTATUS', {
    do: 'report-status',
    next: 'dfuIDLE',
  }),
  moves(
    'leaving-takes-blocks',
    'a block is taken in dfuMANIFEST-SYNC',
    'dfuMANIFEST-SYNC',
    'DNLOAD',
    {
      do: 'keep-block',
      next: 'dfuDNLOAD-SYNC',
    },
  ),
  answers(
    'poll-time-high-byte-first',
    'the poll time has its high byte first',
    'GETSTATUS',
    (bytes) => Uint8Array.of(bytes[0]!, bytes[3]!, bytes[2]!, bytes[1]!, ...bytes.subarray(4)),
  ),
  answers('status-of-five-bytes', 'GETSTATUS has five bytes', 'GETSTATUS', (bytes) =>
    bytes.slice(0, 5),
  ),
  answers('status-never-tells', 'bStatus is always OK', 'GETSTATUS', (bytes) => bytes.with(0, 0)),
  answers('state-of-two-bytes', 'GETSTATE has two bytes', 'GETSTATE', (bytes) =>
    Uint8Array.of(...bytes, 0),
  ),
  answers(
    'state-of-run-time',
    'GETSTATE tells appIDLE where the state is dfuIDLE',
    'GETSTATE',
    (bytes) => bytes.map((byte) => (byte === 2 ? 0 : byte)),
  ),
  dfuMutant('busy-for-ever', 'an erase never ends', (device) => ({
    plan(chip, block, pointer) {
      const work = device.plan.call(this, chip, block, pointer);
      return work.name === 'erase' && work.status === 'OK' ? { ...work, next: 'dfuDNBUSY' } : work;
    },
  })),
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
  works(
    'write-moves-pointer',
    'a write leaves the address pointer behind its end',
    (work, _, { data }) =>
      work.name === 'write' && work.status === 'OK'
        ? { ...work, pointer: work.address! + data.length }
        : work,
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
  works(
    'unprotect-with-more',
    'Read Unprotect is executed whatever follows its code',
    (work, chip, { number, data }) => {
      if (number !== 0 || data[0] !== 0x92 || data.length === 1) return work;
      const operation = chip.memory.readoutUnprotect(true, true);
      return isOperation(operation)
        ? { name: 'read-unprotect', status: 'OK', operation, reset: 'readout-unprotect' }
        : work;
    },
  ),
  works(
    'short-erase-is-mass-erase',
    'an erase with a short address erases all',
    (work, chip, { number, data }) => {
      if (number !== 0 || data[0] !== 0x41 || data.length === 1 || data.length === 5) return work;
      const operation = chip.memory.erase({ mass: true });
      return isOperation(operation) ? { name: 'mass-erase', status: 'OK', operation } : work;
    },
  ),
  works('bad-address-is-err-address', 'an address without memory ends in errADDRESS', (work) =>
    work.status === 'errTARGET' ? { ...work, status: 'errADDRESS' } : work,
  ),
  dfuMutant('refused-read-status', 'a refused upload ends in errSTALLEDPKT', (device) => ({
    read(chip, address, length) {
      const sent = device.read(chip, address, length);
      return typeof sent === 'object' && 'status' in sent && sent.status === 'errTARGET'
        ? { ...sent, status: 'errSTALLEDPKT' }
        : sent;
    },
  })),
  works(
    'mass-erase-past-protection',
    'a mass erase does not mind write protection',
    (work, chip) => {
      if (work.name !== 'mass-erase' || work.operation === undefined) return work;
      const operation = chip.memory.regress({}, false);
      return isOperation(operation) ? { ...work, operation } : work;
    },
  ),
  works('erase-clears-options', 'a mass erase sets the write protection', (work, chip) => {
    if (work.name !== 'mass-erase' || work.operation === undefined) return work;
    const operation = andThen(work.operation, () => [chip.memory.writeProtect([1])]);
    return isOperation(operation) ? { ...work, operation } : work;
  }),
  works('write-of-two-lost', 'a block of two bytes is lost', (work, _, { data }) =>
    work.name === 'write' && data.length === 2 && work.operation !== undefined
      ? { ...work, operation: instead(work.operation, () => {}) }
      : work,
  ),
  works(
    'write-upper-kilobyte-lost',
    'of a whole block the second half is lost',
    (work, chip, { data }) => {
      if (work.name !== 'write' || work.operation === undefined || data.length <= 1024) return work;
      const operation = chip.memory.write(work.address!, data.subarray(0, 1024));
      return isOperation(operation) ? { ...work, operation } : work;
    },
  ),
  dfuMutant(
    'protection-wears-off',
    'readout protection refuses the first upload alone',
    (device) => {
      let asked = 0;
      return {
        read: (chip, address, length) =>
          device.read(
            chip.memory.level >= 1 && ++asked > 1
              ? { ...chip, memory: { ...chip.memory, level: 0 } }
              : chip,
            address,
            length,
          ),
      };
    },
  ),
  usbMutant(
    'leave-needs-block-0',
    'a download of nothing leaves as block 0 alone',
    (setup, answer) =>
      asks(setup, 'DNLOAD') && setup.wLength === 0 && setup.wValue > 0 ? 'stall' : answer(),
  ),
  configures('total-length-short', 'wTotalLength is one byte too low', (bytes) =>
    bytes.with(2, bytes[2]! - 1),
  ),
  configures('last-alternate-string-missing', 'the last alternate setting has no string', (bytes) =>
    bytes.with(bytes.length - 10, 0),
  ),
  configures('no-upload', 'the functional descriptor does not tell that it can upload', (bytes) =>
    bytes.with(bytes.length - 7, bytes.at(-7)! & ~0x02),
  ),
  configures(
    'subclass-wrong',
    'one bit of the subclass of the second alternate setting is wrong',
    (bytes) => bytes.with(9 + 9 + 6, 0x03),
  ),
  configures(
    'alternates-numbered-alike',
    'the third alternate setting has the number of the second',
    (bytes) => bytes.with(9 + 18 + 3, 1),
  ),
  dfuMutant(
    'layout-page-missing',
    'the layout string of flash tells a sector less',
    ({ descriptors }) => ({
      descriptors: {
        ...descriptors,
        strings: Object.fromEntries(
          Object.entries(descriptors.strings).map(([index, text]) => [
            index,
            text.replace('07*128Kg', '06*128Kg'),
          ]),
        ),
      },
    }),
  ),
  dfuMutant(
    'options-read-only',
    'the layout string of the option bytes says that they are read only',
    ({ descriptors }) => ({
      descriptors: {
        ...descriptors,
        strings: Object.fromEntries(
          Object.entries(descriptors.strings).map(([index, text]) => [
            index,
            text.startsWith('@Option') ? text.replace(/e$/, 'a').replace(/ e/, ' a') : text,
          ]),
        ),
      },
    }),
  ),
  usbMutant('string-length-wrong', 'a string tells two bytes more than it has', (setup, answer) => {
    const right = answer();
    const isString =
      (setup.bmRequestType & 0x60) === 0 && setup.bRequest === 6 && setup.wValue >> 8 === 3;
    return isString && right instanceof Uint8Array && right.length > 4
      ? right.with(0, right[0]! + 2)
      : right;
  }),
  ...faultyOnUsb([
    bitFarInRead,
    { ...bitFarInLongRead, name: 'read-bit-behind-1000' },
    readsWithinPages,
    sticksAtPageEnd,
    upperHalfMirrored,
    optionsReadBlank,
    bitFarInWritten,
    { ...bitFarInLongWritten, name: 'write-bit-behind-1499' },
    writesWithinPages,
    secondBlockLost,
    upperHalfWrittenBelow,
    optionsCutAtEight,
    pageEndsKept,
    pageMiddlesKept,
    highestPageKept,
    firstPageSurvives,
    middleSurvives,
    secondEraseIgnored,
    regressionKeepsLastPage,
    regressionNeedsLevel1,
    regressionDoesNothingAtLevel0,
    regressionKeepsRam,
  ]),
  ...faultyOnUsb([secondBankKept], 'generation-b'),
];
