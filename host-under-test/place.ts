import { join } from 'node:path';
import type { Asked } from './verdict/flash-left.ts';
import { FLASH_START } from './flash-picture.ts';
import { DEFAULT_IMAGE, imageBytes } from './image.ts';
import type { Job, Transport } from './scenario.ts';

/** What a tool is given for one job. */
export interface Place {
  readonly transport: Transport;
  /** What the tool opens, such as `/dev/pts/3`; of a USB device its place, as `1-1`. */
  readonly port: string;
  /** What else tells a USB device from others. */
  readonly usb?: UsbNames;
  /** 7-bit address of the chip on an I2C bus. */
  readonly i2cAddress?: number;
  /** The image to write; for `read` the file to make. */
  readonly file: string;
  readonly address: number;
  /** Bytes of the image, or to read. */
  readonly length: number;
  /** The address is not the default, the start of main flash. */
  readonly elsewhere: boolean;
  readonly job: Job;
  /** Name of the job; nobody knows that of a canary. */
  readonly jobName: string;
}

/** By what a chip is known on its bus beyond the port, where the bus has that. */
export type BusNames = Pick<Place, 'usb' | 'i2cAddress'>;

/** Names of a USB device. */
export interface UsbNames {
  /** Vendor and product, as `0483:df11`. */
  readonly id: string;
  readonly serial: string;
}

export function placeOf(
  job: Job,
  transport: Transport,
  port: string,
  folder: string,
  names: BusNames = {},
): Place {
  const image = job.image ?? DEFAULT_IMAGE;
  const name = job.do === 'read' ? 'read.bin' : `image.${image.format ?? 'bin'}`;
  return {
    transport,
    port,
    ...names,
    file: join(folder, name),
    address: job.address ?? FLASH_START,
    length: job.length ?? image.length,
    elsewhere: job.address !== undefined,
    job,
    jobName: job.do,
  };
}

/** The same values as in the command line, for tools that read their environment. */
export function environment(place: Place): Record<string, string> {
  const { job } = place;
  return {
    VSTM32_JOB: place.jobName,
    VSTM32_TRANSPORT: place.transport,
    VSTM32_PORT: place.port,
    VSTM32_IMAGE: place.file,
    VSTM32_ADDRESS: `0x${place.address.toString(16).padStart(8, '0')}`,
    VSTM32_LENGTH: String(place.length),
    VSTM32_BAUD: job.baud === undefined ? '' : String(job.baud),
    VSTM32_RESETS: job.resets === true ? '1' : '',
    VSTM32_STARTS: job.starts === true ? '1' : '',
    VSTM32_I2C_ADDRESS: place.i2cAddress === undefined ? '' : hexByte(place.i2cAddress),
    VSTM32_USB_ID: place.usb?.id ?? '',
    VSTM32_USB_SERIAL: place.usb?.serial ?? '',
    VSTM32_FIRST_PAGE: job.pages === undefined ? '' : String(job.pages.first),
    VSTM32_PAGE_COUNT: job.pages === undefined ? '' : String(job.pages.count),
  };
}

/** As tools take it: `0x3c`. */
export function hexByte(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`;
}

/** What the job asks of main flash. */
export function askedOf(job: Job): Asked {
  const address = job.address ?? FLASH_START;
  const writes = job.do === 'write' || job.do === 'write+verify';
  const image = writes ? imageBytes(job.image ?? DEFAULT_IMAGE, address) : new Uint8Array();
  return { job, address, image };
}

/** What is asked of the tool, as a person would say it. */
export function jobText(job: Job): string {
  return [
    job.do,
    ...(job.pages === undefined ? [] : ['of single pages']),
    ...(job.parity === undefined ? [] : ['without parity']),
    ...(job.baud === undefined ? [] : [`at ${job.baud} baud`]),
    ...(job.resets === true ? ['with a reset by DTR and RTS'] : []),
    ...(job.starts === true ? ['and start'] : []),
    ...(job.selects === undefined ? [] : [`to the device with this ${job.selects}`]),
    ...(job.withoutAddress === true ? ['without an address'] : []),
  ].join(' ');
}
