/**
 * First byte of a block 0 (AN3156 §5).
 * @internal
 */
export const dfuSeOpcodes = {
  get: 0x00,
  'set-address-pointer': 0x21,
  erase: 0x41,
  'read-unprotect': 0x92,
} as const;

/**
 * bRequest of the class requests (DFU 1.1 table 3.2).
 * @internal
 */
export const dfuRequests = {
  DETACH: 0,
  DNLOAD: 1,
  UPLOAD: 2,
  GETSTATUS: 3,
  CLRSTATUS: 4,
  GETSTATE: 5,
  ABORT: 6,
} as const;

/**
 * bState (DFU 1.1 §6.1.2).
 * @internal
 */
export const dfuStates = {
  appIDLE: 0,
  appDETACH: 1,
  dfuIDLE: 2,
  'dfuDNLOAD-SYNC': 3,
  dfuDNBUSY: 4,
  'dfuDNLOAD-IDLE': 5,
  'dfuMANIFEST-SYNC': 6,
  dfuMANIFEST: 7,
  'dfuMANIFEST-WAIT-RESET': 8,
  'dfuUPLOAD-IDLE': 9,
  dfuERROR: 10,
} as const;

/**
 * The state byte that ST's class driver leaves behind an UPLOAD of block 1; no state of DFU 1.1 (MW-USB).
 * @internal
 */
export const STATE_15 = 15;

/**
 * bStatus (DFU 1.1 §6.1.2).
 * @internal
 */
export const dfuStatuses = {
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

/**
 * bRequest of the standard requests (USB 2.0 table 9-4).
 * @internal
 */
export const usbRequests = {
  GET_STATUS: 0,
  CLEAR_FEATURE: 1,
  SET_FEATURE: 3,
  SET_ADDRESS: 5,
  GET_DESCRIPTOR: 6,
  SET_DESCRIPTOR: 7,
  GET_CONFIGURATION: 8,
  SET_CONFIGURATION: 9,
  GET_INTERFACE: 10,
  SET_INTERFACE: 11,
  SYNCH_FRAME: 12,
} as const;

/**
 * bDescriptorType (USB 2.0 table 9-5, DFU 1.1 §4.1.3).
 * @internal
 */
export const descriptorTypes = {
  device: 1,
  configuration: 2,
  string: 3,
  deviceQualifier: 6,
  functional: 0x21,
} as const;
