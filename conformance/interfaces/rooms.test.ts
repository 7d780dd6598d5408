import { expect, expectTypeOf, test } from 'vitest';
import { rooms } from './index.ts';
import { interfaceNames } from './names.ts';
import type { InterfaceName } from './names.ts';
import type { Room } from './room.ts';

test('tsc refuses a registry that leaves an interface out, and a room that leaves a part out', () => {
  expectTypeOf(rooms).toEqualTypeOf<Readonly<Record<InterfaceName, Room>>>();
  expectTypeOf<Omit<typeof rooms, 'spi'>>().not.toExtend<typeof rooms>();
  expectTypeOf<Omit<Room, 'follower'>>().not.toExtend<Room>();
});

test.each(interfaceNames)('the room of %s says that it is its own', (name) => {
  const { protocol, scenarios } = rooms[name];
  expect(protocol.interface).toBe(name);
  expect(scenarios.filter(({ id }) => !id.startsWith(`${protocol.name}/`))).toEqual([]);
});
