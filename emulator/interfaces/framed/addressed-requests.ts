import type { CommandName } from '../../../families/index.ts';
import type { Dialogue } from '../../bootloader/dialogue.ts';
import type { Answered, Wire } from './wire.ts';

/** The command's frame, whose data begins with an address, most significant byte first. */
export interface AddressedFrame {
  /** A byte of it; what a shorter frame does not carry is 0. */
  readonly byte: (at: number) => number;
  /** The data that follows in frames of its own. */
  readonly data: (command: CommandName, length: number) => Dialogue<Uint8Array | Answered>;
}

/** Requests in the form that CAN and FDCAN share: the address stands in the command's frame, one ACK decides (AN3154 §3, AN5405). */
export function addressedRequests(
  { byte, data }: AddressedFrame,
  outer: () => Wire,
): Pick<Wire, 'readRequest' | 'writeRequest' | 'goRequest'> {
  const address = (): number =>
    ((byte(0) << 24) | (byte(1) << 16) | (byte(2) << 8) | byte(3)) >>> 0;
  /** Number of bytes - 1, behind the address. */
  const length = (): number => byte(4) + 1;

  return {
    *readRequest(check) {
      const [at, count] = [address(), length()];
      const refused = check(at) ?? check(at, count);
      if (refused !== undefined) {
        yield* outer().refuse(refused, { command: 'read-memory', step: 'address' });
        return 'answered';
      }
      yield* outer().accept();
      return { address: at, length: count };
    },

    *writeRequest(check) {
      const command = 'write-memory';
      const [at, count] = [address(), length()];
      const refused = check(at);
      if (refused !== undefined) {
        yield* outer().refuse(refused, { command, step: 'address' });
        return 'answered';
      }
      yield* outer().accept();
      const written = yield* data(command, count);
      return written === 'answered' ? written : { address: at, data: written };
    },

    *goRequest(check) {
      const at = address();
      const refused = check(at);
      if (refused !== undefined) {
        yield* outer().refuse(refused, { command: 'go', step: 'address' });
        return 'answered';
      }
      yield* outer().accept();
      return { address: at };
    },
  };
}
