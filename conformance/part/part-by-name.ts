import { findDevice, likeDevice } from '../../families/index.ts';
import { ConformanceError } from '../errors.ts';
import { partOf } from './part.ts';
import type { Part, PartChoice } from './part.ts';

/** The part that a user names, as STM32F405RG; `choice` adds what the name does not tell. @throws ConformanceError */
export function partByName(name: string, choice: PartChoice = {}): Part {
  const { devices, flashKiB, near } = findDevice(name);
  const [device] = devices;
  if (device === undefined) {
    const like = near.map(({ id }) => id).join(', ');
    const hint =
      like === ''
        ? `${likeDevice(name)} (vstm32 devices lists them all)`
        : `: no part of this line has the flash size its letter says: ${like}`;
    throw new ConformanceError(`no part is called ${name}${hint}`);
  }
  if (devices.length > 1) {
    const which = devices.map(({ id }) => id).join(', ');
    throw new ConformanceError(`${name} fits several lines: name one of ${which}`);
  }
  return partOf(device, flashKiB === undefined ? choice : { flashKiB, ...choice });
}
