import type { DfuState, DfuStatus } from './dfu-names.ts';

/** A class request as the state table tells them apart: block number and length matter. */
export type DfuInput =
  | 'DETACH'
  | 'DNLOAD'
  | 'DNLOAD of block 1'
  /** More than wTransferSize. */
  | 'DNLOAD of too much'
  /** wLength 0: the host asks to leave. */
  | 'DNLOAD of nothing'
  | 'UPLOAD'
  /** The list of commands. */
  | 'UPLOAD of block 0'
  /** wLength 3 or less. */
  | 'UPLOAD of part of block 0'
  | 'UPLOAD of block 1'
  | 'UPLOAD of nothing'
  | 'GETSTATUS'
  | 'CLRSTATUS'
  | 'GETSTATE'
  | 'ABORT';

/** What the device does with a request. */
export type DfuAction =
  /** Keeps the block: a GETSTATUS will execute it. */
  | 'keep-block'
  /** Answers dfuDNBUSY with the poll time; the block is executed behind the answer. */
  | 'execute'
  | 'report-status'
  | 'report-state'
  | 'send-memory'
  | 'send-commands'
  | 'send-nothing'
  /** Answers; then the device drops off the bus and jumps. */
  | 'leave'
  /** What is pending is forgotten. */
  | 'forget'
  /** Acknowledged without an effect. */
  | 'ignore'
  | 'stall';

/** One cell of the state table: what is done, the state behind it, and the status where it changes. */
export interface DfuMove {
  /** What is done. */
  readonly do: DfuAction;
  /** The state behind it. */
  readonly next: DfuState;
  /** The status from then on; undefined: as it was. */
  readonly status?: DfuStatus;
}

type Row = Readonly<Record<DfuInput, DfuMove>>;

/** The state diagram of DFU 1.1 appendix A as the ROM has it: (state, request) -> (action, next). */
export type DfuTable = Readonly<Record<DfuState, Row>>;

/** DFU 1.1 §A: a request that has no arrow. */
const ERROR: DfuMove = { do: 'stall', next: 'dfuERROR', status: 'errSTALLEDPKT' };

/** The state table of a generation: they differ in requests that have no arrow in the diagram. */
export function dfuTable(generation: 'A' | 'B'): DfuTable {
  const row = (state: DfuState, own: Partial<Row>): Row => ({
    ...withoutArrows(state, generation),
    ...own,
  });
  const forgets: Partial<Row> = { ABORT: { do: 'forget', next: 'dfuIDLE', status: 'OK' } };
  const takesBlocks: Partial<Row> = {
    DNLOAD: { do: 'keep-block', next: 'dfuDNLOAD-SYNC' },
    // AN3156: reserved; ROMs of generation B take it, as ST's class driver does, and do nothing (seen on an H723)
    'DNLOAD of block 1': generation === 'A' ? ERROR : { do: 'keep-block', next: 'dfuDNLOAD-SYNC' },
    'DNLOAD of too much': ERROR, // seen on G431 and L432: it fails, and is never cut
    'DNLOAD of nothing': { do: 'ignore', next: 'dfuMANIFEST-SYNC' },
  };
  const sendsBlocks: Partial<Row> = {
    UPLOAD: { do: 'send-memory', next: 'dfuUPLOAD-IDLE' },
    'UPLOAD of block 0': { do: 'send-commands', next: 'dfuIDLE' }, // a short packet ends an upload
    'UPLOAD of part of block 0': { do: 'send-commands', next: 'dfuUPLOAD-IDLE' },
    'UPLOAD of block 1': ERROR, // AN3156: reserved
    'UPLOAD of nothing': { do: 'send-nothing', next: 'dfuIDLE' },
  };
  return {
    dfuIDLE: row('dfuIDLE', { ...takesBlocks, ...sendsBlocks, ...forgets }),
    'dfuDNLOAD-SYNC': row('dfuDNLOAD-SYNC', {
      ...forgets,
      GETSTATUS: { do: 'execute', next: 'dfuDNBUSY' },
    }),
    'dfuDNLOAD-SYNC, done': row('dfuDNLOAD-SYNC, done', {
      ...forgets,
      GETSTATUS: { do: 'report-status', next: 'dfuDNLOAD-IDLE' },
    }),
    dfuDNBUSY: row('dfuDNBUSY', {}),
    'dfuDNLOAD-IDLE': row('dfuDNLOAD-IDLE', { ...takesBlocks, ...forgets }),
    'dfuMANIFEST-SYNC': row('dfuMANIFEST-SYNC', {
      ...forgets,
      GETSTATUS: { do: 'leave', next: 'dfuMANIFEST' },
    }),
    dfuMANIFEST: row('dfuMANIFEST', {}),
    'dfuUPLOAD-IDLE': row('dfuUPLOAD-IDLE', { ...sendsBlocks, ...forgets }),
    dfuERROR: row('dfuERROR', { CLRSTATUS: { do: 'forget', next: 'dfuIDLE', status: 'OK' } }),
    'state 15': row('state 15', {}),
  };
}

/** What a state makes of each request that its row does not name. */
function withoutArrows(state: DfuState, generation: 'A' | 'B'): Row {
  const stall: DfuMove = { do: 'stall', next: state };
  const ignored: DfuMove = { do: 'ignore', next: state };
  // A: DFU 1.1 appendix A; B: ST's class driver stalls and stays
  const download = generation === 'A' && state !== 'dfuERROR' ? ERROR : stall;
  // A: harmless, as tools rely on it; B: an error of its own
  const clear: DfuMove =
    generation === 'A' ? ignored : { do: 'ignore', next: 'dfuERROR', status: 'errUNKNOWN' };
  return {
    DETACH: ignored, // AN3156: the device is in DFU mode already
    DNLOAD: download,
    'DNLOAD of block 1': download,
    'DNLOAD of too much': download,
    'DNLOAD of nothing': download,
    UPLOAD: stall,
    'UPLOAD of block 0': stall,
    'UPLOAD of part of block 0': stall,
    'UPLOAD of block 1': stall,
    'UPLOAD of nothing': stall,
    GETSTATUS: { do: 'report-status', next: state },
    CLRSTATUS: clear,
    GETSTATE: { do: 'report-state', next: state },
    ABORT: ignored,
  };
}

/** The table with one cell changed. */
export function withMove(
  table: DfuTable,
  state: DfuState,
  input: DfuInput,
  move: DfuMove,
): DfuTable {
  return { ...table, [state]: { ...table[state], [input]: move } };
}
