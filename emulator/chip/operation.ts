import type { Micros } from '../clock.ts';

/** Why the chip or the bootloader does not do what a host asked; a value, never an exception. */
export type Reason =
  | 'protected'
  | 'no-memory'
  | 'misaligned'
  | 'checksum'
  | 'complement'
  | 'framing-error'
  | 'length'
  | 'value'
  | 'unsupported'
  | 'unknown-command'
  | 'unsynchronised'
  /** Somebody armed a fault. */
  | 'fault';

export interface Refused {
  readonly refused: Reason;
  /** What a person needs to know beyond the reason. */
  readonly detail?: string;
}

/** What an operation does, as the trace tells it. */
export type OperationName =
  | 'program'
  | 'write'
  | 'clear'
  | 'erase'
  | 'bank erase'
  | 'mass erase'
  | 'option bytes'
  | 'write unprotect'
  | 'readout unprotect';

/**
 * A change of non-volatile memory that takes time: it happens when it ends, or is cut on the way.
 * The dialogue that started it waits for it.
 */
export interface Operation {
  readonly name: OperationName;
  readonly address: number;
  readonly length: number;
  readonly took: Micros;
  /** The operation has run its time. */
  commit(): void;
  /**
   * Power or reset ended it after `done` µs: of the unit in flight each bit is old or new (program),
   * old or blank (erase); the bits of `mask`, repeated over the unit, tell which are new.
   */
  cut(done: Micros, mask: Uint8Array): void;
}

/** An operation that takes no time, such as a write to RAM. */
export function immediate(
  name: OperationName,
  address: number,
  length: number,
  act: () => void,
): Operation {
  return { name, address, length, took: 0, commit: act, cut: () => {} };
}

/** Bits of `after` where the mask, repeated, is 1, and of `before` elsewhere. */
export function mix(before: Uint8Array, after: Uint8Array, mask: Uint8Array): Uint8Array {
  return before.map((old, index) => {
    const fresh = mask[index % mask.length]!;
    return (old & ~fresh) | (after[index]! & fresh);
  });
}

export interface Step {
  readonly took: Micros;
  readonly before: () => Uint8Array;
  readonly after: (before: Uint8Array) => Uint8Array;
  readonly store: (bytes: Uint8Array) => void;
}

/** An operation made of units done one after the other; a cut leaves the finished ones new, one mixed, the rest old. */
export function inSteps(
  name: OperationName,
  address: number,
  length: number,
  steps: readonly Step[],
  committed: () => void,
): Operation {
  const finish = (step: Step): void => step.store(step.after(step.before()));
  return {
    name,
    address,
    length,
    took: steps.reduce((sum, step) => sum + step.took, 0),
    commit() {
      for (const step of steps) finish(step);
      committed();
    },
    cut(done, mask) {
      let left = done;
      for (const step of steps) {
        if (left <= 0) return;
        if (left >= step.took) finish(step);
        else {
          const before = step.before();
          step.store(mix(before, step.after(before), mask));
        }
        left -= step.took;
      }
    },
  };
}

/** Operations that follow each other as one. */
export function inSequence(name: OperationName, operations: readonly Operation[]): Operation {
  const first = operations[0]!;
  return {
    name,
    address: first.address,
    length: first.length,
    took: operations.reduce((sum, operation) => sum + operation.took, 0),
    commit() {
      for (const operation of operations) operation.commit();
    },
    cut(done, mask) {
      let left = done;
      for (const operation of operations) {
        if (left <= 0) return;
        if (left >= operation.took) operation.commit();
        else operation.cut(left, mask);
        left -= operation.took;
      }
    },
  };
}
