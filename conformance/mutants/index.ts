import { answeringOnCan } from './can/answers.ts';
import { framingOnCan } from './can/frames.ts';
import { acknowledging } from './dialogue/acknowledged.ts';
import { misanswering } from './dialogue/answers.ts';
import { checkingInPart } from './dialogue/compared-in-part.ts';
import { framing } from './dialogue/frames.ts';
import { describing } from './dialogue/listed.ts';
import { protecting } from './dialogue/protected.ts';
import { answeringOnFdcan } from './fdcan/answers.ts';
import { framingOnFdcan } from './fdcan/frames.ts';
import { i2cBus } from './i2c/bus.ts';
import { i3cBus } from './i3c/bus.ts';
import type { Mutant } from './kit.ts';
import { admitting } from './memory/access.ts';
import { miserasing } from './memory/erases.ts';
import { misprotecting } from './memory/protection.ts';
import { misreading } from './memory/reads.ts';
import { miswriting } from './memory/writes.ts';
import { clocking } from './spi/bus.ts';
import { enumerating } from './usb/enumeration.ts';
import { requesting } from './usb/requests.ts';
import { storing } from './usb/memory.ts';
import { walking } from './usb/states.ts';
import { hearing } from './usart/line.ts';

export type { Mutant } from './kit.ts';
export { partOfMutant } from './parts.ts';

/** Every wrong device. */
export const mutants: readonly Mutant[] = [
  ...acknowledging,
  ...misanswering,
  ...checkingInPart,
  ...describing,
  ...protecting,
  ...misreading,
  ...admitting,
  ...miswriting,
  ...miserasing,
  ...misprotecting,
  ...framing,
  ...hearing,
  ...i2cBus,
  ...i3cBus,
  ...clocking,
  ...framingOnCan,
  ...answeringOnCan,
  ...framingOnFdcan,
  ...answeringOnFdcan,
  ...enumerating,
  ...walking,
  ...storing,
  ...requesting,
];
