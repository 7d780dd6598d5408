import { OPCODES } from './usart/host.ts';

/** What is sent to a device asks this of it; whoever forbids it throws. */
export interface Asked {
  /** A command with its right complement. */
  command(opcode: number): void;
  /** So many bytes come, to be written there. */
  block?(address: number, count: number): void;
  /** One byte of a block that Write Memory would put there. */
  write(address: number, byte: number): void;
  /** Page numbers of an erase, or all of the flash (a bank of it counts as all). */
  erase(pages: readonly number[] | 'all'): void;
  /** A Go whose address has its right checksum. */
  go(address: number): void;
  /** The sub-operation of Special or Extended Special. */
  special(code: number): void;
  /** All that lies around an address outside of main flash would be erased. */
  eraseAround?(address: number): void;
  /**
   * A device that stands elsewhere than a host thinks could take what comes for this command, with whatever
   * parameters; `address`: where it would write to, as far as that is known.
   */
  astray?(opcode: number, address?: number): void;
}

const HARMLESS: readonly number[] = [
  OPCODES.get,
  OPCODES['get-version'],
  OPCODES['get-id'],
  OPCODES['read-memory'],
  OPCODES['get-checksum'],
];

const DANGEROUS: ReadonlySet<number> = new Set(
  Object.values(OPCODES).filter((opcode) => !HARMLESS.includes(opcode)),
);

/** A command that does more than tell; its opcode as on USART. */
export function isDangerous(opcode: number): boolean {
  return DANGEROUS.has(opcode);
}
