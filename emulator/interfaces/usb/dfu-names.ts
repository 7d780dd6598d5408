/** bState by name (DFU 1.1 §6.1.2). `dfuDNLOAD-SYNC, done`: the same to a host, but nothing is pending any more. */
export const DFU_STATES = {
  dfuIDLE: 2,
  'dfuDNLOAD-SYNC': 3,
  'dfuDNLOAD-SYNC, done': 3,
  dfuDNBUSY: 4,
  'dfuDNLOAD-IDLE': 5,
  'dfuMANIFEST-SYNC': 6,
  dfuMANIFEST: 7,
  'dfuUPLOAD-IDLE': 9,
  dfuERROR: 10,
  /** No state of DFU 1.1: ST's class driver stores a status here. */
  'state 15': 15,
} as const;

/** A state of the device; appIDLE, appDETACH and dfuMANIFEST-WAIT-RESET do not occur in a ROM. */
export type DfuState = keyof typeof DFU_STATES;

/** bStatus by name (DFU 1.1 §6.1.2). */
export const DFU_STATUSES = {
  OK: 0,
  errTARGET: 1,
  errFILE: 2,
  errWRITE: 3,
  errERASE: 4,
  errCHECK_ERASED: 5,
  errPROG: 6,
  errVERIFY: 7,
  errADDRESS: 8,
  errNOTDONE: 9,
  errFIRMWARE: 10,
  errVENDOR: 11,
  errUSBR: 12,
  errPOR: 13,
  errUNKNOWN: 14,
  errSTALLEDPKT: 15,
} as const;

/** bStatus by its name in DFU 1.1 §6.1.2. */
export type DfuStatus = keyof typeof DFU_STATUSES;

/** bRequest by name (DFU 1.1 §3). */
export const DFU_REQUESTS = {
  DETACH: 0,
  DNLOAD: 1,
  UPLOAD: 2,
  GETSTATUS: 3,
  CLRSTATUS: 4,
  GETSTATE: 5,
  ABORT: 6,
} as const;

/** What a GETSTATUS reports. */
export interface DfuReport {
  /** bStatus. */
  readonly status: DfuStatus;
  /** The state that the device enters with this answer. */
  readonly state: DfuState;
  /** bwPollTimeout: ms that the host has to wait. */
  readonly pollMs: number;
}
