/** Titles of the commands, each of which has a section of its own. */
const getToId = ['Get command', 'Get Version command', 'Get ID command'] as const;
/** The same in the notes whose Get Version tells of the protection as well. */
const getToIdWithProtection = [
  'Get command',
  'Get Version & Read Protection Status command',
  'Get ID command',
] as const;
const readToWrite = ['Read Memory command', 'Go command', 'Write Memory command'] as const;
const protections = [
  'Write Protect command',
  'Write Unprotect command',
  'Readout Protect command',
  'Readout Unprotect command',
] as const;
const specials = ['Special command', 'Extended Special command'] as const;

/** Sections that follow each other, from `chapter`.`first` on. */
function numbered(
  chapter: string,
  titles: readonly string[],
  first = 1,
): Readonly<Record<string, string>> {
  return Object.fromEntries(titles.map((title, at) => [`${chapter}.${first + at}`, title]));
}

/** Sections of AN3155. */
export const usartSections: Readonly<Record<string, string>> = {
  '1': 'USART bootloader code sequence',
  '2': 'Choosing the USARTx baud rate',
  '3': 'Bootloader command set',
  ...numbered('3', [
    ...getToIdWithProtection,
    ...readToWrite,
    'Erase Memory command',
    'Extended Erase Memory command',
    ...protections,
    'Get Checksum command',
    ...specials,
  ]),
  '4': 'Bootloader protocol version evolution',
};

/** Sections of AN4221. */
export const i2cSections: Readonly<Record<string, string>> = {
  '2': 'I2C bootloader code sequence',
  '3': 'Bootloader command set',
  ...numbered('3', [
    ...getToId,
    ...readToWrite,
    'Erase Memory command',
    ...protections,
    'No-Stretch Write Memory command',
    'No-Stretch Erase Memory command',
    ...protections.map((title) => `No-Stretch ${title}`),
    'No-Stretch Get Memory Checksum command',
    ...specials,
  ]),
  '4': 'Bootloader protocol version evolution',
};

/** Sections of AN4286. */
export const spiSections: Readonly<Record<string, string>> = {
  '1': 'SPI bootloader code sequence',
  '2': 'Bootloader command set',
  ...numbered('2', [
    'Safety of communication',
    ...getToId,
    ...readToWrite,
    'Erase Memory command',
    ...protections,
    'Get Checksum command',
    ...specials,
  ]),
  '3': 'Bootloader protocol version evolution',
};

/** Sections of AN3154. */
export const canSections: Readonly<Record<string, string>> = {
  '1': 'Bootloader code sequence',
  '2': 'CAN settings',
  '3': 'Bootloader command set',
  ...numbered('3', [
    ...getToIdWithProtection,
    'Speed command',
    ...readToWrite,
    'Erase Memory command',
    ...protections,
  ]),
  '4': 'Bootloader protocol version evolution',
};

/** Sections of AN3156. */
export const usbSections: Readonly<Record<string, string>> = {
  '1': 'Bootloader code sequence',
  '2': 'USB DFU bootloader requests',
  '3': 'DFU bootloader commands',
  '4': 'DFU_UPLOAD request commands',
  ...numbered('4', ['Read Memory', 'Get command']),
  '5': 'DFU_DNLOAD request commands',
  ...numbered('5', [
    'Write Memory',
    'Set Address Pointer command',
    'Erase command',
    'Read Unprotect command',
    'Leave DFU mode',
  ]),
  '6': 'Bootloader protocol version evolution',
};

/** Sections of AN5405, which scenarios name by words: its numbers differ between revisions. */
export const fdcanSections: Readonly<Record<string, string>> = {
  start: 'Bootloader code sequence',
  settings: 'FDCAN settings',
  'command-set': 'Bootloader command set',
  ...named(...getToId, ...readToWrite, 'Erase Memory command', ...protections, ...specials),
};

/** Sections of AN5927, which scenarios name by words. */
export const i3cSections: Readonly<Record<string, string>> = {
  start: 'I3C bootloader code sequence',
  commands: 'Bootloader command set',
  ...named(...getToId, ...readToWrite, ...protections, ...specials),
  erase: 'Erase Memory command',
};

/** Sections of commands by their names in kebab case. */
function named(...titles: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    titles.map((title) => [
      title
        .replace(/ command$/, '')
        .replaceAll(' ', '-')
        .toLowerCase(),
      title,
    ]),
  );
}
