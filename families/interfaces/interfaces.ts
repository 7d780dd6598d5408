import type { Source } from '../sources.ts';
import {
  canLists,
  canOpcodes,
  fdcanLists,
  i2cLists,
  i2cOpcodes,
  i3cLists,
  spiLists,
  usartLists,
  usartOpcodes,
} from './commands.ts';
import type { CommandList } from './commands.ts';
import { dfuSeOpcodes } from './dfu.ts';
import {
  canSections,
  fdcanSections,
  i2cSections,
  i3cSections,
  spiSections,
  usartSections,
  usbSections,
} from './sections.ts';

/** The interfaces of ST's bootloaders (AN2606), by the names of their buses. */
export type Protocol = 'USART' | 'I2C' | 'SPI' | 'CAN' | 'FDCAN' | 'USB' | 'I3C';

/** What ST's note says of one interface. */
interface InterfaceFacts extends Readonly<Record<string, unknown>> {
  readonly note: Source;
  /** Titles of its sections by their numbers; by names in kebab case where scenarios give no numbers. */
  readonly sections: Readonly<Record<string, string>>;
  /** By the names of the note. */
  readonly opcodes: Readonly<Record<string, number>>;
  /** Get's list by protocol version, oldest first; none where the list is not one of versions. */
  readonly lists: readonly CommandList[];
}

/**
 * What each interface is, and its constants: literals that its two ends share.
 * @internal
 */
export const interfaces = {
  USART: {
    note: 'AN3155',
    sections: usartSections,
    opcodes: usartOpcodes,
    lists: usartLists,
    /** The byte by which the rate is measured (§2). */
    sync: 0x7f,
  },
  I2C: {
    note: 'AN4221',
    sections: i2cSections,
    opcodes: i2cOpcodes,
    lists: i2cLists,
    /** The answer of a device at work to a no-stretch form (§3.12). */
    busy: 0x76,
    /** Page numbers of one Erase Memory (§3.7). */
    mostPages: 512,
    /** Forms that answer busy, each with the command that holds SCL instead; of a checksum there is no other. */
    noStretch: {
      'no-stretch-write-memory': 'write-memory',
      'no-stretch-erase': 'extended-erase',
      'no-stretch-write-protect': 'write-protect',
      'no-stretch-write-unprotect': 'write-unprotect',
      'no-stretch-readout-protect': 'readout-protect',
      'no-stretch-readout-unprotect': 'readout-unprotect',
      'no-stretch-get-checksum': undefined,
    },
    /** Reset values of the CRC unit, which No-Stretch Get Checksum always has. */
    checksum: { polynomial: 0x04c1_1db7, initial: 0xffff_ffff },
  },
  SPI: {
    note: 'AN4286',
    sections: spiSections,
    opcodes: usartOpcodes,
    lists: spiLists,
    /** First byte of a host, and of every command frame (§1, §2). */
    sync: 0x5a,
    /** MISO of a device that has nothing to say, or works (§1). */
    busy: 0xa5,
  },
  CAN: {
    note: 'AN3154',
    sections: canSections,
    opcodes: canOpcodes,
    lists: canLists,
    /** Identifier of the frame that connects, and of its answer (figure 2). */
    hello: 0x79,
    /** Bits per second at the start (CAN settings). */
    rates: { nominal: 125_000 },
    /** Bits per second by the codes of Speed (§3.4). */
    speeds: { 1: 125_000, 2: 250_000, 3: 500_000, 4: 1_000_000 } as Readonly<
      Record<number, number>
    >,
  },
  FDCAN: {
    note: 'AN5405',
    sections: fdcanSections,
    opcodes: usartOpcodes,
    lists: fdcanLists,
    /** The frame that protocol 2.2 starts with; ROMs transmit under its identifier before the first command. */
    start: { id: 0x111, data: [0x5a] },
    /** Data bytes of a frame of memory, of a list, of a special command. */
    width: 64,
    /** Bits per second where the line has no `fdcanRates`. */
    rates: { nominal: 250_000, data: 1_000_000 },
  },
  I3C: {
    note: 'AN5927',
    sections: i3cSections,
    opcodes: usartOpcodes,
    lists: i3cLists,
    /** First byte of a host, once it has given the device an address. */
    sync: 0x5a,
  },
  USB: { note: 'AN3156', sections: usbSections, opcodes: dfuSeOpcodes, lists: [] },
} as const satisfies Readonly<Record<Protocol, InterfaceFacts>>;
