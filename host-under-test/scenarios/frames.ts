import type { ScenarioFault } from '../faults/faults.ts';
import type { BusStep } from '../faults/steps.ts';

import type { Transport } from '../scenario.ts';
import {
  CAN_TO_CHIP,
  CAN_TO_HOST,
  SPI_TO_CHIP,
  SPI_TO_HOST,
  type Details,
  type Name,
} from './define.ts';

/** What is particular to a bus in scenarios that are the same on each. */
interface Bus {
  /** Behind the number of the scenario. */
  readonly letter: string;
  readonly transport: Transport;
  /** A block of 256 bytes arrives damaged, which the chip can see only where there is a checksum. */
  readonly damagedBlock: ScenarioFault;
  readonly checksums: boolean;
  /** The ACK of a block is lost. */
  readonly lostAck: ScenarioFault;
  readonly silentFrom: (nth: number) => ScenarioFault;
  /** At the fourth block or so. */
  readonly vanishes: ScenarioFault;
  /** The tool waits for it as Ctrl-C comes. */
  readonly interrupted: {
    readonly step: BusStep;
    readonly nth: number;
    readonly fault: ScenarioFault;
  };
}

const BLOCK = 'write-memory: length';
const DATA = 'write-memory: data';

const BUSES: readonly Bus[] = [
  {
    letter: 'S',
    transport: 'SPI',
    damagedBlock: {
      ...SPI_TO_CHIP,
      do: 'corrupt',
      step: BLOCK,
      nth: 3,
      byte: 20,
      value: 0x10,
    },
    checksums: true,
    lostAck: { ...SPI_TO_HOST, do: 'replace', step: BLOCK, nth: 3, value: 0xa5 },
    silentFrom: (nth) => ({ ...SPI_TO_HOST, do: 'silence', nth, value: 0xff }),
    vanishes: { ...SPI_TO_HOST, do: 'disconnect', step: BLOCK, nth: 4 },
    interrupted: {
      step: BLOCK,
      nth: 4,
      fault: { ...SPI_TO_HOST, do: 'delay', step: BLOCK, nth: 4, ms: 500 },
    },
  },
  {
    letter: 'C',
    transport: 'CAN',
    damagedBlock: {
      ...CAN_TO_CHIP,
      do: 'corrupt',
      step: DATA,
      nth: 20,
      byte: 3,
      value: 0x10,
    },
    checksums: false,
    lostAck: { ...CAN_TO_HOST, do: 'drop', step: DATA, nth: 33 },
    silentFrom: (nth) => ({ ...CAN_TO_HOST, do: 'silence', nth }),
    vanishes: { ...CAN_TO_HOST, do: 'disconnect', step: DATA, nth: 40 },
    interrupted: {
      step: DATA,
      nth: 40,
      // of the 32 frames of the first block the last has two replies
      fault: { ...CAN_TO_HOST, do: 'delay', step: DATA, nth: 41, ms: 500 },
    },
  },
  {
    letter: 'F',
    transport: 'FDCAN',
    damagedBlock: { ...CAN_TO_CHIP, do: 'corrupt', step: DATA, nth: 6, byte: 3, value: 0x10 },
    checksums: false,
    lostAck: { ...CAN_TO_HOST, do: 'drop', step: DATA, nth: 3 },
    silentFrom: (nth) => ({ ...CAN_TO_HOST, do: 'silence', nth }),
    vanishes: { ...CAN_TO_HOST, do: 'disconnect', step: DATA, nth: 4 },
    interrupted: {
      step: DATA,
      nth: 16,
      // four frames to a block, and one reply
      fault: { ...CAN_TO_HOST, do: 'delay', step: DATA, nth: 4, ms: 500 },
    },
  },
];

/** A scenario over SPI, CAN and CAN FD, with the letter of the bus behind its number, and what is particular to each. */
export function frames<Own extends Partial<Details & Name>>(
  number: string,
  own: (bus: Bus) => Own = () => ({}) as Own,
): readonly (Name & Own)[] {
  return BUSES.map((bus) => ({
    id: `${number}${bus.letter}`,
    transport: bus.transport,
    ...own(bus),
  }));
}
