import type { Protocol } from './protocols.ts';
import type { QuirkName } from './quirks.ts';
import type { Source } from './sources.ts';
import type { DfuOfLine, UsbSerial } from './usb/dfu.ts';

export type { Protocol } from './protocols.ts';
export type { QuirkName } from './quirks.ts';

/** One address range; `end` is the first address behind it. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A time as the datasheet prints it: typical, and the limits where they are given. */
export interface Time {
  readonly typ: number;
  readonly min?: number;
  readonly max?: number;
  /** Where no source prints `typ`: what the figure used here rests on. `min` and `max` stay as printed. */
  readonly chosen?: string;
}

/** `4*16K` or `512*256`: so many erase units of so many bytes. */
export type PageRun = `${number}*${number}K` | `${number}*${number}`;

/** The erase units of one bank, in the order of their addresses; `first` is the number of the first. */
export interface Bank {
  readonly start: number;
  readonly first: number;
  readonly pages: readonly PageRun[];
}

/**
 * What programming a unit that is not erased does: `and` old AND new; `all-zero-only` keeps the old
 * content unless all zeros are written; `refuse` keeps it always; `ecc` damages the ECC
 * of the unit where bytes that are not blank change, and keeps the unit where only blank ones would;
 * `or` old OR new (cells that erase to 0).
 */
export type OverwriteRule = 'and' | 'all-zero-only' | 'refuse' | 'ecc' | 'or';

export interface Flash {
  /** The manual's word for an erase unit. */
  readonly unit: 'page' | 'sector';
  /** Erase units by flash size in KiB; a line with two banks lists two. */
  readonly layouts: Readonly<Record<number, readonly Bank[]>>;
  /** Layouts that hold instead while the named option field has the value (DB1M, DBANK, …). */
  readonly alternative?: {
    readonly field: string;
    readonly value: number;
    readonly layouts: Readonly<Record<number, readonly Bank[]>>;
  };
  /** Smallest unit that can be programmed, in bytes. */
  readonly programUnit: 1 | 2 | 4 | 8 | 16 | 32;
  /** Alignment in bytes that the bootloader asks for; a misaligned write is acknowledged and lost (AN2606 table 7). */
  readonly writeAlign: 1 | 2 | 4 | 8 | 16 | 32;
  readonly eraseValue: 0x00 | 0xff;
  /** Undefined where no source tells; the model then takes `refuse`. */
  readonly overwrite: OverwriteRule | undefined;
}

export interface Ram {
  readonly name: string;
  readonly start: number;
  /** Bytes. */
  readonly length: number;
  /** A second address of the same bytes. */
  readonly alias?: number;
}

/** RAM of the parts that fit a pattern of `parts`: what it tells stands in place of the line's own. */
export interface RamOfParts extends Partial<Pick<Device, 'ram' | 'ramBySize'>> {
  readonly parts: readonly string[];
}

export interface Otp {
  readonly start: number;
  /** Bytes of data. */
  readonly length: number;
  /** Lock bytes behind the data, each locking its equal share; 0x00 locks (RM0090 §3.8). */
  readonly lockBytes?: number;
}

export interface OptionWord {
  readonly name: string;
  /** Offset in bytes from the start of the area. */
  readonly offset: number;
  /** Bits of the word that hold data; the complement, if any, is not part of it. */
  readonly width: 16 | 32;
  /** Factory value of the data bits; undefined where no source tells (the model takes ones). */
  readonly factory: number | undefined;
  /** Where no source tells but the chip could not start without: what the figure above rests on. */
  readonly chosen?: string;
}

/**
 * Where complements lie: `none`; `bytes` each byte is followed by its complement (F0, F1, F3);
 * `half-words` the upper half of each word (L0, L1, F7); `words` the 32-bit word behind each (L4, G0, …).
 */
export type Complement = 'none' | 'bytes' | 'half-words' | 'words';

export interface OptionArea {
  readonly start: number;
  /** Bytes. */
  readonly length: number;
  readonly complement: Complement;
  /** Distance from the register that shows a word to the one that a host writes (H5, H7: OPTSR_CUR, OPTSR_PRG). */
  readonly writtenAt?: number;
  /** Offsets at which a host's write may begin besides the start, where not every word will do (CUBE-DB: its banks). */
  readonly bases?: readonly number[];
  readonly words: readonly OptionWord[];
}

/**
 * How a host's write reaches option bytes. `flash`: all are erased first, and what the data do not reach
 * stays erased (F0, F1, F3); `words`: each word is erased and written by itself (L0, L1); `mirror`: the
 * addresses show the content of registers, and just the registers that the data reach are written;
 * `registers`: the addresses are flash registers, at each of which a write may begin.
 */
export type OptionAccess = 'flash' | 'words' | 'mirror' | 'registers';

/** One named bit field by ST's name. `bit` counts from bit 0 of the word's data. */
export interface OptionField {
  readonly name: string;
  readonly word: string;
  readonly bit: number;
  readonly width: number;
  /** Value that a word of all ones gives, where that is not all ones. */
  readonly erased?: number;
}

/**
 * How sectors are write-protected. `bits`: bit n of the listed fields, taken in order as one row of
 * bits, covers the erase units numbered n × `pagesPerBit` on (`lastCoversRest`: the last bit all that
 * follow). `areas`: from page to page inclusive, counted from the start of the bank, none if start > end.
 */
export type WriteProtection =
  | {
      readonly kind: 'bits';
      readonly fields: readonly string[];
      readonly protects: 0 | 1;
      readonly pagesPerBit: number;
      readonly lastCoversRest?: boolean;
      /** The first field belongs to bank 1, the second to bank 2: bits count units from the start of their bank. */
      readonly perBank?: boolean;
      /** While this field is 1 the bits mean PCROP: a 1 protects from reading too (RM0090 §3.7.5). */
      readonly pcropField?: string;
    }
  | {
      readonly kind: 'areas';
      readonly areas: readonly {
        readonly start: string;
        readonly end: string;
        readonly bank: 0 | 1;
      }[];
    };

export interface OptionBytes {
  readonly access: OptionAccess;
  /** Where `access` is read. */
  readonly accessSource: Source;
  readonly areas: readonly OptionArea[];
  readonly fields: readonly OptionField[];
  readonly rdp:
    | {
        readonly field: string;
        /** RDP byte of level 0, and of level 2 and 0.5 where the series has them; anything else is level 1. */
        readonly level0: number;
        readonly level2?: number;
        readonly level05?: number;
        /** The byte that Readout Protect writes; no ROM's is published, this is the HAL's constant for level 1. */
        readonly written: number;
      }
    | undefined;
  /** The value of a field with which the option bytes can never be changed again: the product state Locked of H5. */
  readonly final?: { readonly field: string; readonly value: number };
  readonly writeProtection: WriteProtection | undefined;
}

/** `RSS` is the secure ROM of TrustZone parts; `banks` means bank 2 if valid, else bank 1 if valid, else system memory. */
export type BootTarget = 'main-flash' | 'system-memory' | 'sram' | 'rss' | 'banks';

/**
 * One row of the boot table: all conditions must hold; the first matching row wins. A condition
 * names a pin (BOOT0, BOOT1), an option field, or FLASH_EMPTY. A target `{ address: FIELD }` boots
 * from the address that the option field holds, times `unit`; with `banks` an address in main flash
 * means the banks, and any other the system memory (dual boot of F76x).
 */
export interface BootRow {
  readonly when: Readonly<Record<string, number>>;
  readonly boots:
    BootTarget | { readonly address: string; readonly unit: number; readonly banks?: true };
}

export interface BootRules {
  /** Pattern number of AN2606 table 2. */
  readonly pattern: number;
  readonly pins: readonly ('BOOT0' | 'BOOT1')[];
  readonly table: readonly BootRow[];
  /** When the flash-empty flag is taken; undefined where there is no empty check. */
  readonly emptyCheck?: {
    readonly sampled: 'power-on' | 'reset' | 'option-load';
    /** Bytes at the start of flash that must all be blank; undefined where no source tells. */
    readonly reads?: 4 | 8;
    /** The bootloader clears the flag when it starts (AN2606 limitation). */
    readonly clearedByBootloader?: boolean;
  };
  /** What level 2 of the readout protection boots; `system-memory-limited` answers Get, Get Version and Get ID only (F74x/F75x). */
  readonly rdpLevel2?: 'main-flash' | 'system-memory-limited';
}

/** `software` measures the first frame whatever it is; `hardware` is the auto-baud unit; undefined: not known. */
export type Autobaud = 'software' | 'hardware' | undefined;

/** One port the bootloader listens on, with its pins (`PA10`) as AN2606 prints them. */
export type Interface =
  | {
      readonly name: string;
      readonly protocol: 'USART';
      readonly rx: string;
      readonly tx: string;
      readonly autobaud: Autobaud;
    }
  | {
      readonly name: string;
      readonly protocol: 'I2C';
      readonly scl: string;
      readonly sda: string;
      /** 7-bit target address. */
      readonly address: number | undefined;
    }
  | {
      readonly name: string;
      readonly protocol: 'SPI';
      readonly mosi: string;
      readonly miso: string;
      readonly sck: string;
      readonly nss: string;
    }
  | {
      readonly name: string;
      readonly protocol: 'CAN' | 'FDCAN';
      readonly rx: string;
      readonly tx: string;
    }
  | { readonly name: string; readonly protocol: 'USB'; readonly dp: string; readonly dm: string }
  | { readonly name: string; readonly protocol: 'I3C'; readonly scl: string; readonly sda: string };

/** Commands of the USART protocol by the names of the note (AN3155 table 2). */
export type CommandName =
  | 'get'
  | 'get-version'
  | 'get-id'
  | 'read-memory'
  | 'go'
  | 'write-memory'
  | 'erase'
  | 'extended-erase'
  | 'special'
  | 'extended-special'
  | 'write-protect'
  | 'write-unprotect'
  | 'readout-protect'
  | 'readout-unprotect'
  | 'get-checksum';

/** What one ROM version differs in from the note, where it says yes or no. */
export interface Bootloader {
  /** `9.1`; the newest is listed last and is the default. */
  readonly version: string;
  /** The byte at the bootloader ID address; undefined where the ROM has none. */
  readonly id: number | undefined;
  /** Names of the interfaces it has. */
  readonly interfaces: readonly string[];
  /** Protocol version by protocol as Get reports it: `3.1`. */
  readonly protocols: Readonly<Partial<Record<Protocol, string>>>;
  /** RAM the bootloader uses: refused to Read, Write and Go from protocol 2.2 on. */
  readonly ramUsed: readonly Range[];
  /**
   * RAM that AN2606 table 226 prints as open to hosts, where it is less than all RAM but `ramUsed`
   * (CCM, SRAM2, … left out); smaller parts end earlier. Empty: no RAM at all.
   */
  readonly ramAccessible?: readonly Range[];
  /** Commands in the order of Get's list, where they are not those of the protocol version (H5 and other 4.0 ROMs). */
  readonly commands?: readonly CommandName[];
  /** Sub-operation codes of Special and Extended Special. */
  readonly specials?: readonly number[];
  /** Layout strings of a version that tells wrong ones (`dfu-flash-string-wrong`), and its serial number. */
  readonly wrongUsbStrings?: {
    readonly strings: readonly string[];
    readonly serial: string;
    readonly source: string;
  };
  /** Step at which a Read outside every region is refused (AN3155 §3.4; silicon differs). */
  readonly readRefusedAt: 'address' | 'length';
  /** Step at which a Write outside every region is refused (AN3155 §3.6; silicon differs). */
  readonly writeRefusedAt: 'address' | 'block';
  /** Start-up time from reset to listening, in ms. */
  readonly startupMs: number | undefined;
  readonly quirks: readonly QuirkName[];
  /** Boards on which this version was examined: board, chip revision, date. */
  readonly seen?: readonly string[];
  /** Printed limitations that the model does not show, each with the reason. */
  readonly notModelled?: readonly string[];
  readonly note?: string;
}

export interface OperationTimes {
  /** µs for one program operation of so many bytes. */
  readonly program: { readonly bytes: number; readonly us: Time };
  /** ms to erase one unit, by its size in KiB. */
  readonly erase: readonly { readonly KiB: number; readonly ms: Time }[];
  /**
   * ms for a mass erase: by flash size in KiB (a size that is not listed takes the sum of its units),
   * one figure for all (`any`), or the sum of the units where nothing is printed.
   */
  readonly massErase: Readonly<Record<number, Time>> | { readonly any: Time } | 'sum';
  /** ms to erase one bank, by its size in KiB; where nothing is printed, as `massErase`. */
  readonly bankErase?: Readonly<Record<number, Time>>;
}

/** What a host waits for before and between commands (AN2606, bootloader timing); newest version of the line. */
export interface ConnectionTimes {
  /** µs from the end of the sync byte to the start of its ACK. */
  readonly usartUs?: number;
  /** ms from plugging in to the enumerated device. */
  readonly usbMs?: number;
  /** µs the clock is held low after the address byte. */
  readonly i2cStretchUs?: number;
  /** ms of silence within a command after which the bootloader resets the chip. */
  readonly i2cTimeoutMs?: number;
  /** ms waited for a crystal at the start. */
  readonly hseTimeoutMs?: number;
}

export interface Timing {
  /** Times that the bootloader has after reset. */
  readonly operations: OperationTimes;
  /** F2, F4, F7: times at each program parallelism in bits, chosen by the supply code at 0xFFFF0000. */
  readonly byParallelism?: Readonly<Record<8 | 16 | 32 | 64, OperationTimes>>;
  /** Document and table of the figures. */
  readonly source: string;
  /** `high`: the table of this line was read; `medium`: quoted by others or a sister line; `low`: only a bound. */
  readonly confidence: 'high' | 'medium' | 'low' | 'none';
  readonly note?: string;
}

/** What all parts of one product ID share: a product line of AN2606. */
export interface Device {
  readonly id: string;
  /** Part-number patterns: `?` is one character, `*` any rest. */
  readonly parts: readonly string[];
  readonly productId: number;
  /** Flash size in KiB by the letter of the part number, where it is not what the letter says elsewhere. */
  readonly flashLetters?: Readonly<Record<string, number>>;
  /** Why this line cannot be run; undefined when it can. */
  readonly incomplete?: string;
  readonly flash: Flash;
  readonly ram: readonly Ram[];
  /** Total RAM in KiB by flash size in KiB, where it differs from `ram`; smaller parts end earlier. */
  readonly ramBySize?: Readonly<Record<number, number>>;
  /** Parts that have less RAM than the rest of the line. */
  readonly ramOfParts?: readonly RamOfParts[];
  readonly systemMemory: readonly Range[];
  /** Second addresses under which a boot address may name main flash or system memory (ITCM bus of F7, secure addresses of L5 and U5). */
  readonly aliases?: readonly (Range & { readonly of: 'main-flash' | 'system-memory' })[];
  /** Address in system memory of a second vector table, by which an application gets into the bootloader too (H7). */
  readonly secondVectorTable?: number;
  /** Address of the bootloader ID byte. */
  readonly bootloaderIdAddress: number | undefined;
  readonly bootloaders: readonly Bootloader[];
  readonly interfaces: readonly Interface[];
  /** Erase command on USART. */
  readonly eraseCommand: 'erase' | 'extended-erase';
  /** Mass erase is offered (L0 and L1 refuse it). */
  readonly massErase: boolean;
  /** Address of the half-word that holds the flash size in KiB; `codes` where it holds a code instead (L1 0x436). */
  readonly flashSizeRegister:
    | {
        readonly address: number;
        readonly codes?: Readonly<Record<number, number>>;
        /** What it says instead, by real size in KiB (mis-marked parts). */
        readonly says?: Readonly<Record<number, number>>;
      }
    | undefined;
  /** Addresses of the three words of the unique ID; they need not follow each other. */
  readonly uid: readonly [number, number, number] | undefined;
  readonly otp?: Otp;
  /** Data EEPROM of L0 and L1: bytes by flash size in KiB. */
  readonly eeprom?: {
    readonly start: number;
    /** Where it starts on a flash size that lacks the lower half. */
    readonly startBySize?: Readonly<Record<number, number>>;
    readonly length: Readonly<Record<number, number>>;
  };
  readonly options: OptionBytes | undefined;
  /** Address of the virtual supply-range register of F2, F4 and F7. */
  readonly supplyRegister?: number;
  readonly boot: BootRules;
  readonly timing: Timing;
  readonly connection?: ConnectionTimes;
  readonly usbStrings?: {
    readonly strings: readonly string[];
    /** What follows a string in the descriptor though it does not belong to it. */
    readonly garbage?: { readonly behind: string; readonly units: string };
    readonly bcdDevice: number;
    readonly capturedOn?: string;
  };
  /** MHz of the crystals that CAN can do with, in the order they are tried, where the ROM does not measure (AN3154). */
  readonly canCrystals?: readonly number[];
  /** Bits per second of FDCAN, where they are not 250 k and 1 M (AN2606). */
  readonly fdcanRates?: { readonly nominal: number; readonly data: number };
  /** Generation of the USB DFU bootloader: `usb/dfu.ts` has what its ROMs share. */
  readonly dfuGeneration?: 'A' | 'B';
  /** What its DFU device has its own, where a source tells. */
  readonly dfu?: DfuOfLine;
  /** How its serial number is made, where the line differs from its generation. */
  readonly usbSerial?: UsbSerial;
  /** iProduct, where the line differs from its generation. */
  readonly usbProduct?: string;
  /** Reported of this line by users, of no known version: off unless asked for. */
  readonly optionalQuirks?: readonly QuirkName[];
  /** Doubts, disagreements between sources, and what was decided. */
  readonly notes: readonly string[];
  readonly sources: Readonly<Record<string, readonly Source[]>>;
}

/** One series: STM32F4, STM32G0, … */
export interface Family {
  readonly series: string;
  readonly devices: readonly Device[];
}
