import type { Device, Range } from '../../families/index.ts';

export type RegionKind =
  | 'main-flash'
  | 'sram'
  | 'system-memory'
  | 'option-bytes'
  | 'otp'
  | 'device-info'
  | 'eeprom'
  | 'supply-register';

export type Access = 'read' | 'write' | 'go';

export interface Region extends Range {
  readonly kind: RegionKind;
}

/** What the bootloader does in each kind of memory (AN2606 table 5). */
const ALLOWED: Readonly<Record<RegionKind, readonly Access[]>> = {
  'main-flash': ['read', 'write', 'go'],
  sram: ['read', 'write', 'go'],
  'system-memory': ['read'],
  'option-bytes': ['read', 'write'],
  otp: ['read', 'write'],
  'device-info': ['read'],
  eeprom: ['read', 'write'],
  'supply-register': ['read', 'write'],
};

export function allows(region: Region, access: Access): boolean {
  return ALLOWED[region.kind].includes(access);
}

/** Every region of the line but main flash, whose banks can be mapped anew, in the order they are searched. */
export function fixedRegions(device: Device, flashKiB: number): Region[] {
  const regions: Region[] = [];
  const add = (kind: RegionKind, start: number, length: number): void => {
    regions.push({ kind, start, end: start + length });
  };
  for (const ram of ramOf(device, flashKiB)) {
    add('sram', ram.start, ram.length);
    if (ram.alias !== undefined) add('sram', ram.alias, ram.length);
  }
  for (const range of device.systemMemory) regions.push({ kind: 'system-memory', ...range });
  for (const area of device.options?.areas ?? []) add('option-bytes', area.start, area.length);
  if (device.otp !== undefined) {
    add('otp', device.otp.start, device.otp.length + (device.otp.lockBytes ?? 0));
  }
  const eeprom = eepromOf(device, flashKiB);
  if (eeprom !== undefined) regions.push({ kind: 'eeprom', ...eeprom });
  if (device.supplyRegister !== undefined) add('supply-register', device.supplyRegister, 4);
  // last: the rest of the 256-byte rows around unique ID and flash size, which tools read as a block
  for (const row of infoRows(device)) add('device-info', row, 256);
  return regions;
}

/** RAM of this flash size: smaller parts end earlier. */
export function ramOf(device: Device, flashKiB: number): readonly Device['ram'][number][] {
  const total = device.ramBySize?.[flashKiB];
  if (total === undefined) return device.ram;
  let left = total * 1024;
  return device.ram.flatMap((ram) => {
    const length = Math.min(ram.length, left);
    left -= length;
    return length > 0 ? [{ ...ram, length }] : [];
  });
}

/** Data EEPROM of this flash size: small parts may lack the lower half. */
export function eepromOf(device: Device, flashKiB: number): Range | undefined {
  const length = device.eeprom?.length[flashKiB];
  if (device.eeprom === undefined || length === undefined) return undefined;
  const start = device.eeprom.startBySize?.[flashKiB] ?? device.eeprom.start;
  return { start, end: start + length };
}

/** The address that a boot address means: F7 sees flash and system memory on the ITCM bus too, TrustZone parts at a secure address. */
export function withoutAlias(device: Device, flashStart: number, address: number): number {
  const alias = device.aliases?.find(({ start, end }) => address >= start && address < end);
  if (alias === undefined) return address;
  const start = alias.of === 'main-flash' ? flashStart : device.systemMemory[0]!.start;
  return start + address - alias.start;
}

function infoRows(device: Device): number[] {
  const addresses = [...(device.uid ?? [])];
  if (device.flashSizeRegister !== undefined) addresses.push(device.flashSizeRegister.address);
  return [...new Set(addresses.map((address) => address - (address % 256)))];
}
