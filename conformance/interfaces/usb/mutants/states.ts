import { withMove } from '../../../../emulator/index.ts';
import type { DfuInput, DfuMove, DfuState } from '../../../../emulator/index.ts';
import { madeOf } from '../../../mutants/kit.ts';
import type { Kind, Mutant } from '../../../mutants/kit.ts';
import { BLOCK, NOTHING, asks, dfuMutant, request, usbMutant } from './kit.ts';
import type { Setup } from './kit.ts';

/** A device with other cells in its state table, for an input in some states. */
const moves = (
  name: string,
  wrong: string,
  [states, input]: readonly [DfuState | readonly DfuState[], DfuInput],
  move: DfuMove,
): Mutant =>
  dfuMutant(name, wrong, ({ table }) => ({
    table: [states].flat().reduce((inner, state) => withMove(inner, state, input, move), table),
  }));

/** A device on which a request changes nothing. */
const ignores = (name: string, wrong: string, state: DfuState, input: DfuInput): Mutant =>
  moves(name, wrong, [state, input], { do: 'ignore', next: state });

/** A device that takes a block where it should not. */
const takes = (
  name: string,
  wrong: string,
  states: DfuState | readonly DfuState[],
  input: DfuInput = 'DNLOAD',
): Mutant => moves(name, wrong, [states, input], { do: 'keep-block', next: 'dfuDNLOAD-SYNC' });

/** A device that sends memory in a state in which it should not. */
const sends = (name: string, wrong: string, state: DfuState): Mutant =>
  moves(name, wrong, [state, 'UPLOAD'], { do: 'send-memory', next: state });

/** A device that sends its list of commands in a state in which it should not. */
const sendsList = (name: string, wrong: string, state: DfuState): Mutant =>
  moves(name, wrong, [state, 'UPLOAD of block 0'], { do: 'send-commands', next: state });

const isDownload = (setup: Setup): boolean => setup.bmRequestType === 0x21 && asks(setup, 'DNLOAD');

/** A device that executes certain blocks as soon as they were downloaded. */
function executesAtOnce(name: string, wrong: string, which: (data: Uint8Array) => boolean): Mutant {
  return usbMutant(name, wrong, (setup, answer, data) => {
    const right = answer();
    if (isDownload(setup) && right instanceof Uint8Array && data.length > 0 && which(data)) {
      answer(request('GETSTATUS', 6), NOTHING);
    }
    return right;
  });
}

/** States in which a first block comes, and a further one. */
const DOWNLOADING = ['dfuIDLE', 'dfuDNLOAD-IDLE'] as const;
const UPLOADING = ['dfuIDLE', 'dfuUPLOAD-IDLE'] as const;

/** Devices that walk the state diagram of DFU 1.1 otherwise. */
export const walking: readonly Kind[] = [
  moves(
    'get-state-executes',
    'GETSTATE executes a block that waits',
    ['dfuDNLOAD-SYNC', 'GETSTATE'],
    { do: 'execute', next: 'dfuDNBUSY' },
  ),
  moves('get-state-clears', 'GETSTATE clears an error', ['dfuERROR', 'GETSTATE'], {
    do: 'report-state',
    next: 'dfuIDLE',
    status: 'OK',
  }),
  moves('get-state-ends-upload', 'GETSTATE ends an upload', ['dfuUPLOAD-IDLE', 'GETSTATE'], {
    do: 'report-state',
    next: 'dfuIDLE',
  }),
  moves('get-status-ends-upload', 'GETSTATUS ends an upload', ['dfuUPLOAD-IDLE', 'GETSTATUS'], {
    do: 'report-status',
    next: 'dfuIDLE',
  }),
  moves(
    'error-told-once',
    'GETSTATUS tells an error once, and clears it',
    ['dfuERROR', 'GETSTATUS'],
    { do: 'report-status', next: 'dfuIDLE', status: 'OK' },
  ),
  executesAtOnce('executes-at-once', 'a block is executed without GETSTATUS', () => true),
  executesAtOnce(
    'writes-at-once',
    '64 bytes are executed without GETSTATUS',
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
    ['dfuDNLOAD-SYNC', 'GETSTATUS'],
    { do: 'execute', next: 'dfuDNLOAD-IDLE' },
  ),
  ignores('abort-keeps-block', 'ABORT leaves a block that waits', 'dfuDNLOAD-SYNC', 'ABORT'),
  ignores('abort-keeps-leaving', 'ABORT does not end leaving', 'dfuMANIFEST-SYNC', 'ABORT'),
  ignores('abort-keeps-downloading', 'ABORT ends no download', 'dfuDNLOAD-IDLE', 'ABORT'),
  ignores('abort-keeps-uploading', 'ABORT ends no upload', 'dfuUPLOAD-IDLE', 'ABORT'),
  moves('abort-executes', 'ABORT executes a block that waits', ['dfuDNLOAD-SYNC', 'ABORT'], {
    do: 'execute',
    next: 'dfuDNBUSY',
  }),
  moves('abort-when-idle-stalls', 'ABORT in dfuIDLE is refused', ['dfuIDLE', 'ABORT'], {
    do: 'stall',
    next: 'dfuIDLE',
  }),
  moves('abort-clears-error', 'ABORT clears an error', ['dfuERROR', 'ABORT'], {
    do: 'forget',
    next: 'dfuIDLE',
    status: 'OK',
  }),
  takes('second-block-taken', 'a block takes the place of one that waits', 'dfuDNLOAD-SYNC'),
  takes('download-while-uploading', 'blocks are taken in dfuUPLOAD-IDLE', 'dfuUPLOAD-IDLE'),
  takes('leaving-takes-blocks', 'a block is taken in dfuMANIFEST-SYNC', 'dfuMANIFEST-SYNC'),
  takes('error-takes-blocks', 'blocks are taken in dfuERROR', 'dfuERROR'),
  takes('block-1-downloaded', 'block 1 is taken', DOWNLOADING, 'DNLOAD of block 1'),
  takes(
    'long-blocks-taken',
    'a block that is longer than announced is written',
    DOWNLOADING,
    'DNLOAD of too much',
  ),
  moves(
    'second-block-without-error',
    'a refused block is no error in generation A',
    ['dfuDNLOAD-SYNC', 'DNLOAD'],
    { do: 'stall', next: 'dfuDNLOAD-SYNC' },
  ),
  sends('upload-while-downloading', 'blocks are sent in dfuDNLOAD-IDLE', 'dfuDNLOAD-IDLE'),
  sends('upload-while-leaving', 'blocks are sent in dfuMANIFEST-SYNC', 'dfuMANIFEST-SYNC'),
  sends('upload-in-error', 'memory is sent in dfuERROR', 'dfuERROR'),
  sends('upload-behind-block', 'memory is sent while a block waits', 'dfuDNLOAD-SYNC'),
  sendsList('list-in-error', 'the list of commands is sent in dfuERROR', 'dfuERROR'),
  sendsList(
    'list-while-downloading',
    'the list of commands is sent in dfuDNLOAD-IDLE',
    'dfuDNLOAD-IDLE',
  ),
  moves('upload-ends-at-once', 'an upload leads back to dfuIDLE', [UPLOADING, 'UPLOAD'], {
    do: 'send-memory',
    next: 'dfuIDLE',
  }),
  ignores('clear-status-keeps-error', 'CLRSTATUS clears nothing', 'dfuERROR', 'CLRSTATUS'),
  moves('clear-status-keeps-status', 'CLRSTATUS leaves the status', ['dfuERROR', 'CLRSTATUS'], {
    do: 'forget',
    next: 'dfuIDLE',
  }),
  moves(
    'clear-status-errs',
    'CLRSTATUS without an error is one, in generation A',
    ['dfuIDLE', 'CLRSTATUS'],
    { do: 'ignore', next: 'dfuERROR', status: 'errUNKNOWN' },
  ),
  moves('detach-stalls', 'DETACH is refused', ['dfuIDLE', 'DETACH'], {
    do: 'stall',
    next: 'dfuIDLE',
  }),
  moves(
    'empty-upload-stalls',
    'an upload of nothing is refused',
    ['dfuUPLOAD-IDLE', 'UPLOAD of nothing'],
    { do: 'stall', next: 'dfuUPLOAD-IDLE' },
  ),
  moves(
    'list-goes-on',
    'the list of commands does not end the upload',
    ['dfuIDLE', 'UPLOAD of block 0'],
    { do: 'send-commands', next: 'dfuUPLOAD-IDLE' },
  ),
  moves('block-1-uploaded', 'block 1 is sent', [UPLOADING, 'UPLOAD of block 1'], {
    do: 'send-commands',
    next: 'dfuUPLOAD-IDLE',
  }),
  usbMutant(
    'long-blocks-cut',
    'of a block that is longer than announced the beginning is written',
    (setup, answer, data) =>
      isDownload(setup) && data.length > BLOCK
        ? answer({ ...setup, wLength: BLOCK }, data.slice(0, BLOCK))
        : answer(),
  ),
  moves(
    'long-blocks-dropped',
    'a block that is longer than announced is acknowledged and dropped',
    [DOWNLOADING, 'DNLOAD of too much'],
    { do: 'ignore', next: 'dfuDNLOAD-IDLE' },
  ),
  moves(
    'leave-at-once',
    'a download of nothing leaves without GETSTATUS',
    [DOWNLOADING, 'DNLOAD of nothing'],
    { do: 'leave', next: 'dfuMANIFEST' },
  ),
  moves(
    'leave-behind-write-refused',
    'a host cannot leave from dfuDNLOAD-IDLE',
    ['dfuDNLOAD-IDLE', 'DNLOAD of nothing'],
    { do: 'stall', next: 'dfuERROR', status: 'errSTALLEDPKT' },
  ),
  moves(
    'leave-in-error',
    'a download of nothing leaves in dfuERROR',
    ['dfuERROR', 'DNLOAD of nothing'],
    { do: 'ignore', next: 'dfuMANIFEST-SYNC' },
  ),
  moves('leave-stays', 'the device says dfuMANIFEST and stays', ['dfuMANIFEST-SYNC', 'GETSTATUS'], {
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
  ...madeOf('generation-b', [
    moves(
      'block-1-refused',
      'block 1 is refused, in generation B',
      [DOWNLOADING, 'DNLOAD of block 1'],
      { do: 'stall', next: 'dfuERROR', status: 'errSTALLEDPKT' },
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
    ),
  ]),
];
