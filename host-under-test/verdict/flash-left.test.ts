import { expect, test } from 'vitest';
import { describeDifference, difference, type Asked } from './flash-left.ts';
import type { FlashPicture } from '../flash-picture.ts';
import { FLASH } from '../scenarios/define.ts';

function flash(...pages: (readonly number[])[]): FlashPicture {
  return {
    start: FLASH,
    bytes: Uint8Array.from(pages.flat()),
    pages: pages.map((page, index) => ({ address: FLASH + 4 * index, length: page.length })),
    blank: 0xff,
  };
}

const OLD = [8, 8, 8, 8];
const BLANK = [0xff, 0xff, 0xff, 0xff];
const before = flash(OLD, OLD, OLD);
const asked: Asked = {
  job: { do: 'write' },
  address: FLASH + 4,
  image: Uint8Array.of(1, 2),
};

test('around the image each page is as it was or erased, and the rest of its page too', () => {
  for (const after of [
    flash(OLD, [1, 2, 8, 8], OLD),
    flash(BLANK, [1, 2, 0xff, 0xff], OLD),
    flash(OLD, [1, 2, 8, 0xff], BLANK),
  ]) {
    expect(difference('image', asked, before, after)).toBeUndefined();
  }
});

test('a page elsewhere that is neither old nor erased is a difference', () => {
  const after = flash(OLD, [1, 2, 8, 8], [8, 8, 0xff, 0xff]);
  expect(difference('image', asked, before, after)?.address).toBe(FLASH + 10);
});

test('a missing part of the image is a difference, and a defined part', () => {
  const after = flash(OLD, [1, 0xff, 0xff, 0xff], OLD);
  expect(difference('image', asked, before, after)?.address).toBe(FLASH + 5);
  expect(difference('partial', asked, before, after)).toBeUndefined();
  const wild = flash(OLD, [1, 7, 0xff, 0xff], OLD);
  expect(difference('partial', asked, before, wild)?.address).toBe(FLASH + 5);
});

test('an image that ends beyond the flash is a difference there', () => {
  const long: Asked = { ...asked, address: FLASH + 8, image: Uint8Array.of(1, 2, 3, 4, 5) };
  const found = difference('image', long, before, flash(OLD, OLD, [1, 2, 3, 4]));
  expect(describeDifference(found!)).toBe('0x0800000C: expected 05, there is no flash');
});

test('of pages listed all are erased and no other is', () => {
  const pages: Asked = { ...asked, job: { do: 'erase', pages: { first: 1, count: 1 } } };
  expect(difference('pages', pages, before, flash(OLD, BLANK, OLD))).toBeUndefined();
  expect(difference('pages', pages, before, flash(OLD, BLANK, BLANK))?.address).toBe(FLASH + 8);
  expect(difference('pages', pages, before, flash(OLD, OLD, OLD))?.address).toBe(FLASH + 4);
});
