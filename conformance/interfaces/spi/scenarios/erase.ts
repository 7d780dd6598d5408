import { eraseBase, erases } from '../../../scenarios/erase.ts';
import { erasePackets, erasing } from '../../../scenarios/erase-packets.ts';
import { specialErases } from '../../../scenarios/special-erases.ts';
import { spiHost } from '../framed-host.ts';
import * as fc from 'fast-check';
import {
  NACK,
  NACK_BYTE,
  command,
  getAck,
  pageCount,
  pageList,
  specialErase,
  step,
} from '../host.ts';
import { be16, packet } from '../../usart/host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Script } from '../../../run/script.ts';
import { erased } from '../../../scenarios/kit/erased.ts';
import { LISTS } from '../../../scenarios/kit/known.ts';
import { noReadoutProtection } from '../../../scenarios/kit/replies.ts';

const base = eraseBase('extended-erase');

const how = erasing(spiHost, {
  name: 'extended-erase',
  lastNumber: 0xffff,
  count: pageCount,
  list: (pages, ...refusal) => [pageCount(pages.length), pageList(pages, ...refusal)],
  code: (...code) => [specialErase(...code)],
});

const scenarios: readonly Scenario[] = [
  ...erases(
    spiHost,
    '2.8',
    {
      'one-page': [2, 3, 12],
      'several-pages': { covers: [2, 4], known: LISTS },
      'first-and-last-page': [2, 4],
      'erase-then-write': [2, '2.7-1'],
      'duplicate-pages': [4, 13],
      'no-such-page': [14],
      'no-such-page-among-others': [4, 14],
      'write-protected-page': [15],
      'among-protected-pages': { covers: [4, 15], known: ['multi-page-erase-broken'] },
      'long-list': { covers: [4], known: LISTS },
      'mass-erase': [5],
      'mass-erase-with-protected-page': [16],
      protected: [17],
    },
    how,
  ),
  ...specialErases(
    spiHost,
    '2.8',
    {
      'no-mass-erase': [6],
      'bank-1': [7],
      'bank-2': [8],
      'no-second-bank': [7, 8],
      'reserved-codes': [9],
    },
    how,
  ),
  ...erasePackets(
    spiHost,
    '2.8',
    {
      'wrong-checksum': { covers: [11, '2.1-1'], name: 'wrong-list-checksum' },
      'wrong-count-checksum': [10, '2.1-1'],
      'checksum-spares-the-count': {
        covers: [11],
        name: 'list-checksum-without-count',
        strength: 'observed',
      },
      'special-wrong-checksum': [10, '2.1-1'],
    },
    how,
  ),
  {
    ...base,
    id: 'spi/2.8/list-waits',
    requirement: 'A list that breaks off is waited for without a time-out, and erases nothing.',
    covers: ['spi-1-13'],
    strength: 'observed',
    destroys: 'page',
    entries: ['synchronised'],
    script: (part) => {
      const each = scratchPages(part)[0]!;
      const number = be16(each.number);
      const begun = [command('extended-erase'), pageCount(2)];
      const late = [
        { send: number },
        { pauseMs: 1000 },
        { send: [...number, 0x00] },
        ...getAck('erase'),
      ];
      return fc.constantFrom<Script>(
        {
          steps: [
            ...begun,
            step(
              'one page number of two, and a look at MISO a second later',
              [{ send: number }, { pauseMs: 1000 }, { exchange: [0x00] }],
              { bytes: [0xa5] },
            ),
          ],
          ends: 'open',
        },
        {
          steps: [
            ...begun,
            {
              ...step('a page, and a second later the same once more', late),
              withinMs: 35_000,
            },
          ],
          left: erased(part, [each]),
        },
      );
    },
  },
  {
    ...base,
    id: 'spi/2.8/protected-erases-nothing',
    requirement: 'Under readout protection a whole mass erase erases nothing.',
    covers: ['spi-2.8-17'],
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () => ({
      steps: [
        command('extended-erase', NACK),
        // nothing of it starts a frame
        step('the code all the same', [{ send: packet([0xff, 0xff]) }, { pauseMs: 100 }], {
          bytes: [],
        }),
        step('the bootloader waits for a command', [{ send: [0x5a, 0, 0] }, ...getAck()], {
          bytes: [NACK_BYTE],
        }),
      ],
    }),
  },
];

export default scenarios;
