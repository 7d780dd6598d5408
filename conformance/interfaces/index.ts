import type { InterfaceName } from './names.ts';
import type { Part } from '../part/part.ts';
import type { Protocol } from './protocol.ts';
import { can } from './can/index.ts';
import { dfu } from './usb/index.ts';
import { fdcan } from './fdcan/index.ts';
import { i2c } from './i2c/index.ts';
import { spi } from './spi/index.ts';
import { usart } from './usart/index.ts';

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
