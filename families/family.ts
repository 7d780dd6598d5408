import type { UsartCommandName } from './interfaces/commands.ts';
import type { Protocol } from './interfaces/interfaces.ts';
import type { QuirkName } from './quirks.ts';
import type { Source } from './sources.ts';
import type { DfuOfLine, UsbSerial } from './usb/dfu.ts';

export type { Protocol } from './interfaces/interfaces.ts';
export type { QuirkName } from './quirks.ts';

/** One address range; `end` is the first address behind it. */
export interface Range {
  /** First address. */
  readonly start: number;
  /** First address behind it. */
  readonly end: number;
}

/** A time as the datasheet prints it: typical, and the limits where they are given. */
export interface Time {
  /** The typical time, by which the model works. */
  readonly typ: number;
  /** The shortest that is printed. */
  readonly min?: number;
  /** The longest that is printed. */
  readonly max?: number;
  /** Where no source prints `typ`: what the figure used here rests on. `min` and `max` stay as printed. */
  readonly chosen?: string;
}

/** `4*16K` or `512*256`: so many erase units of so many bytes. */
export type PageRun = `${number}*${number}K` | `${number}*${number}`;

/** The erase units of one bank, in the order of their addresses; `first` is the number of the first. */
export interface Bank {
  /** Address of its first byte. */
  readonly start: number;
  /** Number of its first erase unit. */
  readonly first: number;
  /** Its erase units, as runs of equal ones. */
  readonly pages: readonly PageRun[];
}

/**
 * What programming a unit that is not erased does: `and` old AND new; `all-zero-only` keeps the old
 * content unless all zeros are written; `refuse` keeps it always; `ecc` damages the ECC
 * of the unit where bytes that are not blank change, and keeps the unit where only blank ones would;
 * `or` old OR new (cells that erase to 0).
 */
export type OverwriteRule = 'and' | 'all-zero-only' | 'refuse' | 'ecc' | 'or';

/** Main flash of a line. */
export interface Flash {
  /** The manual's word for an erase unit. */
  readonly unit: 'page' | 'sector';
  /** Erase units by flash size in KiB; a line with two banks lists two. */
  readonly layouts: Readonly<Record<number, readonly Bank[]>>;
  /** Layouts that hold instead while the named option field has the value (DB1M, DBANK, …). */
  readonly alternative?: {
    /** Name of the option field. */
    readonly field: string;
    /** What it holds then. */
    readonly value: number;
    /** Erase units by flash size in KiB. */
    readonly layouts: Readonly<Record<number, readonly Bank[]>>;
  };
  /** Smallest unit that can be programmed, in bytes. */
  readonly programUnit: 1 | 2 | 4 | 8 | 16 | 32;
  /** Alignment in bytes that the bootloader asks for; a misaligned write is acknowledged and lost (AN2606 table 7). */
  readonly writeAlign: 1 | 2 | 4 | 8 | 16 | 32;
  /** A byte that is erased. */
  readonly eraseValue: 0x00 | 0xff;
  /** Undefined where no source tells; the model then takes `refuse`. */
  readonly overwrite: OverwriteRule | undefined;
}

/** One RAM of a line. */
export interface Ram {
  /** Name in the manual: `SRAM1`, `CCM`, `DTCM`. */
  readonly name: string;
  /** Address of its first byte. */
  readonly start: number;
  /** Bytes. */
  readonly length: number;
  /** A second address of the same bytes. */
  readonly alias?: number;
}

/** RAM of the parts that fit a pattern of `parts`: what it tells stands in place of the line's own. */
export interface RamOfParts extends Partial<Pick<Device, 'ram' | 'ramBySize'>> {
  /** Part-number patterns: `?` is one character, `*` any rest. */
  readonly parts: readonly string[];
}

/** One-time programmable memory. */
export interface Otp {
  /** Address of its first byte. */
  readonly start: number;
  /** Bytes of data. */
  readonly length: number;
  /** Lock bytes behind the data, each locking its equal share; 0x00 locks (RM0090 §3.8). */
  readonly lockBytes?: number;
}

/** A word of the option bytes. */
export interface OptionWord {
  /** ST's name of the word. */
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

/** A range of addresses that holds option bytes. */
export interface OptionArea {
  /** Address of its first byte. */
  readonly start: number;
  /** Bytes. */
  readonly length: number;
  /** Where the complements lie. */
  readonly complement: Complement;
  /** Distance from the register that shows a word to the one that a host writes (H5, H7: OPTSR_CUR, OPTSR_PRG). */
  readonly writtenAt?: number;
  /** Offsets at which a host's write may begin besides the start, where not every word will do (CUBE-DB: its banks). */
  readonly bases?: readonly number[];
  /** Its words, in the order of their addresses. */
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
  /** ST's name of the field. */
  readonly name: string;
  /** Name of the word that holds it. */
  readonly word: string;
  /** Its lowest bit in the data of the word. */
  readonly bit: number;
  /** Bits. */
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
      /** Each bit stands for some erase units. */
      readonly kind: 'bits';
      /** Option fields that hold the bits, in the order of the units. */
      readonly fields: readonly string[];
      /** The value of a bit that protects. */
      readonly protects: 0 | 1;
      /** Erase units that one bit covers. */
      readonly pagesPerBit: number;
      /** The last bit covers all units that follow. */
      readonly lastCoversRest?: boolean;
      /** The first field belongs to bank 1, the second to bank 2: bits count units from the start of their bank. */
      readonly perBank?: boolean;
      /** While this field is 1 the bits mean PCROP: a 1 protects from reading too (RM0090 §3.7.5). */
      readonly pcropField?: string;
    }
  | {
      /** Each area goes from a unit to another, both included. */
      readonly kind: 'areas';
      /** The areas, by the option fields that hold their ends. */
      readonly areas: readonly {
        /** Option field of the first unit, counted from the start of the bank. */
        readonly start: string;
        /** Option field of the last unit, counted from the start of the bank. */
        readonly end: string;
        /** Index of the bank. */
        readonly bank: 0 | 1;
      }[];
    };

/** The option bytes of a line. */
export interface OptionBytes {
  /** How a host's write reaches them. */
  readonly access: OptionAccess;
  /** Where `access` is read. */
  readonly accessSource: Source;
  /** Where they lie. */
  readonly areas: readonly OptionArea[];
  /** Their fields by name. */
  readonly fields: readonly OptionField[];
  /** How the level of the readout protection is told; undefined where no source says. */
  readonly rdp:
    | {
        /** Name of the option field. */
        readonly field: string;
        /** RDP byte of level 0; what is none of the levels here is level 1. */
        readonly level0: number;
        /** RDP byte of level 2, where the series has it. */
        readonly level2?: number;
        /** RDP byte of level 0.5, where the series has it. */
        readonly level05?: number;
        /** The byte that Readout Protect writes; no ROM's is published, this is the HAL's constant for level 1. */
        readonly written: number;
      }
    | undefined;
  /** The value of a field with which the option bytes can never be changed again: the product state Locked of H5. */
  readonly final?: {
    /** Name of the option field. */
    readonly field: string;
    /** What it holds then. */
    readonly value: number;
  };
  /** How erase units are protected; undefined where no source says. */
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
  /** Values of the conditions, by their names. */
  readonly when: Readonly<Record<string, number>>;
  /** What is booted then. */
  readonly boots:
    | BootTarget
    | {
        /** Option field that holds the address. */
        readonly address: string;
        /** Bytes that one step of the field stands for. */
        readonly unit: number;
        /** An address in main flash means the banks. */
        readonly banks?: true;
      };
}

/** How a line chooses what it boots. */
export interface BootRules {
  /** Pattern number of AN2606 table 2. */
  readonly pattern: number;
  /** Boot pins of the package. */
  readonly pins: readonly ('BOOT0' | 'BOOT1')[];
  /** The rows, the first that matches wins. */
  readonly table: readonly BootRow[];
  /** When the flash-empty flag is taken; undefined where there is no empty check. */
  readonly emptyCheck?: {
    /** What makes the chip look at the flash again. */
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
      /** `USART1`; with other pins of the same port `USART3:PB11/PB10`. */
      readonly name: string;
      /** The bus. */
      readonly protocol: 'USART';
      /** Pin on which the chip hears. */
      readonly rx: string;
      /** Pin on which the chip sends. */
      readonly tx: string;
      /** How the rate of the first frame is measured. */
      readonly autobaud: Autobaud;
    }
  | {
      /** `I2C1`. */
      readonly name: string;
      /** The bus. */
      readonly protocol: 'I2C';
      /** Pin of the clock. */
      readonly scl: string;
      /** Pin of the data. */
      readonly sda: string;
      /** 7-bit target address. */
      readonly address: number | undefined;
    }
  | {
      /** `SPI1`. */
      readonly name: string;
      /** The bus. */
      readonly protocol: 'SPI';
      /** Pin on which the chip hears. */
      readonly mosi: string;
      /** Pin on which the chip answers. */
      readonly miso: string;
      /** Pin of the clock. */
      readonly sck: string;
      /** Pin that selects the chip, low when it does. */
      readonly nss: string;
    }
  | {
      /** `CAN2`, `FDCAN1`. */
      readonly name: string;
      /** The bus. */
      readonly protocol: 'CAN' | 'FDCAN';
      /** Pin on which the chip hears. */
      readonly rx: string;
      /** Pin on which the chip sends. */
      readonly tx: string;
    }
  | {
      /** `USB`. */
      readonly name: string;
      /** The bus. */
      readonly protocol: 'USB';
      /** Pin of D+. */
      readonly dp: string;
      /** Pin of D-. */
      readonly dm: string;
    }
  | {
      /** `I3C1`. */
      readonly name: string;
      /** The bus. */
      readonly protocol: 'I3C';
      /** Pin of the clock. */
      readonly scl: string;
      /** Pin of the data. */
      readonly sda: string;
      /** What it says of itself while it gets its address (MIPI I3C Basic, ENTDAA); undefined where no source tells. */
      readonly identity: I3cIdentity | undefined;
    };

/** What an I3C target says of itself while it gets its address (MIPI I3C Basic, ENTDAA). */
export interface I3cIdentity {
  /** 48 bits. */
  readonly provisionedId: number;
  /** Bus characteristics register. */
  readonly bcr: number;
  /** Device characteristics register. */
  readonly dcr: number;
}

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
  readonly commands?: readonly UsartCommandName[];
  /** Sub-operation codes of Special and Extended Special. */
  readonly specials?: readonly number[];
  /** Layout strings of a version that tells wrong ones (`dfu-flash-string-wrong`), and its serial number. */
  readonly wrongUsbStrings?: {
    /** Layout strings, by alternate setting. */
    readonly strings: readonly string[];
    /** Serial number, letter by letter. */
    readonly serial: string;
    /** Report in which they are seen. */
    readonly source: string;
  };
  /** Step at which a Read outside every region is refused (AN3155 §3.4; silicon differs). */
  readonly readRefusedAt: 'address' | 'length';
  /** Step at which a Write outside every region is refused (AN3155 §3.6; silicon differs). */
  readonly writeRefusedAt: 'address' | 'block';
  /** Start-up time from reset to listening, in ms. */
  readonly startupMs: number | undefined;
  /** Limitations that the version has, by their names in `quirks`. */
  readonly quirks: readonly QuirkName[];
  /** Boards on which this version was examined: board, chip revision, date. */
  readonly seen?: readonly string[];
  /** Printed limitations that the model does not show, each with the reason. */
  readonly notModelled?: readonly string[];
  /** What else is to be known of the version. */
  readonly note?: string;
}

/** How long flash operations take. */
export interface OperationTimes {
  /** µs for one program operation of so many bytes. */
  readonly program: {
    /** Bytes of one operation. */
    readonly bytes: number;
    /** µs that it takes. */
    readonly us: Time;
  };
  /** ms to erase one unit, by its size in KiB. */
  readonly erase: readonly {
    /** Size of the unit in KiB. */
    readonly KiB: number;
    /** ms that its erase takes. */
    readonly ms: Time;
  }[];
  /**
   * ms for a mass erase: by flash size in KiB (a size that is not listed takes the sum of its units),
   * one figure for all (`any`), or the sum of the units where nothing is printed.
   */
  readonly massErase:
    | Readonly<Record<number, Time>>
    | {
        /** ms, whatever the flash size is. */
        readonly any: Time;
      }
    | 'sum';
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

/** How long flash operations take, and where that is printed. */
export interface Timing {
  /** Times that the bootloader has after reset. */
  readonly operations: OperationTimes;
  /** F2, F4, F7: times at each program parallelism in bits, chosen by the supply code at 0xFFFF0000. */
  readonly byParallelism?: Readonly<Record<8 | 16 | 32 | 64, OperationTimes>>;
  /** Document and table of the figures. */
  readonly source: string;
  /** `high`: the table of this line was read; `medium`: quoted by others or a sister line; `low`: only a bound. */
  readonly confidence: 'high' | 'medium' | 'low' | 'none';
  /** What is doubtful about the figures. */
  readonly note?: string;
}

/** What all parts of one product ID share: a product line of AN2606. */
export interface Device {
  /** Name of the line: `STM32F405`, `STM32F10x_MD`. */
  readonly id: string;
  /** Part-number patterns: `?` is one character, `*` any rest. */
  readonly parts: readonly string[];
  /** Product ID that Get ID answers (AN2606). */
  readonly productId: number;
  /** Flash size in KiB by the letter of the part number, where it is not what the letter says elsewhere. */
  readonly flashLetters?: Readonly<Record<string, number>>;
  /** Why this line cannot be run; undefined when it can. */
  readonly incomplete?: string;
  /** Main flash. */
  readonly flash: Flash;
  /** RAM of the largest parts. */
  readonly ram: readonly Ram[];
  /** Total RAM in KiB by flash size in KiB, where it differs from `ram`; smaller parts end earlier. */
  readonly ramBySize?: Readonly<Record<number, number>>;
  /** Parts that have less RAM than the rest of the line. */
  readonly ramOfParts?: readonly RamOfParts[];
  /** Where the bootloader lies; `end` is the first address behind. */
  readonly systemMemory: readonly Range[];
  /** Second addresses under which a boot address may name main flash or system memory (ITCM bus of F7, secure addresses of L5 and U5). */
  readonly aliases?: readonly (Range & {
    /** Whose second addresses they are. */
    readonly of: 'main-flash' | 'system-memory';
  })[];
  /** Address in system memory of a second vector table, by which an application gets into the bootloader too (H7). */
  readonly secondVectorTable?: number;
  /** Address of the bootloader ID byte. */
  readonly bootloaderIdAddress: number | undefined;
  /** Bootloader versions, the newest last. */
  readonly bootloaders: readonly Bootloader[];
  /** Ports that some bootloader version listens on. */
  readonly interfaces: readonly Interface[];
  /** Mass erase is offered (L0 and L1 refuse it). */
  readonly massErase: boolean;
  /** Address of the half-word that holds the flash size in KiB; `codes` where it holds a code instead (L1 0x436). */
  readonly flashSizeRegister:
    | {
        /** Address of the half-word. */
        readonly address: number;
        /** Flash sizes in KiB by the code that stands for them. */
        readonly codes?: Readonly<Record<number, number>>;
        /** What it says instead, by real size in KiB (mis-marked parts). */
        readonly says?: Readonly<Record<number, number>>;
      }
    | undefined;
  /** Addresses of the three words of the unique ID; they need not follow each other. */
  readonly uid: readonly [number, number, number] | undefined;
  /** One-time programmable memory; undefined where there is none. */
  readonly otp?: Otp;
  /** Data EEPROM of L0 and L1: bytes by flash size in KiB. */
  readonly eeprom?: {
    /** Address of its first byte. */
    readonly start: number;
    /** Where it starts on a flash size that lacks the lower half. */
    readonly startBySize?: Readonly<Record<number, number>>;
    /** Bytes by flash size in KiB. */
    readonly length: Readonly<Record<number, number>>;
  };
  /** Option bytes; undefined where no source tells them. */
  readonly options: OptionBytes | undefined;
  /** Address of the virtual supply-range register of F2, F4 and F7. */
  readonly supplyRegister?: number;
  /** How it chooses what it boots. */
  readonly boot: BootRules;
  /** How long flash operations take. */
  readonly timing: Timing;
  /** What a host waits for. */
  readonly connection?: ConnectionTimes;
  /** Strings of the USB device as a board told them. */
  readonly usbStrings?: {
    /** Layout strings, by alternate setting. */
    readonly strings: readonly string[];
    /** What follows a string in the descriptor though it does not belong to it. */
    readonly garbage?: {
      /** The string that it follows. */
      readonly behind: string;
      /** Its UTF-16 code units. */
      readonly units: string;
    };
    /** bcdDevice of the device descriptor (USB 2.0 §9.6.1). */
    readonly bcdDevice: number;
    /** The board, and who published what it told. */
    readonly capturedOn?: string;
  };
  /** MHz of the crystals that CAN can do with, in the order they are tried, where the ROM does not measure (AN3154). */
  readonly canCrystals?: readonly number[];
  /** Bits per second of FDCAN, where they are not 250 k and 1 M (AN2606). */
  readonly fdcanRates?: {
    /** Of arbitration. */
    readonly nominal: number;
    /** Of the data phase. */
    readonly data: number;
  };
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
  /** Sources by fact: `flash`, `options`, `boot`, … */
  readonly sources: Readonly<Record<string, readonly Source[]>>;
}

/** One series: STM32F4, STM32G0, … */
export interface Family {
  /** `STM32F4`, as in the part numbers. */
  readonly series: string;
  /** Its lines. */
  readonly devices: readonly Device[];
}
