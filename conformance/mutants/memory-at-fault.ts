import type { Mutant } from './kit.ts';
import {
  faultyOn,
  firstAreaFreed,
  firstPageSurvives,
  flashSizeSwapped,
  highestPageKept,
  lastCodeLost,
  middleSectorKept,
  middleSurvives,
  optionsReadBlank,
  pageMiddlesKept,
  protectionAdds,
  protectsForGood,
  ramWritesAligned,
  secondBankKept,
  secondEraseIgnored,
  sticksAtPageEnd,
  stopsAtProtected,
  upperHalfMirrored,
  upperHalfWrittenBelow,
  writesWithinPages,
} from './memory-faults.ts';

/** Devices whose memory is wrong in ways that no other list of their interface has. */
export const misremembering: readonly Mutant[] = [
  ...(['usart', 'i2c', 'spi'] as const).flatMap((over) =>
    faultyOn(over, [
      sticksAtPageEnd,
      upperHalfMirrored,
      flashSizeSwapped,
      optionsReadBlank,
      writesWithinPages,
      upperHalfWrittenBelow,
      ramWritesAligned,
      stopsAtProtected,
      pageMiddlesKept,
      highestPageKept,
      firstPageSurvives,
      middleSurvives,
      secondEraseIgnored,
      protectionAdds,
      lastCodeLost,
      firstAreaFreed,
      middleSectorKept,
      protectsForGood,
    ]),
  ),
  ...(['usart', 'spi'] as const).flatMap((over) => faultyOn(over, [secondBankKept], 'two-banks')),
  // on this line the halves are 256 pages
  ...faultyOn(
    'i2c',
    [{ ...upperHalfMirrored, name: 'read-upper-half-of-small-pages-mirrored' }],
    'two-banks',
  ),
];
