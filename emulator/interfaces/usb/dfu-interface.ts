import { dfuRequests } from '../../../families/index.ts';
import type { Operation } from '../../chip/operation.ts';
import type { Clock, Micros } from '../../clock.ts';
import type { Setup } from './pins.ts';
import type { DfuDevice } from './dfu-device.ts';
import { DFU_STATES } from './dfu-names.ts';
import type { DfuState, DfuStatus } from './dfu-names.ts';
import { inputOf } from './dfu-input.ts';
import type { DfuInput, DfuMove } from './dfu-table.ts';
import type { DfuChip, DfuWork } from './dfu-work.ts';
import type { RomHost } from '../../bootloader/rom.ts';
import { HOLD } from './device.ts';
import type { UsbAnswer, UsbClass } from './device.ts';

const NOTHING = new Uint8Array();

/** From the answer to a leave, or the end of work that ends in a reset, to the drop off the bus: about a frame. */
const DROPS_AFTER: Micros = 1000;

/** What the device runs on. */
export interface DfuSurroundings {
  readonly port: string;
  readonly chip: DfuChip;
  readonly host: RomHost;
  readonly clock: Clock;
  readonly operate: (operation: Operation, then: () => void) => void;
  /** The chip is done: a transfer that was held may be asked for again. */
  readonly retry: () => void;
}

/** The DFU interface at work: it walks the state table, and executes blocks when GETSTATUS asks for them. */
export class DfuInterface implements UsbClass {
  readonly #device: DfuDevice;
  readonly #on: DfuSurroundings;
  #state: DfuState;
  #status: DfuStatus;
  #pointer: number;
  /** Address of the last data block since the pointer was set. */
  #written: number | undefined;
  #alternate = 0;
  #block: { readonly number: number; readonly data: Uint8Array } | undefined;
  #working: DfuWork | undefined;
  /** The poll time last told; a device that is stuck busy tells it again. */
  #pollMs = 0;
  #gone = false;
  #ended = false;
  #resetPending = false;

  constructor(device: DfuDevice, surroundings: DfuSurroundings) {
    this.#device = device;
    this.#on = surroundings;
    this.#state = device.start.state;
    this.#status = device.start.status;
    this.#pointer = device.pointer;
  }

  get state(): DfuState {
    return this.#state;
  }

  get busy(): boolean {
    return this.#working !== undefined || this.#gone;
  }

  /** What the chip does now. */
  get working(): Operation | undefined {
    return this.#working?.operation;
  }

  /** The chip left the bootloader or was reset: nothing of it happens any more. */
  end(): void {
    this.#ended = true;
  }

  setConfiguration(): void {
    this.#alternate = 0;
  }

  /** State and pointer stay as they are. */
  setInterface(alternate: number): void {
    this.#alternate = alternate;
  }

  /** While the chip works nobody looks at the bus: the reset is seen when it is done. */
  busReset(): void {
    const kept = this.#device.outlivesBusReset;
    this.#alternate = 0;
    if (this.#working !== undefined) {
      this.#resetPending = true;
      return;
    }
    this.#resetPending = false;
    if (!kept.includes('block')) this.#forget('a bus reset');
    if (!kept.includes('pointer')) {
      this.#pointer = this.#device.pointer;
      this.#written = undefined;
    }
    if (kept.includes('state')) return;
    this.#enter(this.#device.start.state, this.#device.start.status);
  }

  request(setup: Setup, data: Uint8Array): UsbAnswer {
    if (this.#gone) return HOLD;
    const input = inputOf(setup, data, this.#device.transferSize);
    if (this.#working !== undefined) {
      const stalls = input === 'GETSTATUS' && this.#device.whileWorking(this.#working) === 'stall';
      return stalls ? { stall: 'the chip is at work' } : HOLD;
    }
    if (input === undefined) return { stall: `no request ${setup.bRequest} with these parameters` };
    return this.#perform(input, this.#device.table[this.#state][input], setup, data);
  }

  #perform(input: DfuInput, move: DfuMove, setup: Setup, data: Uint8Array): UsbAnswer {
    const from = this.#state;
    switch (move.do) {
      case 'keep-block':
        this.#block = { number: setup.wValue, data: data.slice() };
        return this.#moved(move, NOTHING);
      case 'execute':
        return this.#execute(move);
      case 'leave':
        return this.#leave(move);
      case 'send-memory':
        return this.#sendMemory(move, setup);
      case 'send-commands':
        return this.#moved(move, this.#device.commandList());
      case 'report-status':
        this.#enter(move.next, move.status ?? this.#status);
        return this.#report(this.#state === 'dfuDNBUSY' ? this.#pollMs : 0);
      case 'report-state':
        return this.#moved(move, Uint8Array.of(DFU_STATES[move.next]));
      case 'forget':
        this.#forget(input);
        return this.#moved(move, NOTHING);
      case 'send-nothing':
      case 'ignore':
        return this.#moved(move, NOTHING);
      case 'stall':
        return this.#moved(move, { stall: `${input} in ${from}`, state: from });
    }
  }

  /** A block that no GETSTATUS asked for is never executed. */
  #forget(why: string): void {
    const block = this.#block;
    this.#block = undefined;
    if (block === undefined) return;
    const what = `block ${block.number} of ${block.data.length} bytes`;
    this.#on.host.emit({
      kind: 'dropped',
      port: this.#on.port,
      what,
      why: `${why} before GETSTATUS`,
    });
  }

  /** The answer, given on the way to the next state. */
  #moved(move: DfuMove, answer: UsbAnswer): UsbAnswer {
    this.#enter(move.next, move.status ?? this.#status);
    return answer;
  }

  #report(pollMs: number): Uint8Array {
    return this.#device.statusBytes({ status: this.#status, state: this.#state, pollMs });
  }

  #sendMemory(move: DfuMove, { wValue, wLength }: Setup): UsbAnswer {
    const address = this.#device.addressOf(this.#pointer, wValue);
    const length = Math.min(wLength, this.#device.transferSize);
    const sent = this.#reaches(address)
      ? this.#device.read(this.#on.chip, address, length)
      : ({ status: 'errTARGET', why: 'the alternate setting does not hold it' } as const);
    if (sent === 'hang') {
      this.#gone = true;
      const text = `the bootloader hangs: damaged flash read at ${hex8(address)}`;
      this.#on.host.emit({ kind: 'surprise', text });
      return HOLD;
    }
    if (sent instanceof Uint8Array) {
      this.#enter(move.next, this.#status);
      return sent;
    }
    this.#enter('dfuERROR', sent.status);
    return { stall: `read at ${hex8(address)}: ${sent.why}` };
  }

  #execute(move: DfuMove): UsbAnswer {
    const block = this.#block;
    if (block === undefined) {
      this.#enter('dfuDNLOAD-IDLE', 'OK');
      return this.#report(0);
    }
    this.#block = undefined;
    const work = this.#planned(block);
    this.#announce(
      work.name,
      block.number === 0 ? (block.data[0] ?? 0) : dfuRequests.DNLOAD,
      work.address,
    );
    this.#pollMs = this.#device.pollOf(work);
    this.#enter(move.next, 'OK');
    const answer = this.#report(this.#pollMs);
    this.#begin(work);
    return answer;
  }

  #planned(block: { readonly number: number; readonly data: Uint8Array }): DfuWork {
    const work = this.#device.plan(this.#on.chip, block, this.#pointer);
    if (work.address === undefined || this.#reaches(work.address)) return work;
    const { name, address } = work;
    return { name, address, status: 'errTARGET', why: 'the alternate setting does not hold it' };
  }

  #reaches(address: number): boolean {
    return this.#device.reaches(this.#alternate, address);
  }

  /** The work begins behind the answer: the poll time is the host's to wait. */
  #begin(work: DfuWork): void {
    this.#working = work;
    const { operation } = work;
    if (operation === undefined) this.#finish(work);
    else this.#on.operate(operation, () => this.#finish(work));
  }

  #finish(work: DfuWork): void {
    if (this.#ended) return;
    this.#working = undefined;
    const status = work.verify?.() ?? work.status;
    if (status === 'OK') {
      if (work.pointer !== undefined) {
        this.#pointer = work.pointer;
        this.#written = undefined;
      }
      if (work.name === 'write') this.#written = work.address;
      if (work.name === 'reserved') {
        this.#on.host.emit({ kind: 'surprise', text: 'block 1 is taken, and nothing is written' });
      }
      this.#enter(work.next ?? 'dfuDNLOAD-SYNC, done', 'OK');
    } else {
      if (work.why !== undefined) {
        this.#on.host.emit({ kind: 'note', text: `${work.name} fails, ${status}: ${work.why}` });
      }
      this.#enter('dfuERROR', status);
    }
    if (work.reset !== undefined && status === 'OK') {
      const cause = work.reset;
      return this.#drop(() => this.#on.host.systemReset(cause));
    }
    if (this.#resetPending) this.busReset();
    this.#on.retry();
  }

  /** The host leaves: the device drops off the bus and jumps, or starts over where nothing can run (AN3156). */
  #leave(move: DfuMove): UsbAnswer {
    const { chip, host } = this.#on;
    const address = this.#device.leaveAddress(this.#pointer, this.#written);
    this.#announce('leave', dfuRequests.DNLOAD, address);
    this.#enter(move.next, 'OK');
    const answer = this.#report(this.#device.pollMs.manifest);
    this.#drop(() => {
      const runs = chip.memory.check('go', address) === undefined && host.jump(address);
      if (!runs) host.systemReset('leave');
    });
    return this.#device.answersLeave ? answer : HOLD;
  }

  #drop(then: () => void): void {
    this.#gone = true;
    this.#on.clock.work(DROPS_AFTER, () => {
      if (!this.#ended) then();
    });
  }

  #announce(name: string, opcode: number, address: number | undefined): void {
    const at = address === undefined ? {} : { address };
    this.#on.host.emit({ kind: 'command', port: this.#on.port, name, opcode, ...at });
  }

  #enter(state: DfuState, status: DfuStatus): void {
    if (state === this.#state && status === this.#status) return;
    this.#state = state;
    this.#status = status;
    this.#on.host.emit({ kind: 'dfu-state', port: this.#on.port, state, status });
  }
}

function hex8(address: number): string {
  return `0x${address.toString(16).toUpperCase().padStart(8, '0')}`;
}
