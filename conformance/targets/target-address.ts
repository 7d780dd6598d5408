import { ConformanceError } from '../errors.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import type { BusSpec, NetworkSpec, SerialSpec, UsbSpec } from './spec.ts';

/** Where a board is. */
export type BoardAddress =
  | Pick<SerialSpec, 'kind' | 'path'>
  | Pick<NetworkSpec, 'kind' | 'host' | 'port'>
  | Pick<UsbSpec, 'kind' | 'vendor' | 'product' | 'serial'>
  | Pick<BusSpec, 'kind' | 'path'>;

/** The ways to a board in the words of `--target`. */
export const WAYS =
  'serial:PATH, tcp:HOST:PORT, rfc2217:HOST:PORT, usb[:VID:PID[:SERIAL]], i2c:/dev/i2c-N, spi:/dev/spidevB.C or can:INTERFACE';

/** STMicroelectronics, and the product of every bootloader in system memory. */
const ST_DFU = { vendor: 0x0483, product: 0xdf11 };

/** What a bus is called on this machine. */
const PATHS = {
  serial: /.+/,
  i2c: /^\/dev\/i2c-\d+$/,
  spi: /^\/dev\/spidev\d+\.\d+$/,
  can: /^[^/\s]{1,15}$/,
} as const;

/** A board's address, read from the text of `--target`. @throws ConformanceError for a text that is none */
export function boardAddress(text: string): BoardAddress {
  const [, kind = '', path = ''] = /^([^:]+)(?::(.*))?$/.exec(text) ?? [];
  switch (kind) {
    case 'serial':
    case 'i2c':
    case 'spi':
    case 'can':
      if (!PATHS[kind].test(path)) break;
      return { kind, path };
    case 'i3c':
      throw new ConformanceError(
        'no program on Linux reaches a board over I3C: it is examined with --target memory',
      );
    case 'tcp':
    case 'rfc2217': {
      const [, name6, name4, port] = /^(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(path) ?? [];
      const host = name6 ?? name4;
      if (host === undefined || Number(port) > 65_535) break;
      return { kind, host, port: Number(port) };
    }
    case 'usb': {
      if (path === '') return { kind, ...ST_DFU };
      const [, vendor, product, serial] =
        /^([0-9a-f]{4}):([0-9a-f]{4})(?::(.+))?$/i.exec(path) ?? [];
      if (vendor === undefined || product === undefined) break;
      const numbers = {
        vendor: Number.parseInt(vendor, 16),
        product: Number.parseInt(product, 16),
      };
      return { kind, ...numbers, ...(serial === undefined ? {} : { serial }) };
    }
  }
  throw new ConformanceError(`--target takes memory, pty, ${WAYS}, not ${text}`);
}

/** The interfaces of a chip that are reached in such a way. */
export function interfacesOf({ kind }: BoardAddress): readonly InterfaceName[] {
  switch (kind) {
    case 'serial':
    case 'tcp':
    case 'rfc2217':
      return ['usart'];
    case 'can':
      return ['can', 'fdcan'];
    case 'usb':
    case 'i2c':
    case 'spi':
      return [kind];
  }
}
