import { withMove } from '../../emulator/index.ts';
import type { DfuInput, DfuMove, DfuState } from '../../emulator/index.ts';
import { REQUESTS } from '../interfaces/usb/host.ts';
import { dfuMutant, usbMutant } from './kit.ts';
import type { Mutant, Setup } from './kit.ts';

/** A device with another cell in its state table. */
function moves(
  name: string,
  wrong: string,
  states: DfuState | readonly DfuState[],
  input: DfuInput,
  move: DfuMove,
  part?: Mutant['part'],
): Mutant {
  return dfuMutant(
    name,
    wrong,
    ({ table }) => ({
      table: [states].flat().reduce((inner, state) => withMove(inner, state, input, move), table),
    }),
    part,
  );
}

const GETSTATUS = {
  bmRequestType: 0xa1,
  bRequest: REQUESTS.GETSTATUS,
  wValue: 0,
  wIndex: 0,
  wLength: 6,
};

/** wTransferSize of the device that mutants are made of. */
const ANNOUNCED = 2048;

function isDownload({ bmRequestType, bRequest }: Setup): boolean {
  return bmRequestType === 0x21 && bRequest === REQUESTS.DNLOAD;
}

/** A device that executes certain blocks as soon as they were downloaded. */
function executesAtOnce(name: string, wrong: string, which: (data: Uint8Array) => boolean): Mutant {
  return usbMutant(name, wrong, (setup, answer, data) => {
    const right = answer();
    if (isDownload(setup) && right instanceof Uint8Array && data.length > 0 && which(data)) {
      answer(GETSTATUS, new Uint8Array());
    }
    return right;
  });
}

/** Devices that walk the state diagram of DFU 1.1 otherwise. */
export const walking: readonly Mutant[] = [
  moves(
    'get-state-executes',
    'GETSTATE executes a block that waits',
    'dfuDNLOAD-SYNC',
    'GETSTATE',
    {
      do: 'execute',
      next: 'dfuDNBUSY',
    },
  ),
  moves('get-state-clears', 'GETSTATE clears an error', 'dfuERROR', 'GETSTATE', {
    do: 'report-state',
    next: 'dfuIDLE',
    status: 'OK',
  }),
  executesAtOnce('executes-at-once', 'a block is executed without GETSTATUS', () => true),
  executesAtOnce(
    'writes-at-once',
    'a block of 64 bytes is executed without GETSTATUS',
    ({ length }) => length === 64,
  ),
  executesAtOnce(
    'unprotects-at-once',
    'Read Unprotect is executed without GETSTATUS',
    ([opcode, ...operand]) => opcode === 0x92 && operand.length === 0,
  ),
  moves(
    'not-busy-first',
    'GETSTATUS behind a block skips dfuDNBUSY',
    'dfuDNLOAD-SYNC',
    'GETSTATUS',
    {
      do: 'execute',
      next: 'dfuDNLOAD-IDLE',
    },
  ),
  moves('abort-keeps-block', 'ABORT leaves a block that waits', 'dfuDNLOAD-SYNC', 'ABORT', {
    do: 'ignore',
    next: 'dfuDNLOAD-SYNC',
  }),
  moves('abort-executes', 'ABORT executes a block that waits', 'dfuDNLOAD-SYNC', 'ABORT', {
    do: 'execute',
    next: 'dfuDNBUSY',
  }),
  moves('abort-when-idle-stalls', 'ABORT in dfuIDLE is refused', 'dfuIDLE', 'ABORT', {
    do: 'stall',
    next: 'dfuIDLE',
  }),
  moves('abort-clears-error', 'ABORT clears an error', 'dfuERROR', 'ABORT', {
    do: 'forget',
    next: 'dfuIDLE',
    status: 'OK',
  }),
  moves('abort-keeps-leaving', 'ABORT does not end leaving', 'dfuMANIFEST-SYNC', 'ABORT', {
    do: 'ignore',
    next: 'dfuMANIFEST-SYNC',
  }),
  moves(
    'abort-keeps-downloading',
    'ABORT leaves dfuDNLOAD-IDLE as it is',
    'dfuDNLOAD-IDLE',
    'ABORT',
    {
      do: 'ignore',
      next: 'dfuDNLOAD-IDLE',
    },
  ),
  moves(
    'second-block-taken',
    'another block takes the place of the one that waits',
    'dfuDNLOAD-SYNC',
    'DNLOAD',
    {
      do: 'keep-block',
      next: 'dfuDNLOAD-SYNC',
    },
  ),
  moves(
    'second-block-without-error',
    'a refused block is no error in generation A',
    'dfuDNLOAD-SYNC',
    'DNLOAD',
    {
      do: 'stall',
      next: 'dfuDNLOAD-SYNC',
    },
  ),
  moves(
    'download-while-uploading',
    'blocks are taken in dfuUPLOAD-IDLE',
    'dfuUPLOAD-IDLE',
    'DNLOAD',
    {
      do: 'keep-block',
      next: 'dfuDNLOAD-SYNC',
    },
  ),
  moves(
    'upload-while-downloading',
    'blocks are sent in dfuDNLOAD-IDLE',
    'dfuDNLOAD-IDLE',
    'UPLOAD',
    { do: 'send-memory', next: 'dfuDNLOAD-IDLE' },
  ),
  moves(
    'upload-while-leaving',
    'blocks are sent in dfuMANIFEST-SYNC',
    'dfuMANIFEST-SYNC',
    'UPLOAD',
    {
      do: 'send-memory',
      next: 'dfuMANIFEST-SYNC',
    },
  ),
  moves(
    'upload-ends-at-once',
    'an upload leads back to dfuIDLE',
    ['dfuIDLE', 'dfuUPLOAD-IDLE'],
    'UPLOAD',
    {
      do: 'send-memory',
      next: 'dfuIDLE',
    },
  ),
  moves('error-takes-blocks', 'blocks are taken in dfuERROR', 'dfuERROR', 'DNLOAD', {
    do: 'keep-block',
    next: 'dfuDNLOAD-SYNC',
  }),
  moves('clear-status-keeps-error', 'CLRSTATUS clears nothing', 'dfuERROR', 'CLRSTATUS', {
    do: 'ignore',
    next: 'dfuERROR',
  }),
  moves(
    'clear-status-errs',
    'CLRSTATUS without an error is one, in generation A',
    'dfuIDLE',
    'CLRSTATUS',
    {
      do: 'ignore',
      next: 'dfuERROR',
      status: 'errUNKNOWN',
    },
  ),
  moves('detach-stalls', 'DETACH is refused', 'dfuIDLE', 'DETACH', {
    do: 'stall',
    next: 'dfuIDLE',
  }),
  moves(
    'empty-upload-stalls',
    'an upload of nothing is refused',
    'dfuUPLOAD-IDLE',
    'UPLOAD of nothing',
    {
      do: 'stall',
      next: 'dfuUPLOAD-IDLE',
    },
  ),
  moves(
    'list-goes-on',
    'the list of commands does not end the upload',
    'dfuIDLE',
    'UPLOAD of block 0',
    {
      do: 'send-commands',
      next: 'dfuUPLOAD-IDLE',
    },
  ),
  moves('block-1-uploaded', 'block 1 is sent', ['dfuIDLE', 'dfuUPLOAD-IDLE'], 'UPLOAD of block 1', {
    do: 'send-commands',
    next: 'dfuUPLOAD-IDLE',
  }),
  moves(
    'block-1-downloaded',
    'block 1 is taken',
    ['dfuIDLE', 'dfuDNLOAD-IDLE'],
    'DNLOAD of block 1',
    {
      do: 'keep-block',
      next: 'dfuDNLOAD-SYNC',
    },
  ),
  moves(
    'block-1-refused',
    'block 1 is refused, in generation B',
    ['dfuIDLE', 'dfuDNLOAD-IDLE'],
    'DNLOAD of block 1',
    { do: 'stall', next: 'dfuERROR', status: 'errSTALLEDPKT' },
    'generation-b',
  ),
  dfuMutant(
    'block-1-written',
    'block 1 is written below the address pointer, in generation B',
    (device) => ({
      plan(chip, block, pointer) {
        return block.number === 1
          ? device.write(chip, device.addressOf(pointer, 1), block.data)
          : device.plan.call(this, chip, block, pointer);
      },
    }),
    'generation-b',
  ),
  usbMutant(
    'long-blocks-cut',
    'of a block that is longer than announced the beginning is written',
    (setup, answer, data) =>
      isDownload(setup) && data.length > ANNOUNCED
        ? answer({ ...setup, wLength: ANNOUNCED }, data.slice(0, ANNOUNCED))
        : answer(),
  ),
  moves(
    'long-blocks-taken',
    'a block that is longer than announced is written',
    ['dfuIDLE', 'dfuDNLOAD-IDLE'],
    'DNLOAD of too much',
    { do: 'keep-block', next: 'dfuDNLOAD-SYNC' },
  ),
  moves(
    'long-blocks-dropped',
    'a block that is longer than announced is acknowledged and dropped',
    ['dfuIDLE', 'dfuDNLOAD-IDLE'],
    'DNLOAD of too much',
    { do: 'ignore', next: 'dfuDNLOAD-IDLE' },
  ),
  moves(
    'leave-at-once',
    'a download of nothing leaves without GETSTATUS',
    ['dfuIDLE', 'dfuDNLOAD-IDLE'],
    'DNLOAD of nothing',
    {
      do: 'leave',
      next: 'dfuMANIFEST',
    },
  ),
  moves('leave-stays', 'the device says dfuMANIFEST and stays', 'dfuMANIFEST-SYNC', 'GETSTATUS', {
    do: 'report-status',
    next: 'dfuMANIFEST',
  }),
  dfuMutant('leave-not-answered', 'the GETSTATUS that leaves is not answered', () => ({
    answersLeave: false,
  })),
  dfuMutant('starts-idle', 'the first state is dfuIDLE', () => ({
    start: { state: 'dfuIDLE', status: 'OK' },
  })),
  dfuMutant('idle-poll', 'an idle device tells a time to wait', (device) => ({
    statusBytes: (report) =>
      device.statusBytes(report.state === 'dfuIDLE' ? { ...report, pollMs: 50 } : report),
  })),
  dfuMutant('poll-behind-work', 'a time to wait is told when the work is done', (device) => ({
    statusBytes: (report) =>
      device.statusBytes(report.state === 'dfuDNLOAD-IDLE' ? { ...report, pollMs: 5 } : report),
  })),
  dfuMutant('polls-fast', 'the poll times are zero', () => ({ pollOf: () => 0 })),
];
