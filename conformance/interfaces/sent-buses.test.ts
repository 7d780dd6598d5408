import { expect, test } from 'vitest';
import * as can from './can/host.ts';
import * as dfu from './usb/host.ts';
import * as fdcan from './fdcan/host.ts';
import * as i2c from './i2c/host.ts';
import * as spi from './spi/host.ts';
import type { InterfaceName } from './names.ts';
import { partByName } from '../part/part-by-name.ts';
import type { Step } from '../run/script.ts';
import { followerOf } from './index.ts';

const F446 = 'STM32F446RE';
const H723 = 'STM32H723ZG';

/** What is asked for by steps, each answered by its first reply; steps in which nothing is heard have none. */
function found(over: InterfaceName, name: string, steps: readonly Step[]): readonly string[] {
  const log: string[] = [];
  const part = partByName(name, { interface: over });
  const follower = followerOf(part, {
    command: (opcode) => log.push(`command ${opcode.toString(16)}`),
    write: (address, byte) => log.push(`write ${address.toString(16)} ${byte}`),
    erase: (pages) => log.push(`erase ${String(pages)}`),
    go: (address) => log.push(`go ${address.toString(16)}`),
    special: (code) => log.push(`special ${code.toString(16)}`),
    astray: (opcode) => log.push(`astray ${opcode.toString(16)}`),
    eraseAround: (address) => log.push(`erase around ${address.toString(16)}`),
  });
  for (const { send, replies, bursts = [send.length] } of steps) {
    let from = 0;
    for (const count of bursts) {
      follower.sent(Uint8Array.from(send.slice(from, from + count)));
      from += count;
    }
    for (const byte of replies[0]?.bytes ?? []) follower.heard(byte);
  }
  return log;
}

/** The same steps, none of which is answered. */
const unanswered = (steps: readonly Step[]): readonly Step[] =>
  steps.map((each) => ({ ...each, replies: [] }));

const WRITE = ['command 31', 'write 8000100 10', 'write 8000101 11'];

test('a write is found on every bus', () => {
  const data = [10, 11];
  const part = partByName(F446, { interface: 'spi' });
  expect(found('i2c', F446, i2c.writeMemory(0x0800_0100, data))).toEqual(WRITE);
  expect(found('i2c', F446, i2c.writeMemory(0x0800_0100, data, 'no-stretch'))).toEqual(WRITE);
  expect(found('spi', F446, [spi.sync(), ...spi.writeMemory(part, 0x0800_0100, data)])).toEqual(
    WRITE,
  );
  expect(found('can', 'STM32F405', can.write(0x0800_0100, data))).toEqual(WRITE);
  expect(found('fdcan', H723, fdcan.write(0x0800_0100, data))).toEqual(WRITE);
  expect(found('usb', F446, dfu.write(part, 0x0800_0100, data))).toEqual(WRITE);
});

test('erases are found on every bus', () => {
  const one = ['command 44', 'erase 1,3'];
  expect(found('i2c', F446, i2c.erase([1, 3]))).toEqual(one);
  expect(found('i2c', F446, i2c.erase([1, 3], 'no-stretch'))).toEqual(one);
  expect(found('spi', F446, [spi.sync(), ...spi.erase([1, 3])])).toEqual(one);
  expect(found('can', 'STM32F405', can.erase([1, 3]))).toEqual(['command 43', 'erase 1,3']);
  const part = partByName(H723, { interface: 'fdcan' });
  expect(found('fdcan', H723, fdcan.erase(part, [1, 3]))).toEqual(one);
  expect(found('usb', F446, [dfu.eraseBlock(0x0800_c010), dfu.massEraseBlock()])).toEqual([
    'erase 3',
    'erase all',
  ]);
  const all = ['command 44', 'erase all'];
  const special = i2c.specialErase(0xffff, 'stretch');
  expect(found('i2c', F446, [i2c.command('extended-erase'), ...special])).toEqual(all);
  expect(found('can', 'STM32F405', [can.massErase()])).toEqual(['command 43', 'erase all']);
  expect(found('fdcan', H723, [fdcan.specialErase(0xfffe)])).toEqual(all);
});

test('what protects, starts and erases by address is found', () => {
  expect(found('i2c', F446, i2c.protection('readout-unprotect', 'no-stretch'))).toEqual([
    'command 92',
  ]);
  expect(found('i2c', F446, i2c.protection('write-unprotect', 'no-stretch'))).toEqual([
    'command 73',
  ]);
  expect(found('spi', F446, [spi.sync(), ...spi.done('readout-protect')])).toEqual(['command 82']);
  expect(found('can', 'STM32F405', [can.done('readout-protect')])).toEqual(['command 82']);
  expect(found('fdcan', H723, [fdcan.go(0x0800_0000)])).toEqual(['command 21', 'go 8000000']);
  expect(found('usb', F446, [dfu.unprotectBlock()])).toEqual(['command 92']);
  expect(found('usb', F446, [dfu.eraseBlock(0x1fff_c000)])).toEqual(['erase around 1fffc000']);
  expect(found('usb', F446, [dfu.download(0, [])])).toEqual(['go 8000000']);
});

test('until it is reported as done, the pointer of DFU may be in two places', () => {
  const part = partByName(F446, { interface: 'usb' });
  const block = dfu.download(2, [7]);
  const pointer = dfu.pointerBlock(0x0800_4000);
  expect(found('usb', F446, [pointer, block])).toEqual([
    'command 31',
    'write 8000000 7',
    'write 8004000 7',
  ]);
  const sure = [...dfu.setPointer(part, 0x0800_4000), dfu.download(3, [7])];
  expect(found('usb', F446, sure)).toEqual(['command 31', 'write 8004800 7']);
});

test('a command is found where a device acknowledged nothing', () => {
  const lost = unanswered([
    ...i2c.writeMemory(0x0800_0100, [1]),
    ...i2c.protection('readout-protect'),
  ]);
  expect(found('i2c', F446, lost)).toContain('astray 82');
  const frames = unanswered([...can.write(0x0800_0100, [1]), can.done('readout-protect')]);
  expect(found('can', 'STM32F405', frames)).toContain('astray 82');
});
