/**
 * What a framed protocol acknowledges and refuses with (AN3155 §3.1).
 * @internal
 */
export const ACK = 0x79;
/** @internal */
export const NACK = 0x1f;

const IDENTIFY = { get: 0x00, 'get-version': 0x01, 'get-id': 0x02 } as const;
const MEMORY = { 'read-memory': 0x11, go: 0x21, 'write-memory': 0x31 } as const;
const ERASE = { erase: 0x43 } as const;
const PROTECT = {
  'write-protect': 0x63,
  'write-unprotect': 0x73,
  'readout-protect': 0x82,
  'readout-unprotect': 0x92,
} as const;

const USART = {
  ...IDENTIFY,
  ...MEMORY,
  ...ERASE,
  'extended-erase': 0x44,
  special: 0x50,
  'extended-special': 0x51,
  ...PROTECT,
  'get-checksum': 0xa1,
} as const;
const NO_STRETCH = {
  'no-stretch-write-memory': 0x32,
  'no-stretch-erase': 0x45,
  'no-stretch-write-protect': 0x64,
  'no-stretch-write-unprotect': 0x74,
  'no-stretch-readout-protect': 0x83,
  'no-stretch-readout-unprotect': 0x93,
  'no-stretch-get-checksum': 0xa1,
} as const;

/** Commands of AN3155, by the names of the note. */
export type UsartCommandName = keyof typeof USART;
/** Commands of AN4221, by the names of the note: each no-stretch form answers busy while the chip works. */
export type I2cCommandName = UsartCommandName | keyof typeof NO_STRETCH;
/** Commands of AN3154, by the names of the note. */
export type CanCommandName =
  keyof (typeof IDENTIFY & typeof MEMORY & typeof ERASE & typeof PROTECT) | 'speed';
/** Commands of every framed protocol. */
export type CommandName = I2cCommandName | CanCommandName;

type Opcodes<Name extends string> = Readonly<Record<Name, number>>;

/**
 * AN3155 table 2; SPI, FDCAN and I3C have the same (AN4286, AN5405, AN5927).
 * @internal
 */
export const usartOpcodes: Opcodes<UsartCommandName> = USART;
/**
 * AN4221, table of commands.
 * @internal
 */
export const i2cOpcodes: Opcodes<I2cCommandName> = { ...USART, ...NO_STRETCH };
/**
 * Identifiers of the commands (AN3154 table 2).
 * @internal
 */
export const canOpcodes: Opcodes<CanCommandName> = {
  ...IDENTIFY,
  speed: 0x03,
  ...MEMORY,
  ...ERASE,
  ...PROTECT,
};
/**
 * Of every framed protocol: a name has the same opcode on each.
 * @internal
 */
export const opcodes: Opcodes<CommandName> = { ...i2cOpcodes, ...canOpcodes };

/**
 * Page counts of Extended Erase that mean something else (AN3155 §3.8); from `reserved` on none is a count.
 * @internal
 */
export const eraseCodes = {
  all: 0xffff,
  bank1: 0xfffe,
  bank2: 0xfffd,
  reserved: 0xfff0,
} as const;

/**
 * Largest data packets of Special and Extended Special in bytes, in their order (AN3155 §3.14, §3.15).
 * @internal
 */
export const specialLimits = { special: [128], 'extended-special': [128, 1024] } as const;

/**
 * Get's list from one protocol version on.
 * @internal
 */
export interface CommandList {
  readonly since: string;
  /** In the order of the list. */
  readonly commands: readonly CommandName[];
  /** Those of them that only a version with sub-operations has (`specials`). */
  readonly withSpecials?: readonly CommandName[];
  /** Each product has a list of its own; why this is taken where it is not known. */
  readonly chosen?: string;
}

const FIRST = ['get', 'get-version', 'get-id', 'read-memory', 'go', 'write-memory'] as const;
const SPECIALS = ['special', 'extended-special'] as const;
const LAST = ['write-protect', 'write-unprotect', 'readout-protect', 'readout-unprotect'] as const;
const FORMS = Object.keys(NO_STRETCH) as readonly (keyof typeof NO_STRETCH)[];
const BASE = [...FIRST, 'extended-erase', ...LAST] as const;
const WITH_SPECIALS = [...FIRST, 'extended-erase', ...SPECIALS, ...LAST] as const;
const chosen = 'each product lists its own: what its documents describe';

/**
 * AN3155 §3.1, §4; L5 and U5 have Special below 4.0 (AN2606).
 * @internal
 */
export const usartLists: readonly CommandList[] = [
  { since: '1.0', commands: [...FIRST, 'erase', ...LAST] },
  {
    since: '3.0',
    commands: [...FIRST, 'extended-erase', 'special', ...LAST],
    withSpecials: ['special'],
  },
  {
    since: '3.3',
    commands: [...FIRST, 'extended-erase', 'special', ...LAST, 'get-checksum'],
    withSpecials: ['special'],
  },
  { since: '4.0', commands: WITH_SPECIALS, chosen },
];

/**
 * AN4221, table of versions: it counts 18 commands for 1.2, Special not among them.
 * @internal
 */
export const i2cLists: readonly CommandList[] = [
  { since: '1.0', commands: BASE },
  { since: '1.1', commands: [...BASE, ...FORMS.slice(0, -1)] },
  { since: '1.2', commands: [...BASE, ...FORMS] },
  { since: '2.0', commands: [...WITH_SPECIALS, ...FORMS], chosen },
];

/**
 * AN4286 §2.2, §3: it counts 11 commands for 1.1, Special not among them; no list of 2.0 is known to have Get Checksum.
 * @internal
 */
export const spiLists: readonly CommandList[] = [
  { since: '1.0', commands: BASE },
  { since: '1.3', commands: [...BASE, 'get-checksum'] },
  { since: '2.0', commands: WITH_SPECIALS, chosen },
];

/**
 * AN5927, Get.
 * @internal
 */
export const i3cLists: readonly CommandList[] = [{ since: '1.0', commands: WITH_SPECIALS, chosen }];

/**
 * AN3154 table 2.
 * @internal
 */
export const canLists: readonly CommandList[] = [
  {
    since: '1.0',
    commands: ['get', 'get-version', 'get-id', 'speed', ...FIRST.slice(3), 'erase', ...LAST],
  },
];

/**
 * AN5405, Get and version table; those with Special have it on USART too.
 * @internal
 */
export const fdcanLists: readonly CommandList[] = [
  {
    since: '1.0',
    commands: [...FIRST, 'extended-erase', 'special', ...LAST],
    withSpecials: ['special'],
  },
  { since: '1.1', commands: WITH_SPECIALS, withSpecials: SPECIALS },
  { since: '2.0', commands: WITH_SPECIALS, withSpecials: SPECIALS, chosen },
];
