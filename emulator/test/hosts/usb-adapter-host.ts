import { expect } from 'vitest';
import type { ConnectedBoard, Setup } from '../../index.ts';
import { UsbipHost, type Reply } from './usbip-host.ts';

/** Status of a transfer, as USB/IP has it. */
export const OK = 0;
export const EPIPE = -32;
export const ECONNRESET = -104;

/** SET_CONFIGURATION to 1. */
export const SET_CONFIGURATION = setup(0x00, 9, { wValue: 1 });

/** A SETUP packet whose other numbers are 0. */
export function setup(bmRequestType: number, bRequest: number, more: Partial<Setup> = {}): Setup {
  return { bmRequestType, bRequest, wValue: 0, wIndex: 0, wLength: 0, ...more };
}

/** A host that has attached the device on `key` and configured it. */
export async function attached(board: ConnectedBoard, key: string): Promise<UsbipHost> {
  const { port, path } = board.ports[key]!;
  const host = new UsbipHost(port!);
  expect(await host.import(path)).toBe(OK);
  expect(await host.control(SET_CONFIGURATION)).toMatchObject({ status: OK });
  return host;
}

/** A control transfer with data to the device. */
export async function out(
  host: UsbipHost,
  request: Setup,
  data: Uint8Array = new Uint8Array(),
): Promise<Reply | undefined> {
  return await host.control({ ...request, wLength: data.length }, data);
}
