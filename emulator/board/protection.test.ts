import { describe, expect, test } from 'vitest';
import type { Board } from './board.ts';
import { boardOf, connected } from '../test/boards.ts';
import { ACK, NACK, UsartHost } from '../test/hosts/usart-host.ts';

const FLASH = 0x0800_0000;
const OPTIONS = 0x1fff_c000;
const zeros = { load: [{ address: FLASH, bytes: new Uint8Array(1024) }] };

/** Synchronises again after the reset that follows a change of option bytes. */
function again(host: UsartHost): UsartHost {
  expect(host.sync()).toEqual([ACK]);
  return host;
}

describe('readout protection (AN3155 §3.11, §3.12)', () => {
  test('Readout Protect answers two ACKs, resets, and level 1 leaves the documented commands', () => {
    const host = connected('STM32F405', zeros);
    expect(host.command(0x82)).toEqual([ACK, ACK]);
    again(host);
    expect(host.board.chip.level).toBe(1);
    for (const opcode of [0x11, 0x21, 0x31, 0x44, 0x63, 0x73, 0x82]) {
      expect(host.command(opcode)).toEqual([NACK]);
    }
    for (const opcode of [0x00, 0x01, 0x02]) expect(host.command(opcode)[0]).toBe(ACK);
  });

  test('Readout Unprotect erases flash and RAM and opens the chip', () => {
    const host = connected('STM32F405', zeros);
    host.write(0x2000_4000, [1, 2, 3, 4]);
    host.command(0x82);
    again(host);
    expect(host.command(0x92)).toEqual([ACK, ACK]);
    again(host);
    expect(host.board.chip.level).toBe(0);
    expect(host.read(FLASH, 4)).toEqual([0xff, 0xff, 0xff, 0xff]);
    expect(host.read(0x2000_4000, 4)).toEqual([0, 0, 0, 0]);
  });

  test('write protection does not hold up Readout Unprotect', () => {
    const host = connected('STM32F405', { ...zeros, options: { nWRP: 0 } });
    expect(host.command(0x92)).toEqual([ACK, ACK]);
    again(host);
    expect(host.read(FLASH, 1)).toEqual([0xff]);
  });

  test('bootloader 3.1 refuses Read and Write with two NACKs, other commands with one', () => {
    const host = connected('STM32F405', { bootloader: '3.1', rdp: 1 });
    expect(host.command(0x11)).toEqual([NACK, NACK]);
    expect(host.command(0x31)).toEqual([NACK, NACK]);
    expect(host.command(0x44)).toEqual([NACK]);
    expect(connected('STM32F405', { bootloader: '9.1', rdp: 1 }).command(0x11)).toEqual([NACK]);
    const cured = connected('STM32F405', {
      bootloader: '3.1',
      rdp: 1,
      quirks: { 'two-nacks': false },
    });
    expect(cured.command(0x11)).toEqual([NACK]);
  });

  test('writing 0xCC into the RDP byte closes the bootloader for good from the next reset on', () => {
    const surprises: string[] = [];
    const host = connected('STM32F405', {
      onTrace: (event) => event.kind === 'surprise' && surprises.push(event.text),
    });
    expect(host.write(OPTIONS, [0xff, 0xcc, 0xff, 0xff])).toBe('ack');
    expect(surprises.join()).toContain('level 2');
    expect(host.board.chip.level).toBe(2);
    expect(host.sync()).toEqual([]);
    for (const boot0 of [0, 1] as const) {
      host.board.drive('BOOT0', boot0);
      host.board.power(false);
      host.board.power(true);
      host.board.run();
      expect(host.board.boot?.area).toBe('main-flash');
      expect(host.sync()).toEqual([]);
    }
  });
});

describe('option bytes', () => {
  test('factory values are read back, reserved bytes as ones', () => {
    const host = connected('STM32F405');
    const factory = [0xff, 0xaa, ...ones(6), 0xff, 0xff, ...ones(6)];
    expect(host.read(OPTIONS, 16)).toEqual(factory);
  });

  test('a write changes the words that it reaches, and takes effect at the reset behind its ACK', () => {
    const host = connected('STM32F405', { options: { nWRP: 0xffe } });
    expect(host.write(OPTIONS, [0xef, 0xaa, 0xff, 0xff])).toBe('ack');
    expect(host.command(0x00)).toEqual([]); // the chip was reset
    host.board.reset();
    host.board.run();
    again(host);
    expect(host.board.chip.options!.field('nWRP')).toBe(0xffe);
    expect(host.read(OPTIONS, 2)).toEqual([0xef, 0xaa]);
  });

  test('only the first address can be written', () => {
    expect(connected('STM32F405').write(OPTIONS + 8, [0, 0, 0xff, 0xff])).toBe('block');
  });

  test('option bytes cut after their erase read as erased: level 1', () => {
    const fault = { at: 'flash', do: 'power-cut', operation: 1, done: 0.6 } as const;
    const host = connected('STM32F405', { faults: [fault] });
    expect(host.write(OPTIONS, [0xff, 0xaa, 0xff, 0xff])).toBe('block');
    again(host);
    expect(host.board.chip.level).toBe(1);
    expect(host.command(0x92)).toEqual([ACK, ACK]);
    expect(again(host).read(FLASH, 1)).toEqual([0xff]);
  });
});

describe('write protection (AN3155 §3.9)', () => {
  test('protected sectors ignore program and erase, with ACK; mass erase then erases nothing', () => {
    const host = connected('STM32F405RG', zeros);
    expect(host.command(0x63)).toEqual([ACK]);
    expect(host.packet(0, 0)).toEqual([ACK]);
    again(host);
    expect(host.write(FLASH + 0x1000, [1, 2, 3, 4])).toBe('ack');
    expect(host.read(FLASH + 0x1000, 1)).toEqual([0xff]);
    expect(host.write(FLASH + 0x4000, [1, 2, 3, 4])).toBe('ack');
    expect(host.erase(0, 1)).toEqual([ACK]);
    expect(host.read(FLASH, 1)).toEqual([0]);
    expect(host.read(FLASH + 0x4000, 1)).toEqual([0xff]);
    host.write(FLASH + 0x4000, [1, 2, 3, 4]);
    expect(host.massErase()).toEqual([ACK]);
    expect(host.read(FLASH + 0x4000, 1)).toEqual([1]);
  });

  test('a second Write Protect replaces the first; Write Unprotect opens all', () => {
    const host = connected('STM32F429II');
    const mask = (): [number, number] => [
      host.board.chip.options!.field('nWRP')!,
      host.board.chip.options!.field('nWRP2')!,
    ];
    host.command(0x63);
    host.packet(1, 0, 13);
    again(host);
    expect(mask()).toEqual([0xffe, 0xffd]);
    host.command(0x63);
    host.packet(0, 3);
    again(host);
    expect(mask()).toEqual([0xff7, 0xfff]);
    expect(host.command(0x73)).toEqual([ACK, ACK]);
    again(host);
    expect(mask()).toEqual([0xfff, 0xfff]);
  });

  test('a PCROP sector reads as zeros', () => {
    const options = { SPRMOD: 1, nWRP: 1 };
    const host = connected('STM32F429II', { options });
    expect(host.read(FLASH, 1)).toEqual([0]);
    expect(host.read(FLASH + 0x4000, 1)).toEqual([0xff]);
  });
});

describe('boot (AN2606 table 2)', () => {
  const application = Uint8Array.from([0x00, 0x00, 0x02, 0x20, 0x01, 0x01, 0x00, 0x08]);
  const load = [{ address: FLASH, bytes: application }];
  const booted = (board: Board): string => {
    board.run();
    return board.state;
  };

  test('the pins are sampled when NRST rises', () => {
    const board = boardOf('STM32F405', { load });
    expect(booted(board)).toBe('bootloader');
    board.drive('BOOT0', 0);
    expect(booted(board)).toBe('bootloader');
    board.drive('NRST', 0);
    expect(booted(board)).toBe('held-in-reset');
    board.drive('NRST', 1);
    expect(booted(board)).toBe('application');
  });

  test('BOOT1 high boots RAM', () => {
    const board = boardOf('STM32F405', { boot1: 1 });
    expect(booted(board)).toBe('locked-up');
    expect(board.boot?.area).toBe('sram');
  });

  test.each([
    ['a stack pointer outside RAM', [0, 0, 0, 0x40, 1, 1, 0, 8]],
    ['a reset handler without thumb bit', [0, 0, 2, 0x20, 0, 1, 0, 8]],
    ['a reset handler outside flash and RAM', [0, 0, 2, 0x20, 1, 0, 0, 0x40]],
    ['a blank flash', []],
  ])('%s locks the core up', (_, bytes) => {
    const board = boardOf('STM32F405', {
      boot0: 0,
      load: [{ address: FLASH, bytes: Uint8Array.from(bytes) }],
    });
    expect(booted(board)).toBe('locked-up');
  });

  test('BFB2 boots bank 2 where it is valid, else bank 1, else the bootloader', () => {
    const options = { BFB2: 1 };
    const bank2 = [{ address: 0x0810_0000, bytes: application }];
    const both = boardOf('STM32F429II', { boot0: 0, options, load: [...load, ...bank2] });
    expect([booted(both), both.boot?.address]).toEqual(['application', 0x0810_0000]);
    const first = boardOf('STM32F429II', { boot0: 0, options, load });
    expect([booted(first), first.boot?.address]).toEqual(['application', FLASH]);
    expect(booted(boardOf('STM32F429II', { boot0: 0, options }))).toBe('bootloader');
  });
});

describe('virtual application', () => {
  const bytes = Uint8Array.from([0x00, 0x00, 0x02, 0x20, 0x01, 0x01, 0x00, 0x08]);
  const flash = { boot0: 0, load: [{ address: FLASH, bytes }] } as const;

  test('silent says nothing, echo returns what it gets', () => {
    expect(new UsartHost(boardOf('STM32F405', flash)).send(0x7f)).toEqual([]);
    const echo = new UsartHost(boardOf('STM32F405', { ...flash, application: { kind: 'echo' } }));
    expect(echo.send(1, 2, 3)).toEqual([1, 2, 3]);
  });

  test('banner prints every 500 ms', () => {
    const host = new UsartHost(boardOf('STM32F405', { ...flash, application: { kind: 'banner' } }));
    host.board.clock.advanceTo(host.board.clock.now + 1_600_000);
    const text = String.fromCharCode(...host.heard());
    expect(text.match(/vstm32/g)).toHaveLength(3);
  });

  test('jump enters the bootloader at the right base and hard-faults at a wrong one', () => {
    const jump = (address: number): UsartHost => {
      const application = { kind: 'jump', address, trigger: 0x52 } as const;
      const host = new UsartHost(boardOf('STM32F405', { ...flash, application }));
      host.send(0x52);
      return host;
    };
    const right = jump(0x1fff_0000);
    expect(right.sync()).toEqual([ACK]);
    expect(right.command(0x02)).toEqual([ACK, 1, 0x04, 0x13, ACK]);
    const wrong = jump(0x1fff_f000);
    expect(wrong.sync()).toEqual([]);
    expect(wrong.board.state).toBe('locked-up');
  });

  test.each([
    ['STM32H723ZG', [0x1ff0_0000, 0x1ff0_9800], 0x1ff0_a000],
    ['STM32H743ZI', [0x1ff0_0000, 0x1ff0_9800], 0x1ff0_a000],
    ['STM32H7A3ZI', [0x1ff0_0000, 0x1ff0_a000], 0x1ff0_9800],
    ['STM32F722RE', [0x1ff0_0000, 0x0010_0000], 0x1ff0_9800],
  ])(
    '%s: an application gets into the bootloader by each of its vector tables',
    (part, tables, no) => {
      const stateBehind = (address: number): string => {
        const application = { kind: 'jump', address, trigger: 0x52 } as const;
        const host = new UsartHost(boardOf(part, { ...flash, application }));
        host.send(0x52);
        if (host.board.state === 'bootloader') expect(host.sync()).toEqual([ACK]);
        return host.board.state;
      };
      for (const address of tables) expect(stateBehind(address)).toBe('bootloader');
      expect(stateBehind(no)).toBe('locked-up');
    },
  );

  test('a watchdog that the application started resets the chip in the middle of a session', () => {
    const application = {
      kind: 'jump',
      address: 0x1fff_0000,
      trigger: 0x52,
      watchdog: 26e6,
    } as const;
    const host = new UsartHost(boardOf('STM32F405', { ...flash, application }));
    host.send(0x52);
    expect(host.sync()).toEqual([ACK]);
    host.board.clock.advanceTo(host.board.clock.now + 25e6);
    expect(host.command(0x02)).toHaveLength(5);
    host.board.clock.advanceTo(host.board.clock.now + 2e6);
    expect(host.command(0x02)).toEqual([]);
    expect(host.board.state).toBe('application');
  });

  test('the watchdog bites in the middle of an erase and leaves a partly erased flash', () => {
    const application = {
      kind: 'jump',
      address: 0x1fff_0000,
      trigger: 0x52,
      watchdog: 5e6,
    } as const;
    const bytes2 = new Uint8Array(0x10_0000);
    bytes2.set(bytes);
    const options = { ...flash, load: [{ address: FLASH, bytes: bytes2 }], application };
    const host = new UsartHost(boardOf('STM32F405RG', options));
    host.send(0x52);
    host.sync();
    host.command(0x44);
    expect(host.send(0xff, 0xff, 0x00)).toEqual([]);
    const content = new Set(host.board.flashImage());
    expect(content.size).toBeGreaterThan(1);
    expect(host.board.state).not.toBe('bootloader');
  });
});

function ones(count: number): number[] {
  return Array.from({ length: count }, () => 0xff);
}
