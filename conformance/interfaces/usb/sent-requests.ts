import { dfuRequests, dfuSeOpcodes, dfuStates, dfuStatuses } from '../../../families/index.ts';
import { ANSWER, FIRST_BLOCK, transferSize } from './host.ts';
import { OPCODES } from '../usart/host.ts';
import type { Part } from '../../part/part.ts';
import type { Asked } from '../asked.ts';

const REQUEST_TYPE = 0x60;
const STANDARD_REQUEST = 0x00;
const CLASS_REQUEST = 0x20;

/** How far a Set Address Pointer has come. */
interface Setting {
  readonly address: number;
  /** The GETSTATUS that sets it going was answered. */
  busy: boolean;
}

/**
 * Follows the control transfers that are sent to a device, and tells what they ask of its memory (AN3156
 * §5). The address pointer may be wherever it was ever set to since the reset, until a Set Address Pointer
 * was answered step by step as one that is done, with nothing else between.
 */
export class SentRequests {
  readonly #asked: Asked;
  readonly #part: Part;
  /** Where the address pointer may be. */
  #pointers = new Set<number>();
  /** A command was sent that may have set it to anything. */
  #anywhere = false;
  /** The Set Address Pointer that is under way. */
  #setting: Setting | undefined;
  /** What the transfer is that is being answered. */
  #asking: 'status' | 'other' = 'other';
  #answer: number[] = [];

  constructor(asked: Asked, part: Part) {
    this.#asked = asked;
    this.#part = part;
    this.restarted();
  }

  /** A control transfer: its SETUP, and the data of its OUT stage. Whom it is for is not looked at. */
  sent(bytes: Uint8Array): void {
    const [type = 0, request = 0, low = 0, high = 0, , , ...length] = bytes.subarray(0, 8);
    const kind = type & REQUEST_TYPE;
    this.#answer = [];
    this.#asking = 'other';
    if (kind === CLASS_REQUEST && request === dfuRequests.GETSTATUS) {
      this.#asking = 'status';
      return;
    }
    this.#setting = undefined;
    if (kind === STANDARD_REQUEST && (type & 0x80) === 0) this.#mayStartOver(); // SET_CONFIGURATION and others
    if (kind !== CLASS_REQUEST || request !== dfuRequests.DNLOAD) return;
    const data = bytes.subarray(8);
    const [lengthLow = 0, lengthHigh = 0] = length;
    if (data.length === 0) this.#leave();
    // a device may go by either
    if (lengthLow + 256 * lengthHigh !== data.length) {
      this.#asked.astray?.(OPCODES['write-memory']);
      this.#asked.astray?.(OPCODES['extended-erase']);
    }
    if (data.length === 0) return;
    const block = low + 256 * high;
    if (block === 0) this.#command(data);
    else this.#write(block, data);
  }

  heard(byte: number): void {
    this.#answer.push(byte);
    const [tag, status, , , , state] = this.#answer;
    if (tag !== ANSWER.DATA) {
      if (tag === ANSWER.GONE) this.#mayStartOver();
      this.#setting = undefined;
      return;
    }
    if (this.#asking !== 'status' || this.#answer.length !== 7) return;
    const setting = this.#setting;
    if (setting === undefined) return;
    if (status === dfuStatuses.OK && state === dfuStates.dfuDNBUSY) setting.busy = true;
    else {
      this.#setting = undefined;
      if (status !== dfuStatuses.OK || state !== dfuStates['dfuDNLOAD-IDLE'] || !setting.busy)
        return;
      this.#pointers = new Set([setting.address]);
      this.#anywhere = false;
    }
  }

  found(): void {
    this.restarted();
  }

  /** The device was reset. */
  restarted(): void {
    this.#pointers = new Set();
    this.#mayStartOver();
    this.#anywhere = false;
    this.#setting = undefined;
    this.#asking = 'other';
    this.#answer = [];
  }

  /** The pointer may be where it is behind a reset (AN3156 §5.2). */
  #mayStartOver(): void {
    this.#pointers.add(this.#part.pages[0]!.start);
  }

  #command(data: Uint8Array): void {
    const [opcode] = data;
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const address = data.length === 5 ? view.getUint32(1, true) : undefined;
    switch (opcode) {
      case dfuSeOpcodes.get:
        return;
      case dfuSeOpcodes['set-address-pointer']:
        if (address === undefined) this.#anywhere = true;
        else {
          this.#pointers.add(address);
          this.#setting = { address, busy: false };
        }
        return;
      case dfuSeOpcodes.erase:
        this.#erase(address);
        return;
      default:
        this.#asked.command(opcode!); // Read Unprotect has the number that it has on USART
    }
  }

  /** A length that no command has may mean all to some ROM. */
  #erase(address: number | undefined): void {
    const page = this.#part.pages.find(({ start, end }) => address! >= start && address! < end);
    if (address === undefined) this.#asked.erase('all');
    else if (page === undefined) this.#asked.eraseAround?.(address);
    else this.#asked.erase([page.number]);
  }

  #write(block: number, data: Uint8Array): void {
    this.#asked.command(OPCODES['write-memory']);
    if (this.#anywhere) this.#asked.astray?.(OPCODES['write-memory']);
    for (const pointer of this.#pointers) {
      const start = pointer + (block - FIRST_BLOCK) * transferSize(this.#part);
      this.#asked.block?.(start >>> 0, data.length);
      for (const [at, byte] of data.entries()) this.#asked.write((start + at) >>> 0, byte);
    }
  }

  /** It starts what the pointer, or the last block, points to. */
  #leave(): void {
    for (const pointer of this.#pointers) this.#asked.go(pointer);
    if (this.#anywhere) this.#asked.astray?.(OPCODES.go);
  }
}
