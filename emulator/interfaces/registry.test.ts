import { expectTypeOf, test } from 'vitest';
import type { Protocol } from '../../families/index.ts';
import type { DeviceInterface } from './device-interface.ts';
import type { Interfaces, PortOf } from './registry.ts';

test('tsc refuses a registry that leaves an interface out, and a room that leaves a part out', () => {
  expectTypeOf<keyof Interfaces>().toEqualTypeOf<Protocol>();
  expectTypeOf<Omit<Interfaces, 'SPI'>>().not.toExtend<Interfaces>();
  type Room = DeviceInterface<'SPI', PortOf['SPI']>;
  expectTypeOf<Room>().toExtend<Interfaces['SPI']>();
  expectTypeOf<Partial<Room>>().not.toExtend<Interfaces['SPI']>();
});
