import { openUsb, type Board, type HostPort } from '../emulator/index.ts';
import { makeBoard, pictureOf } from './bench-board.ts';
import type { FlashPicture } from './flash-picture.ts';
import type { BusNames } from './place.ts';
import type { Scenario } from './scenario.ts';

/** Everything that a tool finds at its computer: the port of the job, and whatever is beside it. */
export interface Beside extends AsyncDisposable {
  readonly ports: readonly HostPort[];
  /** Where the port of the job is among them. */
  readonly path: string;
  /** By what the chip that the job is about is known besides. */
  readonly names: BusNames;
  /** Main flash of the other board; undefined where there is none. */
  picture(): FlashPicture | undefined;
}

/** UID of a board that stands beside another. */
const OTHER_UID = new TextEncoder().encode('other board!');

const DEVICE_ID = '0483:df11';
const GET_SERIAL = {
  bmRequestType: 0x80,
  bRequest: 6, // GET_DESCRIPTOR (USB 2.0 table 9-4)
  wValue: 0x0303, // string 3: of a STM32 the serial number
  wIndex: 0x0409,
  wLength: 255,
} as const;

/** Puts the second board of a scenario beside its first, where it has one. */
export function besideOf(scenario: Scenario, board: Board, port: HostPort): Beside {
  const { board: setUp, transport } = scenario;
  if (transport === 'I2C') return { ...alone(port), names: { i2cAddress: board.i2c().address } };
  if (transport !== 'DFU') return alone(port);
  const names = { usb: { id: DEVICE_ID, serial: serialOf(scenario) } };
  if (setUp.second === undefined) return { ...alone(port), names };
  const uid = setUp.second === 'same-serial' ? undefined : OTHER_UID;
  const other: Board = makeBoard({ board: setUp }, () => {}, uid);
  const otherPort = openUsb(other);
  return {
    ports: [otherPort, port],
    path: '2-1', // each board is on a bus of its own
    names,
    picture: () => pictureOf(other),
    [Symbol.asyncDispose]: () => otherPort[Symbol.asyncDispose](),
  };
}

function alone(port: HostPort): Beside {
  return {
    ports: [port],
    path: port.path,
    names: {},
    picture: () => undefined,
    async [Symbol.asyncDispose]() {},
  };
}

/** Asked of another board of the same make, since asking selects the port; empty where it does not answer. */
function serialOf(scenario: Scenario): string {
  const answer = makeBoard(scenario, () => {})
    .usb()
    .control(GET_SERIAL, new Uint8Array());
  if (!(answer instanceof Uint8Array)) return '';
  return new TextDecoder('utf-16le').decode(answer.subarray(2, answer[0]));
}
