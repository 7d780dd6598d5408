import { findDevice, flashSizes, likeDevice, partsOf, type Device } from '../../families/index.ts';
import { EmulatorError } from '../errors.ts';

/** A product line and the flash size, in KiB, that the user's words settle on. */
export interface ChosenDevice {
  readonly device: Device;
  readonly flashKiB: number;
  /** The name or --flash-size told the size; otherwise it is the largest of the line. */
  readonly sizeGiven: boolean;
}

/** The one device that `name` and `--flash-size` mean; an EmulatorError says what to type instead. */
export function chooseDevice(name: string, flashSize?: number): ChosenDevice {
  const found = findDevice(name);
  const [device, ...others] = found.devices;
  if (device === undefined) throw new EmulatorError(unknown(name, found.near));
  if (others.length > 0) {
    const names = found.devices.map((each) => `${each.id} (${partsOf(each).join(', ')})`);
    throw new EmulatorError(`${name} fits several lines, name one: ${names.join('; ')}`);
  }
  if (device.incomplete !== undefined) {
    throw new EmulatorError(`${device.id} cannot be run: ${device.incomplete}`);
  }
  const sizes = flashSizes(device);
  if (flashSize !== undefined && !sizes.includes(flashSize)) {
    throw new EmulatorError(
      `--flash-size ${flashSize}: ${device.id} comes with ${sizes.join(', ')} KiB`,
    );
  }
  if (flashSize !== undefined && found.flashKiB !== undefined && flashSize !== found.flashKiB) {
    throw new EmulatorError(
      `--flash-size ${flashSize} contradicts ${name}, which has ${found.flashKiB} KiB: leave one out`,
    );
  }
  const given = flashSize ?? found.flashKiB;
  return { device, flashKiB: given ?? sizes.at(-1)!, sizeGiven: given !== undefined };
}

function unknown(name: string, near: readonly Device[]): string {
  if (near.length > 0) {
    const sizes = near.map((each) => `${each.id} has ${flashSizes(each).join(', ')} KiB`);
    return `no ${name}: no part of this line has the flash size its letter says (${sizes.join('; ')})`;
  }
  return `no device is called ${name}${likeDevice(name)} (vstm32 devices lists them all)`;
}
