/** Start of main flash of every part that scenarios use. */
export const FLASH_START = 0x0800_0000;

export interface Page {
  readonly address: number;
  /** Bytes. */
  readonly length: number;
}

/** The content of main flash at one moment. */
export interface FlashPicture {
  /** First address. */
  readonly start: number;
  readonly bytes: Uint8Array;
  /** Erase units in the order of their numbers. */
  readonly pages: readonly Page[];
  /** What an erased byte reads as. */
  readonly blank: number;
}
