import type { Bootloader, Device } from '../../families/index.ts';
import {
  dfuGenerations,
  flashSizes,
  quirks as knownQuirks,
  usbStrings,
} from '../../families/index.ts';
import type { BoardOptions } from './board-options.ts';
import { LONGEST_STRING } from '../interfaces/usb/descriptors.ts';
import type { UsbStringsGiven } from '../interfaces/usb/descriptors.ts';
import type { Chip } from '../chip/chip.ts';
import { rdpByte } from '../chip/protection.ts';
import type { RdpLevel } from '../chip/protection.ts';
import { EmulatorError } from '../errors.ts';
import { joined } from './segments.ts';

/** The bootloader version asked for, by default the newest. @throws EmulatorError naming those there are. */
export function versionOf(device: Device, flashKiB: number, version?: string): Bootloader {
  if (device.incomplete !== undefined) {
    throw new EmulatorError(`${device.id} cannot be run: ${device.incomplete}`);
  }
  const sizes = flashSizes(device);
  if (!sizes.includes(flashKiB)) {
    throw new EmulatorError(`${device.id} has no ${flashKiB} KiB part: use ${sizes.join(', ')}`);
  }
  const { bootloaders } = device;
  const found =
    version === undefined
      ? bootloaders.at(-1)
      : bootloaders.find((candidate) => candidate.version === version.replace(/^v/i, ''));
  if (found !== undefined) return found;
  const there = bootloaders.map((candidate) => candidate.version).join(', ');
  throw new EmulatorError(`${device.id} has no bootloader ${version}: use one of ${there}`);
}

/** Quirks of the version with those switched by the user. @throws EmulatorError for a name nobody knows. */
export function quirksInForce(
  device: Device,
  bootloader: Bootloader,
  switched: Readonly<Record<string, boolean>> = {},
): ReadonlySet<string> {
  const shared =
    bootloader.interfaces.includes('USB') && device.dfuGeneration !== undefined
      ? dfuGenerations[device.dfuGeneration].quirks
      : [];
  const inForce = new Set<string>([...shared, ...bootloader.quirks]);
  for (const [name, on] of Object.entries(switched)) {
    if (!Object.hasOwn(knownQuirks, name)) {
      const here =
        [...shared, ...bootloader.quirks, ...(device.optionalQuirks ?? [])].join(', ') || 'none';
      throw new EmulatorError(`no quirk is called ${name}; those of this line: ${here}`);
    }
    if (on) inForce.add(name);
    else inForce.delete(name);
  }
  return inForce;
}

/** @throws EmulatorError for strings that cannot be told, or where there is no USB. */
export function checkUsbStrings(
  board: { readonly device: Device; readonly flashKiB: number; readonly bootloader: Bootloader },
  { alternates = {}, ...named }: UsbStringsGiven,
): void {
  const { device, flashKiB, bootloader } = board;
  const usb = device.interfaces.find(({ protocol }) => protocol === 'USB');
  if (usb === undefined || !bootloader.interfaces.includes(usb.name)) {
    throw new EmulatorError(`${device.id} ${bootloader.version} has no USB, and no USB strings`);
  }
  for (const [name, text] of [...Object.entries(named), ...Object.entries(alternates)]) {
    if (text.length <= LONGEST_STRING) continue;
    throw new EmulatorError(
      `USB string ${name} has ${text.length} characters: a descriptor holds ${LONGEST_STRING}`,
    );
  }
  const own = usbStrings(device, flashKiB).length;
  const added = Object.keys(alternates)
    .map(Number)
    .filter((number) => number >= own)
    .toSorted((one, other) => one - other);
  if (added.every((number, at) => number === own + at)) return;
  throw new EmulatorError(
    `USB string alt${added.at(-1)}: alternate settings are counted without a gap, and ${device.id} has ${own}`,
  );
}

/** Puts the content and option bytes that the board is to be powered on with. @throws EmulatorError for what does not fit. */
export function presetOptions(chip: Chip, options: BoardOptions): void {
  for (const [name, bytes] of Object.entries(options.memories ?? {})) {
    const cells = chip.nonVolatile.find((memory) => memory.name === name);
    if (cells === undefined || cells.length !== bytes.length) {
      throw new EmulatorError(`${chip.device.id} has no memory ${name} of ${bytes.length} bytes`);
    }
    cells.set(0, bytes);
  }
  for (const { address, bytes } of joined(options.load ?? [])) loadFlash(chip, address, bytes);
  const fields = { ...options.options };
  if (options.rdp !== undefined) Object.assign(fields, rdpField(chip, options.rdp));
  if (Object.keys(fields).length === 0) return;
  const table = chip.device.options;
  for (const [name, value] of Object.entries(fields)) {
    const field = table?.fields.find((candidate) => candidate.name === name);
    if (field === undefined) {
      const there = table?.fields.map((candidate) => candidate.name).join(', ') ?? 'none';
      throw new EmulatorError(`${chip.device.id} has no option ${name}; it has ${there}`);
    }
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** field.width) {
      throw new EmulatorError(`option ${name} takes 0 to ${2 ** field.width - 1}, not ${value}`);
    }
  }
  chip.options!.preset(chip.options!.changed(fields));
}

function loadFlash(chip: Chip, address: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    const unit = chip.flash.unitAt(address + at);
    if (unit === undefined) {
      const hex = `0x${(address + at).toString(16)}`;
      throw new EmulatorError(
        `${hex} is outside main flash of a ${chip.flashKiB} KiB ${chip.device.id}`,
      );
    }
    const from = address + at - unit.address;
    const count = Math.min(unit.length - from, bytes.length - at);
    chip.flash.cells.set(unit.offset + from, bytes.subarray(at, at + count));
    at += count;
  }
}

function rdpField(chip: Chip, level: RdpLevel): Record<string, number> {
  const rdp = chip.device.options?.rdp;
  const byte = rdp && rdpByte(rdp, level);
  if (rdp === undefined || byte === undefined) {
    throw new EmulatorError(`${chip.device.id} has no readout protection level ${level}`);
  }
  return { [rdp.field]: byte };
}
