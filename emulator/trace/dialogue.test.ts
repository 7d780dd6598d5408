import { expect, test } from 'vitest';
import type { BoardOptions } from '../board/board-options.ts';
import { boardOf } from '../test/boards.ts';
import { DfuHost } from '../test/hosts/dfu-host.ts';
import { UsartHost } from '../test/hosts/usart-host.ts';
import { DialogueReader } from './dialogue.ts';

const FLASH = 0x0800_0000;

/** A reader of everything that happens on a board, and options that make it one. */
function reading(): { readonly options: BoardOptions; readonly lines: () => string[] } {
  const reader = new DialogueReader();
  let seq = 0;
  return {
    options: { onTrace: (event) => reader.event(++seq, event) },
    lines: () =>
      reader
        .take()
        .map(({ text, result, outcome }) =>
          [text, ...(outcome === 'running' ? ['…'] : result === undefined ? [] : [result])].join(
            ' → ',
          ),
        ),
  };
}

test('tells each command with what it names and what came of it', () => {
  const { options, lines } = reading();
  const host = new UsartHost(boardOf('STM32F405RG', options));
  host.sync();
  lines();
  host.command(0x02);
  host.write(FLASH, [1, 2, 3, 4]);
  host.read(FLASH, 256);
  host.read(0x6000_0000, 4);
  host.erase(0, 1, 2);
  host.erase(1, 7);
  host.massErase();
  host.command(0x99);
  expect(lines()).toEqual([
    'Get ID → ACK',
    'Write Memory 0x08000000, 4 bytes → ACK',
    'Read Memory 0x08000000, 256 bytes → ACK',
    'Read Memory 0x60000000, 4 bytes → NACK: no-memory: nothing at 0x60000000',
    'Extended Erase pages 0 to 2 → ACK',
    'Extended Erase pages 1, 7 → ACK',
    'Extended Erase all of main flash → ACK',
    'NACK: unknown-command: opcode 0x99',
  ]);
});

test('tells a command as it begins, and again when it has ended', () => {
  const { options, lines } = reading();
  const host = new UsartHost(boardOf('STM32F405RG', options));
  host.sync();
  lines();
  host.command(0x31);
  expect(lines()).toEqual(['Write Memory → …']);
  host.address(FLASH);
  expect(lines()).toEqual([]);
  host.board.power(false);
  expect(lines()).toEqual(['Write Memory → power off', 'power off']);
});

test('tells what ends a command that the chip does not answer any more', () => {
  const { options, lines } = reading();
  const host = new UsartHost(boardOf('STM32F405RG', { ...options, rdp: 1 }));
  host.sync();
  lines();
  host.read(FLASH, 4);
  host.command(0x92);
  const told = lines();
  expect(told.slice(0, 2)).toEqual([
    'Read Memory → NACK: protected: readout protection level 1',
    'Readout Unprotect → reset: readout-unprotect',
  ]);
  expect(told).toContain('readout protection level 1 -> 0');
});

test('tells DfuSe by the state that follows', () => {
  const { options, lines } = reading();
  const host = new DfuHost(boardOf('STM32F405RG', options)).enumerate();
  lines();
  host.request('CLRSTATUS');
  host.request('DNLOAD', { data: [0x21, 0, 0, 0, 0x08] });
  host.request('GETSTATUS', { wLength: 6 });
  host.board.run();
  host.request('GETSTATUS', { wLength: 6 });
  host.request('DNLOAD', { wValue: 2, data: [1, 2, 3, 4] });
  host.request('GETSTATUS', { wLength: 6 });
  host.board.run();
  expect(lines()).toEqual(['Set Address Pointer 0x08000000 → OK', 'Write 0x08000000 → OK']);
});

test('says of each command how it has ended, and of nothing else', () => {
  const reader = new DialogueReader();
  let seq = 0;
  const outcomes = (): readonly (string | undefined)[] =>
    reader.take().map(({ text, outcome }) => `${text}: ${outcome}`);
  const host = new UsartHost(
    boardOf('STM32F405RG', { onTrace: (event) => reader.event(++seq, event) }),
  );
  host.sync();
  outcomes();
  host.command(0x02);
  host.read(0x6000_0000, 4);
  host.command(0x99);
  host.command(0x31);
  expect(outcomes()).toEqual([
    'Get ID: done',
    'Read Memory 0x60000000, 4 bytes: refused',
    'NACK: unknown-command: opcode 0x99: refused',
    'Write Memory: running',
  ]);
  host.board.reset();
  expect(outcomes().slice(0, 1)).toEqual(['Write Memory: ended']);
  host.board.power(false);
  expect(outcomes()).toEqual(['power off: undefined']);

  const usb = new DfuHost(
    boardOf('STM32F405RG', { onTrace: (event) => reader.event(++seq, event) }),
  ).enumerate();
  outcomes();
  const tell = (block: number, data: readonly number[]): void => {
    usb.request('DNLOAD', { wValue: block, data });
    usb.request('GETSTATUS', { wLength: 6 });
    usb.board.run();
  };
  usb.request('CLRSTATUS');
  tell(0, [0x21, 0, 0, 0, 0x08]);
  usb.request('GETSTATUS', { wLength: 6 });
  expect(outcomes()).toEqual(['Set Address Pointer 0x08000000: done']);
  tell(0, [0x21, 0, 0, 0, 0x60]);
  tell(2, [1, 2, 3, 4]);
  usb.request('GETSTATUS', { wLength: 6 });
  expect(outcomes().at(-1)).toMatch(/: refused$/);
});
