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
import { eraseBase } from '../../../scenarios/erase.ts';
import { erasePacketScenarios } from '../../../scenarios/erase-packets.ts';
import { erased } from '../../../scenarios/kit/erased.ts';
import { usartHost } from '../framed-host.ts';
import { ofEither } from './erase.ts';

const scenarios: readonly Scenario[] = [
  ...erasePacketScenarios(usartHost, {
    section: '3.8',
    name: 'extended-erase',
    lastNumber: 0xffff,
    list: (...list) => [extendedPageList(...list)],
    code: (...code) => [specialErase(...code)],
  }),
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
