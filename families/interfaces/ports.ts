import { interfaces } from './interfaces.ts';
import type { Protocol } from './interfaces.ts';

/**
 * What a port is by its name: `USART1:PB15/PB14` are other pins of the peripheral `USART1`. No protocol for a
 * name that is none of a port.
 * @internal
 */
export function portNamed(name: string): {
  readonly protocol: Protocol | undefined;
  readonly peripheral: string;
} {
  const [peripheral] = name.split(':', 1) as [string];
  const bus = peripheral.replace(/\d+$/, '');
  return { protocol: bus in interfaces ? (bus as Protocol) : undefined, peripheral };
}
