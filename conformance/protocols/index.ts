import type { InterfaceName } from '../interfaces.ts';
import type { Part } from '../part.ts';
import type { Protocol } from '../protocol.ts';
import { can } from './can.ts';
import { dfu } from './dfu.ts';
import { fdcan } from './fdcan.ts';
import { i2c } from './i2c.ts';
import { spi } from './spi.ts';
import { usart } from './usart.ts';

/** Every protocol that the suite examines. */
export const protocols: readonly Protocol[] = [usart, dfu, i2c, can, fdcan, spi];

/** The protocol that a part is examined over. */
export function protocolOf(part: Pick<Part, 'interface'>): Protocol {
  return protocolOn(part.interface);
}

/** The protocol on an interface. */
export function protocolOn(name: InterfaceName): Protocol {
  return protocols.find((each) => each.interface === name)!;
}

/** The protocol that a scenario or case belongs to, by the first part of its name; undefined for none. */
export function protocolNamed(id: string): Protocol | undefined {
  const [name] = id.split('/');
  return protocols.find((each) => each.name === name);
}
