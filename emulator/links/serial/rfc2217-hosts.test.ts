import { afterEach, expect, test } from 'vitest';
import type { Board } from '../../board/board.ts';
import { parseApplication } from '../../chip/application.ts';
import { Pacer } from '../pacer.ts';
import { openRfc2217 } from './rfc2217.ts';
import { escapeTelnet } from './telnet.ts';
import { parseWire, Wiring } from './wiring.ts';
import { boardOf } from '../../test/boards.ts';
import { pythonWithSerial, runPython } from '../../test/hosts/python-serial.ts';
import { TcpHost } from '../../test/hosts/tcp-host.ts';
import { ACK, be32, NACK, xor } from '../../test/hosts/usart-host.ts';

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const action of cleanUp.splice(0).reverse()) await action();
});

async function open(board: Board, wire: string): Promise<number> {
  const pacer = new Pacer(board.clock, 'instant');
  const wiring = new Wiring(parseWire(wire), board, { boot0: 0 });
  const link = await openRfc2217(board.usart(), pacer, board.trace, {
    host: '127.0.0.1',
    port: 0,
    lines: (lines) => wiring.set(lines),
  });
  cleanUp.push(async () => {
    await link.close();
    pacer.close();
  });
  return link.port;
}

test('a telnet host synchronises, asks what there is, and writes and reads a block', async () => {
  const board = boardOf('STM32F405RG');
  const host = await TcpHost.connect(await open(board, 'none'));
  cleanUp.push(() => host.close());
  const ask = (bytes: readonly number[], count: number): Promise<number[]> =>
    host.ask([...escapeTelnet(Uint8Array.from(bytes))], count);
  const block = Array.from({ length: 256 }, (_, index) => 255 - index);
  const target = be32(0x0800_4000);

  await host.read(15); // the greeting
  expect(await ask([0x7f], 1)).toEqual([ACK]);
  const get = await ask([0x00, 0xff], 15);
  expect([get[0], get[1], get[14]]).toEqual([ACK, 11, ACK]);
  expect(await ask([0x31, 0xce], 1)).toEqual([ACK]);
  expect(await ask([...target, xor(target)], 1)).toEqual([ACK]);
  expect(await ask([255, ...block, xor([255, ...block])], 1)).toEqual([ACK]);
  const read = [0x11, 0xee, ...target, xor(target), 255, 0];
  expect(await ask(read, 3 + 257)).toEqual([ACK, ACK, ACK, 0xff, ...block]);
  expect([...board.flashImage().subarray(0x4000, 0x4100)]).toEqual(block);
});

test('a telnet host that sets no parity is answered the sync byte, and NACK to a command', async () => {
  const host = await TcpHost.connect(await open(boardOf('STM32F405RG'), 'none'));
  cleanUp.push(() => host.close());
  await host.read(15); // the greeting
  const set = (command: number, ...value: readonly number[]): Promise<number[]> =>
    host.ask([0xff, 0xfa, 44, command, ...value, 0xff, 0xf0], 6 + value.length);
  await set(1, ...be32(9600));
  await host.read(7); // NOTIFY-MODEMSTATE, once
  await set(3, 1); // SET-PARITY none
  expect(await host.ask([0x7f], 1)).toEqual([ACK]);
  expect(await host.ask([0x00, 0xff, 0xff], 1)).toEqual([NACK]);
  await set(3, 3); // even
  expect((await host.ask([0x00, 0xff, 0xff], 15))[0]).toBe(ACK);
});

const PYSERIAL = `
import serial, sys
port = serial.serial_for_url('rfc2217://127.0.0.1:' + sys.argv[1], 115200, parity='E', timeout=10)
def ask(data, count):
    port.write(bytes(data))
    return list(port.read(count))
# opened: RTS holds BOOT0 high, DTR holds NRST low
port.dtr = False
assert ask([0x7f], 1) == [0x79]
assert ask([0x02, 0xfd], 5) == [0x79, 0x01, 0x04, 0x13, 0x79]
assert ask([0x31, 0xce], 1) == [0x79]
assert ask([0x08, 0, 0, 0, 0x08], 1) == [0x79]
vector = [0x00, 0x00, 0x01, 0x20, 0x01, 0x01, 0x00, 0x08]
checksum = 7
for byte in vector: checksum ^= byte
assert ask([7] + vector + [checksum], 1) == [0x79]
# out of the bootloader and into what was written
port.rts = False
port.dtr = True
port.reset_input_buffer()
port.dtr = False
assert port.read(1)
port.close()
`;

test.skipIf(pythonWithSerial === undefined)(
  'pyserial resets the board into the bootloader and out of it by DTR and RTS',
  async () => {
    const board = boardOf('STM32F405RG', { boot0: 0, application: parseApplication('banner') });
    await runPython(pythonWithSerial!, PYSERIAL, [String(await open(board, 'dtr=nrst,rts=boot0'))]);
    expect(board.state).toBe('application');
    expect(board.pinLevel('BOOT0')).toBe(0);
  },
);
