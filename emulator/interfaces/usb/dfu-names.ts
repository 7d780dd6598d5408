import { dfuStates, STATE_15 } from '../../../families/index.ts';
import type { dfuStatuses } from '../../../families/index.ts';

/** bState by what the device is in; `dfuDNLOAD-SYNC, done`: the same to a host, but nothing is pending any more. */
export const DFU_STATES = {
  ...dfuStates,
  'dfuDNLOAD-SYNC, done': dfuStates['dfuDNLOAD-SYNC'],
  'state 15': STATE_15,
} as const;

/** A state of the device: these three of DFU 1.1 do not occur in a ROM. */
export type DfuState = Exclude<
  keyof typeof DFU_STATES,
  'appIDLE' | 'appDETACH' | 'dfuMANIFEST-WAIT-RESET'
>;

/** bStatus by its name in DFU 1.1 §6.1.2. */
export type DfuStatus = keyof typeof dfuStatuses;

/** What a GETSTATUS reports. */
export interface DfuReport {
  /** bStatus. */
  readonly status: DfuStatus;
  /** The state that the device enters with this answer. */
  readonly state: DfuState;
  /** bwPollTimeout: ms that the host has to wait. */
  readonly pollMs: number;
}
