import {
  ANSWER,
  COMMANDS,
  FIRST_BLOCK,
  REQUESTS,
  STATES,
  STATUSES,
  transferSize,
} from '../host/dfu.ts';
import { OPCODES } from '../host/usart.ts';
import type { Part } from '../part.ts';
import type { Asked } from './sent-commands.ts';

/** bmRequestType: class requests from the host (USB 2.0 table 9-2). Whom they are for is not looked at. */
const TYPE_AND_DIRECTION = 0xe0;
const CLASS_OUT = 0x20;

const REQUEST_TYPE = 0x60;
const CLASS = 0x20;

/**
 * Follows the control transfers that are sent to a device, and tells what they ask of its memory (AN3156
 * §5). Until a Set Address Pointer was reported as done, the pointer may also be where it was before.
 */
export class SentRequests {
  readonly #asked: Asked;
  readonly #part: Part;
  /** Where the address pointer may be. */
  #pointers: readonly number[] = [];
  /** Where it is once the command under way is done. */
  #next: number | undefined;
  /** Answer to the GETSTATUS that was sent last; undefined behind another request. */
  #report: number[] | undefined;

  constructor(asked: Asked, part: Part) {
    this.#asked = asked;
    this.#part = part;
    this.restarted();
  }

  /** A control transfer: its SETUP, and the data of its OUT stage. */
  sent(bytes: Uint8Array): void {
    this.#report = undefined;
    const [type = 0, request = 0, low = 0, high = 0] = bytes;
    if ((type & REQUEST_TYPE) === CLASS && request === REQUESTS.GETSTATUS) this.#report = [];
    if ((type & TYPE_AND_DIRECTION) !== CLASS_OUT || request !== REQUESTS.DNLOAD) return;
    const block = low + 256 * high;
    const data = bytes.subarray(8);
    if (data.length === 0) this.#leave();
    else if (block === 0) this.#command(data);
    else this.#write(block, data);
  }

  heard(byte: number): void {
    this.#report?.push(byte);
    if (this.#report?.length !== 7 || this.#next === undefined) return;
    const [tag, status, , , , state] = this.#report;
    if (tag !== ANSWER.DATA || status !== STATUSES.OK || state !== STATES['dfuDNLOAD-IDLE']) return;
    this.#pointers = [this.#next];
    this.#next = undefined;
  }

  /** The device was reset. */
  restarted(): void {
    this.#pointers = [this.#part.pages[0]!.start]; // AN3156 §5.2
    this.#next = undefined;
    this.#report = undefined;
  }

  #command(data: Uint8Array): void {
    const [opcode] = data;
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const address = data.length === 5 ? view.getUint32(1, true) : undefined;
    switch (opcode) {
      case COMMANDS['set-address-pointer']:
        if (address === undefined) return;
        this.#pointers = [...new Set([...this.#pointers, address])];
        this.#next = address;
        return;
      case COMMANDS.erase:
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
    for (const pointer of this.#pointers) {
      const start = pointer + (block - FIRST_BLOCK) * transferSize(this.#part);
      for (const [at, byte] of data.entries()) this.#asked.write(start + at, byte);
    }
  }

  #leave(): void {
    for (const pointer of this.#pointers) this.#asked.go(pointer);
  }
}
