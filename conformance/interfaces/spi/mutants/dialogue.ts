import { accepts, acknowledges } from '../../../mutants/dialogue/acknowledged.ts';
import { inverted } from '../../../mutants/dialogue/answers.ts';
import { checksumTooEarly, hidden, versioned } from '../../../mutants/dialogue/listed.ts';
import { commandMutant, madeOf } from '../../../mutants/kit.ts';
import type { Kind } from '../../../mutants/kit.ts';

/** Devices whose dialogue is wrong as it can be here alone. */
export const dialogueOnSpi: readonly Kind[] = [
  accepts('write-anywhere', 'write-memory', 'addresses without memory'),
  accepts('erase-count-checksum-ignored', 'extended-erase', 'a wrong checksum of a count'),
  accepts('erase-list-checksum-ignored', 'extended-erase', 'a wrong checksum of a list'),
  accepts('write-protect-count-ignored', 'write-protect', 'a wrong complement'),
  acknowledges(
    'second-sync-acked',
    'a second 0x5A that polls follow is acknowledged',
    (why) => why.refused === 'complement' && why.detail === '00 00',
  ),
  ...madeOf('checksum', [
    accepts('checksum-size-zero', 'get-checksum', 'a size of zero'),
    accepts('checksum-anywhere', 'get-checksum', 'addresses without memory'),
  ]),
  ...madeOf('checksum', [inverted('checksum-inverted', 'get-checksum')]),
  // over SPI the answer is fetched while the device still works, so this erases at once
  commandMutant('get-version-wipes', 'Get Version erases a page', 'get-version', ({ run }) => ({
    *run(environment) {
      const operation = environment.memory.erase({ pages: [1] });
      if (!('refused' in operation)) operation.commit();
      yield* run(environment);
    },
  })),
  commandMutant(
    'erase-done-too-early',
    'Erase is acknowledged and done a moment later',
    'extended-erase',
    ({ run }) => ({
      *run(environment) {
        const { wire } = environment;
        let late: Parameters<typeof wire.busy>[0] | undefined;
        yield* run({
          ...environment,
          wire: {
            ...wire,
            *busy(operation) {
              late = operation;
            },
          },
        });
        if (late !== undefined) yield* wire.busy(late);
      },
    }),
  ),
  checksumTooEarly,
  hidden('get-not-ended-under-rdp', 'under readout protection Get lacks its ACK', 'get', () => ({
    *accept() {},
  })),
  versioned('get-version-with-option-bytes', 'two bytes follow the version', (version) => [
    [version, 0, 0],
  ]),
];
