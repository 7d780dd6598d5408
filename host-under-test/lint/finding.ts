/** What AN3156 and DFU 1.1 forbid a host on the bus. */
export type DfuRule =
  | 'no-getstatus-after-dnload'
  | 'poll-timeout-ignored'
  | 'request-out-of-place'
  | 'reserved-block'
  | 'block-too-long'
  | 'getstatus-not-six-bytes'
  | 'clrstatus-without-error';

/** What AN4221 forbids a host on the bus, beside what AN3155 forbids alike. */
type I2cRule = 'over-read' | 'silent-within-command';

/** What AN3154 and AN5405 forbid a host on the bus. */
type CanRule = 'frame-before-ack' | 'classic-frame-to-fdcan';

/** Something that the note of the protocol forbids a host, with the octets that show it. */
export interface LintFinding {
  readonly rule:
    | 'length-not-multiple-of-four'
    | 'no-wait-for-ack'
    | 'page-out-of-range'
    | 'write-to-unerased'
    | DfuRule
    | I2cRule
    | CanRule;
  /** Virtual time in µs. */
  readonly time: number;
  readonly says: string;
  readonly octets: string;
}
