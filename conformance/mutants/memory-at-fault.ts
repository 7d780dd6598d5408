import type { Mutant } from './kit.ts';
import {
  faultyOn,
  firstAreaFreed,
  firstPageSurvives,
  highestPageKept,
  middleSectorKept,
  middleSurvives,
  optionsReadBlank,
  pageMiddlesKept,
  ramWritesAligned,
  secondEraseIgnored,
} from './memory-faults.ts';

/** Devices whose memory is wrong in ways that no other list of their interface has. */
export const misremembering: readonly Mutant[] = (['usart', 'i2c', 'spi'] as const).flatMap(
  (over) =>
    faultyOn(over, [
      optionsReadBlank,
      ramWritesAligned,
      pageMiddlesKept,
      highestPageKept,
      firstPageSurvives,
      middleSurvives,
      secondEraseIgnored,
      firstAreaFreed,
      middleSectorKept,
    ]),
);
