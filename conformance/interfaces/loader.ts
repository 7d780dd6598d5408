import { ConformanceError } from '../errors.ts';
import { text } from '../hex.ts';
import type { Page, Part } from '../part/part.ts';

/** A device did not do what its content is read or written with. */
export class LoaderRefused extends ConformanceError {
  /** What was answered in place of what was asked for; nothing for silence. */
  readonly got: readonly number[];

  constructor(what: string, got: readonly number[]) {
    super(`${what} was answered ${text(got)}`, { exitCode: 3 });
    this.name = 'LoaderRefused';
    this.got = got;
  }
}

/**
 * A host that reads and writes memory through the bootloader of a device that was just reset; what is
 * refused is thrown as `LoaderRefused`.
 */
export interface Loader {
  readonly part: Part;
  /** What Get ID answers, or, where the protocol has none, the ID of the part if the device looks like it. */
  productId(): Promise<number>;
  read(from: number, count: number): Promise<Uint8Array>;
  /** Programs blank flash, from and to the units that the bootloader asks for; blank units are left out. */
  program(start: number, bytes: Uint8Array): Promise<void>;
  erase(pages: readonly Page[]): Promise<void>;
  /** Writes option bytes; the device resets itself then. */
  writeOptions(start: number, bytes: Uint8Array): Promise<void>;
  /** Lifts the write protection, where the protocol or the option bytes can; the device resets itself then. */
  unprotectWrites(): Promise<void>;
  /** Lifts the readout protection, which erases the flash; the device resets itself then. */
  unprotectReadout(): Promise<void>;
  /** Whether reading is refused, as it is under readout protection; the dialogue is lost by it. */
  isReadProtected(): Promise<boolean>;
}
