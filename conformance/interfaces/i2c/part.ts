import type { Part } from '../../part/part.ts';

/** The 7-bit address of the first I2C target that the bootloader version listens on; undefined where it is not known. */
export function ownAddress({
  device,
  bootloader,
}: Pick<Part, 'device' | 'bootloader'>): number | undefined {
  for (const each of device.interfaces) {
    const known = each.protocol === 'I2C' ? each.address : undefined;
    if (known !== undefined && bootloader.interfaces.includes(each.name)) return known;
  }
  return undefined;
}

/** Why no host can reach the part; undefined when it can. */
export function noAddress(part: Pick<Part, 'device' | 'bootloader'>): string | undefined {
  return ownAddress(part) === undefined
    ? 'the I2C address of this line is not known: AN2606 misprints it'
    : undefined;
}

/** ms of silence within a command after which the chip resets (AN2606, bootloader timing). */
export function timeOutMs({ device, quirks }: Pick<Part, 'device' | 'quirks'>): number {
  if (quirks.has('i2c-time-out-10-ms')) return 10;
  return device.connection?.i2cTimeoutMs ?? 1000;
}
