import type { Device } from '../../families/index.ts';

/** Bytes of the unique ID and the flash size register by address; undefined elsewhere. */
export function deviceInfo(
  device: Device,
  flashKiB: number,
  uid: Uint8Array,
): (address: number) => number | undefined {
  const bytes = new Map<number, number>();
  device.uid?.forEach((address, word) => {
    for (let at = 0; at < 4; at++) bytes.set(address + at, uid[4 * word + at]!);
  });
  const register = device.flashSizeRegister;
  if (register !== undefined) {
    const said = register.says?.[flashKiB] ?? register.codes?.[flashKiB] ?? flashKiB;
    bytes.set(register.address, said & 0xff);
    bytes.set(register.address + 1, said >> 8);
  }
  return (address) => bytes.get(address);
}
