import { canAssertions } from '../interfaces/can/assertions.ts';
import { commonAssertions } from '../scenarios/kit/common-assertions.ts';
import { dfuAssertions } from '../interfaces/usb/assertions.ts';
import { fdcanAssertions } from '../interfaces/fdcan/assertions.ts';
import { i2cAssertions } from '../interfaces/i2c/assertions.ts';
import { spiAssertions } from '../interfaces/spi/assertions.ts';
import { usartAssertions } from '../interfaces/usart/assertions.ts';
import type { Assertion } from './assertion.ts';

/** Everything AN3155 requires or recommends of a device on USART, and what silicon was seen to do. */
export const assertions: readonly Assertion[] = [
  ...usartAssertions,
  ...dfuAssertions,
  ...i2cAssertions,
  ...canAssertions,
  ...spiAssertions,
  ...fdcanAssertions,
  ...commonAssertions,
].map(([number, strength, source, text, reason]) => ({
  number,
  strength,
  source,
  text,
  ...(reason === undefined ? {} : { reason }),
}));
