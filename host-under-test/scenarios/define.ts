import type { FlashFault } from '../../emulator/index.ts';
import type { Cause } from '../verdict/causes.ts';
import type { BoardSetUp, FlashLeft, Job, Outcome, Scenario, Transport } from '../scenario.ts';

/** Start of main flash of every part used here. */
export const FLASH = 0x0800_0000;

export const F405: BoardSetUp = { device: 'STM32F405RG' };
export const F103: BoardSetUp = { device: 'STM32F103CB' };

export const F446: BoardSetUp = { device: 'STM32F446RE' };
export const F072: BoardSetUp = { device: 'STM32F072RB' };
export const G474: BoardSetUp = { device: 'STM32G474RE' };
export const H723: BoardSetUp = { device: 'STM32H723ZG' };
export const H743: BoardSetUp = { device: 'STM32H743ZI' };

/** I2C: a part whose erase and write commands hold SCL, and one that has no-stretch commands (AN4221 §2). */
export const STRETCHING: BoardSetUp = { ...F446, protocols: { I2C: '1.0' } };
export const NO_STRETCH: BoardSetUp = { device: 'STM32L476RG' };

export const WRITE: Job = { do: 'write+verify' };
/** The tool does not verify. */
export const WRITE_ALONE: Job = { do: 'write' };

/** What a fault at a reply of the chip, and one at a packet of the host, begins with. */
export const TO_HOST = { at: 'wire', direction: 'to-host' } as const;
export const TO_CHIP = { at: 'wire', direction: 'to-chip' } as const;
export const I2C_TO_HOST = { at: 'i2c', direction: 'to-host' } as const;
export const I2C_TO_CHIP = { at: 'i2c', direction: 'to-chip' } as const;
export const SPI_TO_HOST = { at: 'spi', direction: 'to-host' } as const;
export const SPI_TO_CHIP = { at: 'spi', direction: 'to-chip' } as const;
export const CAN_TO_HOST = { at: 'can', direction: 'to-host' } as const;
export const CAN_TO_CHIP = { at: 'can', direction: 'to-chip' } as const;
export const USB = { at: 'usb' } as const;

/** The nth flash operation and all behind it are acknowledged and not done. */
export function lies(nth: number): readonly FlashFault[] {
  return Array.from({ length: 300 }, (_, index) => ({
    at: 'flash',
    do: 'lie',
    operation: index + nth,
  }));
}

/** The board and the job of a scenario that names no other. */
const USUAL: Readonly<Record<Transport, Pick<Scenario, 'board' | 'job'>>> = {
  USART: { board: F405, job: WRITE },
  DFU: { board: F405, job: WRITE_ALONE },
  I2C: { board: STRETCHING, job: WRITE },
  SPI: { board: F446, job: WRITE },
  CAN: { board: F405, job: WRITE },
  FDCAN: { board: H723, job: WRITE },
};

/** Wall time that a patient tool may take, in ms: more than the 35 s that stm32flash waits for a mass erase. */
const LIMIT_MS = 50_000;

/** What a scenario is called, and over what it is played. */
export type Name = Pick<Scenario, 'id' | 'transport'>;

/** A scenario without its name. */
export interface Details extends Omit<Scenario, keyof Name | 'board' | 'job' | 'limitMs'> {
  /** What is unlike the usual board; one with a device of its own is said whole. */
  readonly board?: Partial<BoardSetUp>;
  /** What is unlike the usual job. */
  readonly job?: Partial<Job>;
  readonly limitMs?: number;
}

function scenario({ board = {}, job, ...rest }: Name & Details): Scenario {
  const usual = USUAL[rest.transport];
  const { device } = board;
  return {
    limitMs: LIMIT_MS,
    ...rest,
    board: device === undefined ? { ...usual.board, ...board } : { ...board, device },
    job: { ...usual.job, ...job },
  };
}

/** One failure over several transports, or in several forms: what they have alike, and what each has its own. */
export function variants<K extends keyof Details>(
  alike: Pick<Details, K>,
  ...own: readonly (Name & Omit<Details, K> & Partial<Details>)[]
): readonly Scenario[] {
  return own.map((each) => scenario({ ...alike, ...each } as unknown as Name & Details));
}

type Define = (id: string, details: Details) => Scenario;

const over =
  (transport: Transport): Define =>
  (id, details) =>
    scenario({ id, transport, ...details });

/** A scenario over one transport, with the usual board, job and limit where it says no other. */
export const usart = over('USART');
export const dfu = over('DFU');
export const i2c = over('I2C');
export const spi = over('SPI');
export const can = over('CAN');
export const fdcan = over('FDCAN');

/** Exit 0 and the image in flash. */
export const done: Outcome = { exit: 'zero', flash: ['image'] };

/** Exit 0 and nothing changed. */
export const unchanged: Outcome = { exit: 'zero', flash: ['same'] };

export function succeeds(...flash: readonly FlashLeft[]): Outcome {
  return { exit: 'zero', flash };
}

/** An exit code that says no, with a message that names one of the causes, and nothing changed. */
export function refuses(...causes: readonly Cause[]): Outcome {
  return { exit: 'nonzero', flash: ['same'], causes };
}

/** As `refuses`, and flash may hold a part of the image, or be erased. */
export function breaksOff(...causes: readonly Cause[]): Outcome {
  return { exit: 'nonzero', flash: ['partial', 'image', 'same', 'erased'], causes };
}

export function nonStrict(outcome: Outcome, why: string): Outcome {
  return { ...outcome, nonStrict: why };
}
