import { expect, test } from 'vitest';
import { devices, findDevice } from '../../families/index.ts';
import { partOf, protectingOptions, scratchPages } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import {
  optionAreas,
  protectingNothing,
  readsAreProtected,
  withFields,
  writeProtectionBits,
} from './option-image.ts';
import type { Piece } from './option-image.ts';

const named = (name: string): Part => partOf(findDevice(name).devices[0]!);

/** Option bytes of zeros: with complements no chip would take them, but every change shows. */
const zeros = (part: Part): Piece[] =>
  optionAreas(part).map(({ start, length }) => ({ address: start, bytes: new Uint8Array(length) }));

test.each([
  ['STM32F103x8', { WRP1: 0x81 }, { 10: 0x81, 11: 0x7e }],
  ['STM32F405', { nWRP: 0xfff }, { 8: 0xff, 9: 0x0f }],
  ['STM32L053', { WRPROT1_LOW: 0x8001 }, { 8: 0x01, 9: 0x80, 10: 0xfe, 11: 0x7f }],
  ['STM32G030x6', { WRP1A_STRT: 5 }, { 24: 5 }],
])('fields of %s lie where its manual has them', (name, fields, expected) => {
  const part = named(name);
  const [area] = withFields(part, zeros(part), fields);
  for (const [at, value] of Object.entries(expected)) expect(area!.bytes[Number(at)]).toBe(value);
});

test('of every line, write protection is all that its bits allow to change', () => {
  for (const device of devices.filter((each) => each.options?.access !== 'registers')) {
    if (device.incomplete !== undefined || device.bootloaders.at(-1)?.protocols.USART === undefined)
      continue;
    const part = partOf(device);
    const free = writeProtectionBits(part);
    const open = withFields(part, zeros(part), protectingNothing(part));
    const fields = protectingOptions(part, scratchPages(part)[0]!) ?? {};
    for (const [at, { address, bytes }] of withFields(part, open, fields).entries()) {
      bytes.forEach((byte, offset) => {
        const changed = byte ^ open[at]!.bytes[offset]!;
        expect(changed & ~(free.get(address + offset) ?? 0)).toBe(0);
      });
    }
    const rdp = device.options!.rdp?.field;
    for (const { address, bytes } of rdp === undefined
      ? []
      : withFields(part, zeros(part), { [rdp]: 0xff })) {
      bytes.forEach((byte, offset) => {
        // a byte of the readout protection is never free; its complement may be where nothing was
        if (byte === 0xff) expect(free.get(address + offset) ?? 0).toBe(0);
      });
    }
  }
});

test('write protection that means PCROP is known', () => {
  const part = named('STM32F429');
  expect(readsAreProtected(part, zeros(part))).toBe(false);
  expect(readsAreProtected(part, withFields(part, zeros(part), { SPRMOD: 1 }))).toBe(true);
});
