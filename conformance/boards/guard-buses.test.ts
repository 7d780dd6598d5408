import { expect, test } from 'vitest';
import * as can from '../interfaces/can/host.ts';
import * as dfu from '../interfaces/usb/host.ts';
import * as i2c from '../interfaces/i2c/host.ts';
import * as spi from '../interfaces/spi/host.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import { partByName } from '../part/part-by-name.ts';
import type { Destroys } from '../run/destroys.ts';
import type { Step } from '../run/script.ts';
import type { Channel } from '../run/target.ts';
import { GuardedChannel } from './guard.ts';
import { Ledger } from './ledger.ts';

const DEVICE = 'STM32F446RE';
/** Where its option bytes lie, level 0 of readout protection, nothing write-protected (RM0390 §3.6). */
const OPTIONS = { address: 0x1fff_c000, bytes: new Uint8Array(16).fill(0xff).fill(0xaa, 1, 2) };
const OTP = 0x1fff_7800;

/** A device that answers each burst as the step has it, and counts them. */
class Answering implements Channel {
  bursts = 0;
  answer: readonly number[] = [];
  #at = 0;

  async send(): Promise<void> {
    this.bursts++;
  }

  expect(answer: readonly number[]): void {
    this.answer = answer;
    this.#at = 0;
  }

  async next(): Promise<number | undefined> {
    return this.answer[this.#at++];
  }
}

/** Sends steps, each answered by its first reply, until one is withheld: why, or undefined for none. */
async function withheld(
  over: InterfaceName,
  steps: readonly Step[],
  allow: Destroys = 'options',
): Promise<string | undefined> {
  const line = new Answering();
  const part = partByName(DEVICE, { interface: over });
  const board = { part, allow, options: [OPTIONS], ledger: new Ledger() };
  const channel = new GuardedChannel(line, board);
  for (const { send, replies, bursts = [send.length] } of steps) {
    let from = 0;
    for (const count of bursts) {
      const before = line.bursts;
      try {
        await channel.send(Uint8Array.from(send.slice(from, from + count)));
      } catch (error) {
        expect(line.bursts).toBe(before); // nothing of the burst went out
        return (error as Error).message;
      }
      from += count;
    }
    line.expect(replies[0]?.bytes ?? []);
    while ((await channel.next(0)) !== undefined);
  }
  return undefined;
}

const usb = partByName(DEVICE, { interface: 'usb' });
const onSpi = partByName(DEVICE, { interface: 'spi' });
/** The same option bytes with a level of readout protection. */
const level = (rdp: number): number[] => [...OPTIONS.bytes].with(1, rdp);

test.each<[InterfaceName, string, readonly Step[]]>([
  ['usb', 'Read Unprotect', [dfu.unprotectBlock()]],
  ['usb', 'level 2', dfu.write(usb, OPTIONS.address, level(0xcc))],
  ['usb', 'level 1', dfu.write(usb, OPTIONS.address, level(0x00))],
  ['usb', 'a write to one-time programmable memory', dfu.write(usb, OTP, [0])],
  ['usb', 'an erase of option bytes', [dfu.eraseBlock(OPTIONS.address)]],
  ['usb', 'leaving', [dfu.download(0, [])]],
  ['i2c', 'Readout Protect', i2c.protection('readout-protect')],
  ['i2c', 'Readout Protect without stretching', i2c.protection('readout-protect', 'no-stretch')],
  ['i2c', 'Readout Unprotect', i2c.protection('readout-unprotect', 'no-stretch')],
  ['i2c', 'level 2', i2c.writeMemory(OPTIONS.address, level(0xcc))],
  [
    'i2c',
    'level 2 without stretching',
    i2c.writeMemory(OPTIONS.address, level(0xcc), 'no-stretch'),
  ],
  ['i2c', 'one-time programmable memory', i2c.writeMemory(OTP, [0, 0, 0, 0])],
  ['spi', 'Readout Protect', [spi.sync(), ...spi.done('readout-protect')]],
  ['spi', 'level 2', [spi.sync(), ...spi.writeMemory(onSpi, OPTIONS.address, level(0xcc))]],
  ['spi', 'a Go', [spi.sync(), spi.command('go'), spi.address(0x0800_0000)]],
  ['can', 'Readout Protect', [can.done('readout-protect')]],
  ['can', 'level 2', can.write(OPTIONS.address, level(0xcc))],
  ['can', 'a Go', [can.command('go', [0x08, 0, 0, 0])]],
])('over %s, %s is never sent to a board', async (over, _, steps) => {
  expect(await withheld(over, steps)).toMatch(/^not sent: /);
});

test.each<[InterfaceName, readonly Step[], Destroys]>([
  ['usb', dfu.write(usb, 0x0800_4000, [1, 2, 3, 4]), 'page'],
  ['usb', [dfu.eraseBlock(0x0800_4000)], 'page'],
  ['usb', [dfu.massEraseBlock()], 'flash'],
  ['usb', dfu.write(usb, OPTIONS.address, [...OPTIONS.bytes].with(8, 0xfe)), 'options'],
  ['i2c', i2c.writeMemory(0x0800_4000, [1, 2, 3, 4]), 'page'],
  ['i2c', i2c.erase([1], 'no-stretch'), 'page'],
  ['i2c', i2c.protection('write-unprotect', 'no-stretch'), 'options'],
  ['spi', [spi.sync(), ...spi.erase([1, 2])], 'flash'],
  ['spi', [spi.sync(), ...spi.writeMemory(onSpi, 0x0800_4000, [1, 2, 3, 4])], 'page'],
  ['can', can.write(0x0800_4000, [1, 2, 3, 4]), 'page'],
  ['can', [can.massErase()], 'flash'],
])('over %s, what spoils is sent when it is allowed, case %#', async (over, steps, allow) => {
  expect(await withheld(over, steps, 'nothing')).toMatch(`--allow ${allow}`);
  expect(await withheld(over, steps, allow)).toBeUndefined();
});

test('what only reads, and RAM, need no permission', async () => {
  const none = 'nothing';
  expect(await withheld('usb', dfu.read(usb, 0x0800_0000, [1, 2]), none)).toBeUndefined();
  expect(await withheld('usb', dfu.write(usb, 0x2000_4000, [1, 2]), none)).toBeUndefined();
  expect(await withheld('i2c', i2c.readMemory(0x0800_0000, [1, 2]), none)).toBeUndefined();
  expect(await withheld('spi', spi.readMemory(0x0800_0000, [1, 2]), none)).toBeUndefined();
  expect(await withheld('can', [can.read(0x0800_0000, [1, 2])], none)).toBeUndefined();
});
