import type { FlashFault } from '../../emulator/index.ts';
import type { ScenarioFault } from '../faults/faults.ts';
import type { BoardSetUp, Scenario } from '../scenario.ts';
import {
  F405,
  FLASH,
  WRITE,
  breaksOff,
  can,
  done,
  fdcan,
  nonStrict,
  refuses,
  spi,
  succeeds,
} from './define.ts';

/** What is particular to a bus in scenarios that are the same on each. */
interface Bus {
  /** Behind the number of the scenario. */
  readonly letter: string;
  readonly scenario: typeof spi;
  readonly board: BoardSetUp;
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
    readonly step: string;
    readonly nth: number;
    readonly fault: ScenarioFault;
  };
}

const SPI_TO_HOST = { at: 'spi', direction: 'to-host' } as const;
const CAN_TO_HOST = { at: 'can', direction: 'to-host' } as const;
const CAN_TO_CHIP = { at: 'can', direction: 'to-chip' } as const;
const BLOCK = 'write-memory: length';
const DATA = 'write-memory: data';

const BUSES: readonly Bus[] = [
  {
    letter: 'S',
    scenario: spi,
    board: { device: 'STM32F446RE' },
    damagedBlock: {
      at: 'spi',
      direction: 'to-chip',
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
    scenario: can,
    board: F405,
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
    scenario: fdcan,
    board: { device: 'STM32H723ZG' },
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

/** Replies at which the chip falls silent. */
const SILENT_FROM = [1, 3, 12, 30];

const LENGTHS = [1, 255, 257];

const LIES: readonly FlashFault[] = Array.from({ length: 300 }, (_, index) => ({
  at: 'flash',
  do: 'lie',
  operation: index + 1,
}));

/** What of the groups A, B, C, E, F, G and I is the same over SPI, CAN and CAN FD: as there, the letter of the bus behind the number. */
export default BUSES.flatMap((bus): readonly Scenario[] => {
  const { letter, scenario, board } = bus;
  const instant = { ...board, speed: 'instant' } as const;
  return [
    scenario(`A01${letter}`, {
      symptom: 'The application runs: there is no bootloader on the bus',
      source: 'rogerclarkmelbourne/Arduino_STM32 issue 245, on other buses',
      board: { ...board, boot0: 0, application: 'silent' },
      job: WRITE,
      expect: [refuses('no-answer', 'timeout')],
      limitMs: 20_000,
    }),
    scenario(`A16${letter}`, {
      symptom: 'A second run without a reset between',
      source: 'community.st.com 121832 (L412), on other buses',
      board,
      first: { job: { do: 'detect' } },
      job: WRITE,
      expect: [done],
    }),
    scenario(`B01${letter}`, {
      symptom: 'The product ID is in no table of the tool',
      source: 'stm32flash; stm32loader pull requests 32, 67, 81 and 102',
      board,
      faults: [{ at: 'answer', of: 'get-id', count: 1, bytes: [0x04, 0xff] }],
      job: WRITE,
      expect: [
        refuses('unknown-device'),
        nonStrict(done, 'it writes to a chip that it does not know'),
      ],
    }),
    scenario(`B10${letter}`, {
      symptom: 'The address lies before the flash',
      source: 'community.st.com 82095 (F72x)',
      board,
      job: { ...WRITE, address: FLASH - 0x10_0000, image: { length: 256 } },
      expect: [refuses('bad-address')],
    }),
    scenario(`C06${letter}`, {
      symptom: 'The chip is read-protected: erasing is refused',
      source: 'keirf/flashfloppy issue 15',
      board: { ...board, rdp: 1 },
      job: { do: 'erase' },
      expect: [refuses('protected')],
    }),
    scenario(`C11${letter}`, {
      symptom: 'Old content lies where the image goes; the tool verifies',
      source: 'jsnyder/stm32loader issue 8',
      board: { ...board, filled: 0xa5, until: 64 * 1024 },
      job: WRITE,
      expect: [done, breaksOff('verify-failed')],
    }),
    scenario(`C12${letter}`, {
      symptom: 'Flash is full of zeros: a tool that forgets to erase writes nothing',
      source: 'community.st.com 60241 (STM32CubeProgrammer without its data base)',
      board: { ...board, filled: 0x00, until: 64 * 1024 },
      job: { do: 'write' },
      expect: [done],
    }),
    ...LENGTHS.map((length, index) =>
      scenario(`E01${letter}${'abc'[index]}`, {
        symptom: `The image has ${length} bytes, not a multiple of four`,
        source: 'stm32loader issue 9',
        board,
        job: { ...WRITE, image: { length } },
        expect: [done],
      }),
    ),
    scenario(`E03${letter}`, {
      symptom: 'Everything is acknowledged and nothing is done; the tool verifies',
      source: 'community.st.com 116796 (H503); nrf OTAFIX pull request 49',
      board,
      faults: LIES,
      job: WRITE,
      expect: [breaksOff('verify-failed')],
    }),
    scenario(`E08${letter}`, {
      symptom: bus.checksums
        ? 'One block arrives damaged and is refused, once'
        : 'One block arrives damaged, and no checksum tells the chip',
      source: 'own inference',
      board,
      faults: [bus.damagedBlock],
      job: bus.checksums ? { do: 'write' } : WRITE,
      expect: bus.checksums
        ? [done, breaksOff('write-failed')]
        : [done, { exit: 'nonzero', flash: ['any'], causes: ['verify-failed'] }],
    }),
    scenario(`E09${letter}`, {
      symptom: 'A block is written and its ACK is lost',
      source: 'own inference, after Jepsen',
      board,
      faults: [bus.lostAck],
      job: WRITE,
      expect: [done, breaksOff('write-failed', 'timeout')],
    }),
    scenario(`E15${letter}`, {
      symptom: 'Power is lost in the third flash operation, then the tool is run again',
      source: 'own inference, after the simulator of MCUboot',
      board,
      faults: [{ at: 'flash', do: 'power-cut', operation: 3 }],
      first: { job: WRITE, powerCycle: true },
      job: WRITE,
      expect: [done],
    }),
    scenario(`E19${letter}`, {
      symptom: 'The image holds runs of 0xFF, and old content lies under them',
      source: 'own inference; tools skip blank blocks',
      board: { ...board, filled: 0xa5, until: 64 * 1024 },
      job: { ...WRITE, image: { length: 4096, blankFrom: 0x400, blankTo: 0xc00 } },
      expect: [done],
    }),
    scenario(`F04${letter}`, {
      symptom: 'Go to an address that is no memory is refused',
      source: 'own inference; AN3154 §3.6, AN4286 §2.6, AN5405',
      board,
      job: { do: 'go', address: 0x6000_0000 },
      expect: [refuses('go-failed', 'bad-address')],
    }),
    scenario(`G01${letter}`, {
      symptom: 'The chip is read-protected, and is to be written',
      source: 'betaflight-configurator issue 200; keirf/flashfloppy issue 15',
      board: { ...board, rdp: 1 },
      job: WRITE,
      expect: [refuses('protected')],
    }),
    scenario(`G02${letter}`, {
      symptom: 'Readout unprotect erases everything, then the chip resets',
      source: 'betaflight-configurator pull request 350',
      board: { ...instant, rdp: 1 },
      job: { do: 'unprotect' },
      expect: [succeeds('erased')],
    }),
    scenario(`G03${letter}`, {
      symptom: 'After readout unprotect the chip starts anew: the next run',
      source: 'community.st.com 815774 and 847407 (G071)',
      board: { ...instant, rdp: 1 },
      first: { job: { do: 'unprotect' } },
      job: WRITE,
      expect: [done],
    }),
    scenario(`I01${letter}`, {
      symptom: 'The port vanishes in the middle of the write',
      source: 'own inference',
      board,
      faults: [bus.vanishes],
      job: WRITE,
      expect: [breaksOff('port-lost')],
      limitMs: 20_000,
    }),
    ...SILENT_FROM.map((nth, index) =>
      scenario(`I04${letter}${'abcd'[index]}`, {
        symptom: `The chip falls silent at its reply ${nth}`,
        source: 'own inference',
        board,
        faults: [bus.silentFrom(nth)],
        job: WRITE,
        expect: [breaksOff('timeout', 'no-answer', 'write-failed')],
      }),
    ),
    scenario(`I05${letter}`, {
      symptom: 'Ctrl-C in the middle of the write, then the tool is run again',
      source: 'own inference; as A17',
      board,
      faults: [bus.interrupted.fault],
      first: { job: WRITE, interrupt: { step: bus.interrupted.step, nth: bus.interrupted.nth } },
      job: WRITE,
      expect: [done, refuses('reset-target')],
    }),
  ];
});
