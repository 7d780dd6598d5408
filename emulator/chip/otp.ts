import type { Otp, OverwriteRule } from '../../families/index.ts';
import type { Trace } from '../trace/trace.ts';
import { Cells } from './cells.ts';
import { immediate } from './operation.ts';
import type { Operation } from './operation.ts';
import { programmed } from './programmed.ts';

/** One-time programmable bytes, with the lock bytes behind them where the line has them (RM0090 §3.8). */
export class OtpMemory {
  readonly cells: Cells;
  readonly #otp: Otp;
  readonly #rule: OverwriteRule;
  readonly #unit: number;
  readonly #trace: Trace;

  constructor(otp: Otp, rule: OverwriteRule, unit: number, trace: Trace) {
    this.#otp = otp;
    this.#rule = rule;
    this.#unit = unit;
    this.#trace = trace;
    this.cells = new Cells('otp', otp.start, otp.length + (otp.lockBytes ?? 0), 0xff);
  }

  program(address: number, data: Uint8Array): Operation {
    const { cells } = this;
    const offset = address - cells.start;
    return immediate('program', address, data.length, () => {
      const before = cells.read(offset, data.length);
      const after = programmed(this.#rule, before, data, cells.blank, this.#unit);
      const stored = before.map((old, at) => (this.#locked(offset + at) ? old : after[at]!));
      cells.set(offset, stored);
      this.#trace.emit({ kind: 'program', address, length: data.length });
      const wrong = data.findIndex((byte, at) => byte !== stored[at]);
      if (wrong < 0) return;
      const why = this.#locked(offset + wrong) ? 'the OTP block is locked' : 'it holds something';
      const length = data.length - wrong;
      this.#trace.emit({
        kind: 'lost',
        operation: 'program',
        address: address + wrong,
        length,
        why,
      });
    });
  }

  #locked(offset: number): boolean {
    const { length, lockBytes } = this.#otp;
    if (lockBytes === undefined) return false;
    const block = offset < length ? Math.floor((offset * lockBytes) / length) : offset - length;
    return this.cells.byte(length + block) === 0;
  }
}
