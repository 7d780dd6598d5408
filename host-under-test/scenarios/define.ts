import type { Cause } from '../verdict/causes.ts';
import type { BoardSetUp, FlashLeft, Job, Outcome, Scenario } from '../scenario.ts';

/** Start of main flash of every part used here. */
export const FLASH = 0x0800_0000;

export const F405: BoardSetUp = { device: 'STM32F405RG' };
export const F103: BoardSetUp = { device: 'STM32F103CB' };

/** I2C: a part whose erase and write commands hold SCL, and one that has no-stretch commands (AN4221 §2). */
export const STRETCHING: BoardSetUp = { device: 'STM32F446RE', protocols: { I2C: '1.0' } };
export const NO_STRETCH: BoardSetUp = { device: 'STM32L476RG' };

export const WRITE: Job = { do: 'write+verify' };

/** What a fault at a reply of the chip, and one at a packet of the host, begins with. */
export const TO_HOST = { at: 'wire', direction: 'to-host' } as const;
export const TO_CHIP = { at: 'wire', direction: 'to-chip' } as const;

/** Wall time that a patient tool may take, in ms: more than the 35 s that stm32flash waits for a mass erase. */
const LIMIT_MS = 50_000;

type Details = Omit<Scenario, 'id' | 'transport' | 'limitMs'> & { readonly limitMs?: number };

/** A scenario on a USART with the usual limit. */
export function usart(id: string, details: Details): Scenario {
  return { limitMs: LIMIT_MS, ...details, id, transport: 'USART' };
}

/** A scenario over USB with the usual limit. */
export function dfu(id: string, details: Details): Scenario {
  return { limitMs: LIMIT_MS, ...details, id, transport: 'DFU' };
}

/** A scenario over I2C with the usual limit. */
export function i2c(id: string, details: Details): Scenario {
  return { limitMs: LIMIT_MS, ...details, id, transport: 'I2C' };
}

/** A scenario over SPI with the usual limit. */
export function spi(id: string, details: Details): Scenario {
  return { limitMs: LIMIT_MS, ...details, id, transport: 'SPI' };
}

/** A scenario over classic CAN with the usual limit. */
export function can(id: string, details: Details): Scenario {
  return { limitMs: LIMIT_MS, ...details, id, transport: 'CAN' };
}

/** A scenario over CAN FD with the usual limit. */
export function fdcan(id: string, details: Details): Scenario {
  return { limitMs: LIMIT_MS, ...details, id, transport: 'FDCAN' };
}

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
