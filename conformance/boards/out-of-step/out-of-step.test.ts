import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as dfu from '../../interfaces/usb/host.ts';
import * as fdcan from '../../interfaces/fdcan/host.ts';
import * as i2c from '../../interfaces/i2c/host.ts';
import { transfer } from '../../interfaces/i2c/transactions.ts';
import * as spi from '../../interfaces/spi/host.ts';
import { burst } from '../../interfaces/spi/exchanges.ts';
import * as usart from '../../interfaces/usart/host.ts';
import { interfaceNames } from '../../interfaces/names.ts';
import type { InterfaceName } from '../../interfaces/names.ts';
import { partByName } from '../../part/part-by-name.ts';
import type { Step } from '../../run/script.ts';
import { harmOf } from './harm.ts';
import { partsOn, savedPart, sequences } from './sequences.ts';
import type { Sequence, Turn } from './sequences.ts';

const RAM = 0x2000_4000;
const SEED = 20_260;

const raw = (...send: readonly number[]): Step => ({ name: 'bytes', send, replies: [] });

function sequence(
  over: InterfaceName,
  device: string,
  steps: readonly Step[],
  allow: Sequence['allow'] = 'nothing',
): Sequence {
  const turns = steps.flatMap(({ send, bursts = [send.length] }): Turn[] => {
    let from = 0;
    return bursts.map((count) => {
      from += count;
      return { send: send.slice(from - count, from), hear: true };
    });
  });
  const { flashKiB } = partByName(device, { interface: over });
  return { over, device, flashKiB, allow, turns };
}

const twice = [dfu.getStatus(), dfu.getStatus()];
/** A pointer to where nothing is. */
const refused = [dfu.clearStatus(), dfu.pointerBlock(0x6000_0000)];
/** A command that does nothing, and a block. */
const another = [
  dfu.download(0, [0x00]),
  ...twice,
  dfu.download(2, [1, 2, 3, 4, 5, 6, 7, 8]),
  ...twice,
];
const longest = Array.from({ length: 90 }, () => 0);

test.each<[string, Sequence]>([
  [
    'over USART, a size that is refused before its data',
    sequence('usart', 'STM32H523_533', [
      raw(usart.SYNC),
      usart.command('special'),
      raw(...usart.packet([0, 2])),
      raw(0xff, 0xff),
      usart.command('extended-erase'),
      usart.specialErase(0xffff),
    ]),
  ],
  [
    'over I2C, a block that ends too early and the reset that ends the wait for it',
    sequence('i2c', 'STM32F446', [
      i2c.command('write-memory'),
      i2c.address(RAM),
      raw(...transfer({ write: [0xff] })),
      raw(...transfer({ pause: 3000 })),
      raw(...transfer({ pause: 3000 }, { write: [0x02, 0xfd] })),
      raw(...transfer({ read: 1 })),
      raw(...transfer({ read: 3 })),
      raw(...transfer({ read: 1 })),
      i2c.command('extended-erase'),
      ...i2c.specialErase(0xffff, 'stretch'),
    ]),
  ],
  [
    'over SPI, a length that looks like a greeting, as a piece of its own',
    sequence('spi', 'STM32F446', [
      spi.sync(),
      spi.command('write-memory'),
      spi.address(RAM),
      raw(...burst({ send: [0x5a] })),
      raw(...burst({ send: [0xff, ...longest, 0xa5] }, ...spi.getAck('program'))),
      spi.command('extended-erase'),
      spi.specialErase(0xffff),
    ]),
  ],
  [
    'over FDCAN, empty frames that count as full ones',
    sequence('fdcan', 'STM32H523_533', [
      fdcan.startFrame(),
      fdcan.getId(),
      fdcan.writeHeader(RAM, 256),
      fdcan.send(
        'no data',
        Array.from({ length: 4 }, () => ({ id: 0x31, data: [] })),
      ),
      fdcan.specialErase(0xffff),
    ]),
  ],
  [
    'over USB, a pointer that is refused, and another command that is done',
    sequence('usb', 'STM32F446', [...refused, ...twice, dfu.clearStatus(), ...another]),
  ],
  [
    'over USB, a pointer that is aborted, and another command that is done',
    sequence('usb', 'STM32F446', [...refused, dfu.abort(), ...another]),
  ],
  [
    'option bytes of which some are left out, so that those are erased',
    sequence(
      'usart',
      'STM32F10x_MD',
      [raw(usart.SYNC), ...usart.write(0x1fff_f800, [0xa5, 0x5a])],
      'options',
    ),
  ],
])('%s: nothing that is not permitted happens to a board', async (_, each) => {
  expect((await harmOf(each, 'unguarded')).harm).toBeDefined();
  expect(await harmOf(each)).toMatchObject({ harm: undefined });
});

test.each(interfaceNames)(
  'over %s, no sequence that gets out of step does what is not permitted',
  async (over) => {
    const lines = fc.sample(fc.constantFrom(...partsOn(over)), { numRuns: 8, seed: SEED });
    const saved = await Promise.all(lines.map(savedPart));
    let [sent, withheld] = [0, 0];
    const property = fc.asyncProperty(sequences(over, saved), async (each) => {
      const outcome = await harmOf(each);
      sent += outcome.sent;
      withheld += outcome.withheld;
      expect(outcome.harm).toBeUndefined();
    });
    await fc.assert(property, { numRuns: 120, seed: SEED });
    expect(withheld).toBeGreaterThan(30);
    expect(sent).toBeGreaterThan(2 * withheld);
  },
);
