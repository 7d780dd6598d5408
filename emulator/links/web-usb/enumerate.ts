import type { ExportedDevice } from '../usb/bus.ts';
import {
  DEVICE_DESCRIPTOR,
  DEVICE_TO_HOST,
  GET_DESCRIPTOR,
  SET_CONFIGURATION,
} from '../usb/device.ts';
import { readConfiguration } from './configuration.ts';
import { WebUsbDevice } from './device.ts';
import { control, failure, viewOf } from './transfer.ts';

const CONFIGURATION_DESCRIPTOR = 2;
const STRING_DESCRIPTOR = 3;
const ENGLISH = 0x0409;

/** Does what an operating system does with a device that was plugged in, up to SET_CONFIGURATION. */
export async function enumerate(exported: ExportedDevice): Promise<WebUsbDevice> {
  const read = async (type: number, index: number, language: number, wLength: number) => {
    const setup = { bmRequestType: DEVICE_TO_HOST, bRequest: GET_DESCRIPTOR, wIndex: language };
    const wValue = (type << 8) | index;
    return await control(exported, { ...setup, wValue, wLength }, new Uint8Array());
  };
  const text = async (index: number): Promise<string | undefined> => {
    if (index === 0) return undefined;
    const bytes = await read(STRING_DESCRIPTOR, index, ENGLISH, 255);
    if (bytes === 'stall') return undefined;
    return Buffer.from(bytes.subarray(2, bytes[0])).toString('utf16le');
  };
  const must = (bytes: Uint8Array | 'stall', length: number): Uint8Array => {
    if (bytes !== 'stall' && bytes.length >= length) return bytes;
    throw failure('NetworkError', 'the device does not describe itself');
  };
  const descriptor = must(await read(DEVICE_DESCRIPTOR, 0, 0, 18), 18);
  const head = must(await read(CONFIGURATION_DESCRIPTOR, 0, 0, 9), 9);
  const total = viewOf(head).getUint16(2, true);
  const bytes = must(await read(CONFIGURATION_DESCRIPTOR, 0, 0, total), total);
  const strings: (string | undefined)[] = [];
  for (const index of descriptor.subarray(14, 17)) strings.push(await text(index));
  const configuration = await readConfiguration(bytes, text);
  const chosen = { bmRequestType: 0, bRequest: SET_CONFIGURATION, wIndex: 0, wLength: 0 };
  await control(
    exported,
    { ...chosen, wValue: configuration.configurationValue },
    new Uint8Array(),
  );
  return new WebUsbDevice(exported, { descriptor, strings, configuration });
}
