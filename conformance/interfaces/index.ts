import type { Part } from '../part/part.ts';
import type { Channel, Target } from '../run/target.ts';
import type { Asked } from './asked.ts';
import { canRoom } from './can/room.ts';
import { fdcanRoom } from './fdcan/room.ts';
import type { Follower } from './follower.ts';
import { i2cRoom } from './i2c/room.ts';
import { i3cRoom } from './i3c/room.ts';
import type { Loader } from './loader.ts';
import type { InterfaceName } from './names.ts';
import type { Protocol } from './protocol.ts';
import type { Room } from './room.ts';
import { spiRoom } from './spi/room.ts';
import { usartRoom } from './usart/room.ts';
import { usbRoom } from './usb/room.ts';

/** The examiner's rooms. */
export const rooms: Readonly<Record<InterfaceName, Room>> = {
  usart: usartRoom,
  usb: usbRoom,
  i2c: i2cRoom,
  can: canRoom,
  fdcan: fdcanRoom,
  spi: spiRoom,
  i3c: i3cRoom,
};

/** Every protocol that the suite examines. */
export const protocols: readonly Protocol[] = Object.values(rooms).map(({ protocol }) => protocol);

/** The room of the interface that a part is examined over. */
export function roomOf(part: Pick<Part, 'interface'>): Room {
  return rooms[part.interface];
}

/** Who follows what is sent to a part over the interface that it is examined over; `now`: ms of a clock, where one runs. */
export function followerOf(part: Part, asked: Asked, now: () => number = () => 0): Follower {
  return roomOf(part).follower(asked, part, now);
}

/**
 * A host at the bootloader of a device that was just reset, over the interface that it is examined over.
 * @throws LoaderRefused for a device that does not answer as it should
 */
export async function connectLoader(
  channel: Channel,
  target: Pick<Target, 'part' | 'quietMs' | 'replyMs'>,
): Promise<Loader> {
  return roomOf(target.part).connectLoader(channel, target);
}

/** The protocol that a part is examined over. */
export function protocolOf(part: Pick<Part, 'interface'>): Protocol {
  return roomOf(part).protocol;
}

/** The protocol that a scenario or case belongs to, by the first part of its name; undefined for none. */
export function protocolNamed(id: string): Protocol | undefined {
  const [name] = id.split('/');
  return protocols.find((each) => each.name === name);
}
