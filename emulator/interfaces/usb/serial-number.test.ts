import { expect, test } from 'vitest';
import { usbSerial } from './serial-number.ts';

test.each([
  // F4: unique ID 002d0030 3334510b 32313533, serial of the same part
  [{ sum: 'halves' }, [0x002d_0030, 0x3334_510b, 0x3231_3533], '325E35633334'],
  // F413 (panda): unique ID bytes 1F002300 09513735 31373736
  [{ sum: 'halves', plus: 0x000a }, [0x0023_001f, 0x3537_5109, 0x3637_3731], '365A375A3537'],
  [{ sum: 'words' }, [0x002d_0030, 0x3334_510b, 0x3231_3533], '325E35633334'],
  // rules differ when the lower halves carry
  [{ sum: 'halves' }, [0x0001_ffff, 0x1234_0000, 0x0002_0001], '000300001234'],
  [{ sum: 'words' }, [0x0001_ffff, 0x1234_0000, 0x0002_0001], '000400001234'],
  [{ sum: 'words' }, [0xffff_ffff, 0x1234_0000, 0x0000_0002], '000000011234'],
  [{ sum: 'words', last: 2 }, [1, 0x1234_0000, 0xabcd_0001], 'ABCD0002ABCD'],
  [{ fixed: 'FFFFFFFEFFFF' }, [1, 2, 3], 'FFFFFFFEFFFF'],
] as const)('%j makes of %j the serial number %s', (rule, words, serial) => {
  expect(usbSerial(rule, words)).toBe(serial);
});
