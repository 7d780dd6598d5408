import {
  ACK,
  ERASE_MS,
  SILENCE,
  be16,
  command,
  extendedPageList,
  specialErase,
  step,
} from '../host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { eraseBase, erases } from '../../../scenarios/erase.ts';
import { erasePackets, erasing } from '../../../scenarios/erase-packets.ts';
import { erased } from '../../../scenarios/kit/erased.ts';
import { LISTS } from '../../../scenarios/kit/known.ts';
import { specialErases } from '../../../scenarios/special-erases.ts';
import { usartHost } from '../framed-host.ts';
import { ofEither } from './erase.ts';

const how = erasing(usartHost, {
  name: 'extended-erase',
  lastNumber: 0xffff,
  list: (...list) => [extendedPageList(...list)],
  code: (...code) => [specialErase(...code)],
});

const scenarios: readonly Scenario[] = [
  ...erases(
    usartHost,
    '3.8',
    {
      'one-page': [1, 11],
      'several-pages': { covers: [1, 11, 14], known: LISTS },
      'first-and-last-page': [1, 14],
      'erase-then-write': [1, '3.6-1'],
      'duplicate-pages': [1, 9],
      'no-such-page': [8],
      'no-such-page-among-others': [1, 8],
      'write-protected-page': [7],
      'among-protected-pages': { covers: [1, 7], known: ['multi-page-erase-broken'] },
      'long-list': { covers: [1, 14], known: LISTS },
      'mass-erase': [3],
      'mass-erase-with-protected-page': [13],
      protected: ['3-6', 10],
    },
    how,
  ),
  ...specialErases(
    usartHost,
    '3.8',
    {
      'no-mass-erase': [15],
      'bank-1': [4],
      'bank-2': [5],
      'no-second-bank': [4, 5],
      'reserved-codes': [6],
    },
    how,
  ),
  ...erasePackets(
    usartHost,
    '3.8',
    {
      'wrong-checksum': [2],
      'checksum-covers-the-count': [2],
      'special-wrong-checksum': [12],
    },
    how,
  ),
  ...ofEither('3.8', 'extended-erase', be16),
  {
    ...eraseBase('extended-erase'),
    id: 'usart/3.8/acknowledged-once',
    requirement: 'One ACK answers the whole list: none follows the count.',
    covers: ['3.8-11'],
    destroys: 'page',
    entries: ['synchronised', 'after-nack'],
    script: (part) => {
      const each = scratchPages(part)[0]!;
      const [high, low] = be16(each.number);
      return {
        steps: [
          command('extended-erase'),
          step('the count', [0x00, 0x00], SILENCE),
          {
            ...step('page number and checksum', [high!, low!, high! ^ low!], ACK),
            withinMs: ERASE_MS,
          },
        ],
        left: erased(part, [each]),
      };
    },
  },
];

export default scenarios;
