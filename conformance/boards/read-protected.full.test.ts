import { expect, test } from 'vitest';
import { partByName } from '../part/part-by-name.ts';
import { isUnexpected } from '../reports/verdict.ts';
import { askedOfProtected, skippedInVain } from './test/asked-of-protected.ts';

/** A line of each protocol version and generation. */
const LINES = [
  ['usart', 'STM32F103xB'],
  ['usart', 'STM32F405'],
  ['usart', 'STM32L476'],
  ['usart', 'STM32G071'],
  ['usart', 'STM32U575'],
  ['usb', 'STM32F405'],
  ['usb', 'STM32H743'],
  ['usb', 'STM32L476'],
  ['i2c', 'STM32F446'],
  ['i2c', 'STM32L412'],
  ['i2c', 'STM32G071'],
  ['spi', 'STM32F446'],
  ['spi', 'STM32H743'],
  ['spi', 'STM32G071'],
  ['can', 'STM32F405'],
  ['fdcan', 'STM32G0B1'],
  ['fdcan', 'STM32H723'],
  ['fdcan', 'STM32U575'],
  ['fdcan', 'STM32C092'],
] as const;

test.each(LINES)(
  'over %s a read-protected %s is asked all that needs no memory, and keeps what it holds',
  async (over, device) => {
    const part = partByName(device, { interface: over });
    const { results, skipped, changed, state } = await askedOfProtected(part, 4);
    const unexpected = results.filter(({ verdict }) => isUnexpected(verdict));
    expect(unexpected.map(({ id, entry, left }) => `${id}@${entry}: ${left.says}`)).toEqual([]);
    expect(await skippedInVain(part, skipped)).toEqual([]);
    expect(changed).toEqual([]);
    expect(state).not.toBe('application');
  },
);
