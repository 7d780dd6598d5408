import type { Line } from '../../interfaces/usart/pins.ts';

/** What a host is told that asks before it has set anything. */
const UNSET = { baud: 115_200, dataBits: 8, parity: 'none', stopBits: 1 } as const;

/** Values in the order of their numbers, which start at 5, 1 and 1 (RFC 2217 §3). */
const DATA_SIZES = [5, 6, 7, 8] as const;
const PARITIES = ['none', 'odd', 'even', 'mark', 'space'] as const;
const STOP_SIZES = [1, 2, 1.5] as const;

/** One of the four settings of a line as RFC 2217 writes it. */
export interface LineSetting {
  /** What the host asks for; nothing for a question, or for a value that there is not. */
  read(value: readonly number[]): Line;
  /** The value now in force. */
  answer(line: Line): readonly number[];
}

/** SET-BAUDRATE: 32 bits, most significant byte first; 0 asks. */
export const baudRate: LineSetting = {
  read: (value) => {
    const baud = value.length === 4 ? new DataView(Uint8Array.from(value).buffer).getUint32(0) : 0;
    return baud === 0 ? {} : { baud };
  },
  answer: ({ baud = UNSET.baud }) => [24, 16, 8, 0].map((shift) => (baud >>> shift) & 0xff),
};

/** SET-DATASIZE: the number of bits; 0 asks. */
export const dataSize: LineSetting = {
  read: ([value = 0]) => {
    const dataBits = DATA_SIZES[value - 5];
    return dataBits === undefined ? {} : { dataBits };
  },
  answer: ({ dataBits = UNSET.dataBits }) => [dataBits],
};

/** SET-PARITY; 0 asks. */
export const parity: LineSetting = {
  read: ([value = 0]) => {
    const parity = PARITIES[value - 1];
    return parity === undefined ? {} : { parity };
  },
  answer: ({ parity = UNSET.parity }) => [1 + PARITIES.indexOf(parity)],
};

/** SET-STOPSIZE; 0 asks. */
export const stopSize: LineSetting = {
  read: ([value = 0]) => {
    const stopBits = STOP_SIZES[value - 1];
    return stopBits === undefined ? {} : { stopBits };
  },
  answer: ({ stopBits = UNSET.stopBits }) => [1 + STOP_SIZES.indexOf(stopBits)],
};

/** Every setting in `part` is in force on `line`. */
export function holds(line: Line, part: Line): boolean {
  return (Object.keys(part) as (keyof Line)[]).every((setting) => line[setting] === part[setting]);
}
