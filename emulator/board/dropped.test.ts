import { describe, expect, test } from 'vitest';
import { SummaryReader } from '../cli/summary.ts';
import type { Board } from './board.ts';
import type { BoardOptions } from './board-options.ts';
import { boardOf } from '../test/boards.ts';
import { ACK, CanHost, FdcanHost } from '../test/hosts/can-host.ts';
import { DfuHost } from '../test/hosts/dfu-host.ts';
import { I2cHost } from '../test/hosts/i2c-host.ts';
import { PLAIN, SpiHost } from '../test/hosts/spi-host.ts';
import { be32, UsartHost } from '../test/hosts/usart-host.ts';

const FLASH = 0x0800_0000;
const H563 = 'STM32H563ZI';
const C092 = 'STM32C092RC'; // FDCAN 2.2

/** What the summary of a board says was dropped while a host did something to it. */
function droppedBy(
  part: string,
  act: (board: Board) => unknown,
  options: BoardOptions = {},
): string[] {
  const reader = new SummaryReader();
  act(boardOf(part, { onTrace: (event) => reader.event(event), ...options }));
  return Object.keys(reader.summary.dropped);
}

const NO_PAGE = ['erase of page 900: there is no such page'];

describe('the erase of a page that is not there is acknowledged, and told in the trace and the summary', () => {
  test('over USART, in both forms', () => {
    const extended = droppedBy('STM32F405RG', (board) => {
      const host = new UsartHost(board);
      host.sync();
      expect(host.erase(900)).toEqual([ACK]);
    });
    expect(extended).toEqual(NO_PAGE);
    const plain = droppedBy('STM32F103C8', (board) => {
      const host = new UsartHost(board);
      host.sync();
      host.command(0x43);
      expect(host.packet(0, 0xfe)).toEqual([ACK]);
    });
    expect(plain).toEqual(['erase of page 254: there is no such page']);
  });

  test('over I2C and SPI', () => {
    const i2c = droppedBy('STM32F446RE', (board) => {
      const host = new I2cHost(board);
      host.command(0x44);
      host.step(0, 0, 0);
      expect(host.step(3, 0x84, 0x87)).toBe(ACK);
    });
    expect(i2c).toEqual(NO_PAGE);
    const spi = droppedBy('STM32F446RE', (board) => {
      const host = new SpiHost(board);
      host.sync();
      expect(host.erase([900])).toBe('ack');
    });
    expect(spi).toEqual(NO_PAGE);
  });

  test('over CAN and FDCAN', () => {
    const can = droppedBy('STM32F405RG', (board) => {
      const host = new CanHost(board);
      host.connect();
      expect(host.send(0x43, 0)).toEqual([[0x43, ACK]]);
      expect(host.send(0x43, 200)).toEqual([
        [0x43, ACK],
        [0x43, ACK],
      ]);
    });
    expect(can).toEqual(['erase of page 200: there is no such page']);
    const fdcan = droppedBy(H563, (board) => {
      const host = new FdcanHost(board);
      host.send(0x44, 0, 1);
      expect(host.send(0x44, 3, 0x84)).toEqual([[0x44, ACK]]);
    });
    expect(fdcan).toEqual(NO_PAGE);
  });
});

describe('what else is passed over in silence is told too', () => {
  const onUsart =
    (act: (host: UsartHost) => unknown) =>
    (board: Board): void => {
      const host = new UsartHost(board);
      host.sync();
      act(host);
    };

  test.each<[string, string, (board: Board) => unknown, string, BoardOptions?]>([
    [
      'USART: a global erase without its second byte',
      'STM32F103C8',
      onUsart((host) => {
        host.command(0x43);
        host.send(0xff, 0xff);
      }),
      'a global erase: FF is followed by something else than 00',
    ],
    [
      'USART: bytes on a port that is off',
      'STM32F405RG',
      onUsart((host) => new UsartHost(host.board, 'USART3').send(0x7f)),
      'what a host sends: the port is off until a reset',
    ],
    [
      'USART: a write over content',
      'STM32F405RG',
      onUsart((host) => host.write(FLASH, [1, 2, 3, 4])),
      'program: it was not erased',
      { load: [{ address: FLASH, bytes: new Uint8Array(4) }] },
    ],
    [
      'USART: a write that ends in a write-protected sector',
      'STM32F405RG',
      onUsart((host) => host.write(FLASH + 0x3ffc, [1, 2, 3, 4, 5, 6, 7, 8])),
      'program: the sector is write-protected',
      { options: { nWRP: 0xffd } },
    ],
    [
      'USART: write protection of a sector that is not there',
      'STM32F405RG',
      onUsart((host) => {
        host.command(0x63);
        host.packet(0, 99);
      }),
      'write protection of 99: there is no such sector',
    ],
    [
      'USART: a character on the line at a reset',
      'STM32F405RG',
      (board) => {
        board.run();
        board.usart().receive(Uint8Array.of(0x7f), { baud: 1200 });
        board.drive('NRST', 0);
      },
      '1 bytes on the line: the port is switched off',
    ],
    [
      'SPI: a first byte that is not 0x5A',
      'STM32F446RE',
      (board) => new SpiHost(board).exchange(0x7f),
      '0x7f: the first byte must be 0x5A',
    ],
    [
      'SPI: a frame behind an answer that was not acknowledged',
      'STM32F446RE',
      (board) => new SpiHost(board, undefined, PLAIN).exchange(0x5a, 0, 0, 0x5a, 0x02, 0xfd),
      '0x5a: the ACK of its answer is waited for',
    ],
    [
      'SPI: what is sent while the chip works',
      'STM32F446RE',
      (board) => {
        const host = new SpiHost(board);
        host.sync();
        host.command(0x44);
        host.packet(0, 0);
        host.exchange(0, 0, 0, 0, 0, 0x79);
      },
      'what a host sends: the chip works',
    ],
    [
      'CAN: an extended identifier',
      'STM32F405RG',
      (board) => {
        const host = new CanHost(board);
        host.connect();
        const data = new Uint8Array();
        host.pins.receive({ id: 2, extended: true, fd: false, brs: false, data });
        board.run();
      },
      'a frame with identifier 0x2: extended identifiers are filtered out',
    ],
    [
      'CAN: more data than was announced',
      'STM32F405RG',
      (board) => {
        const host = new CanHost(board);
        host.connect();
        host.send(0x31, ...be32(FLASH), 3);
        host.send(0x04, 1, 2, 3, 4, 5, 6);
      },
      '2 bytes of write-memory: more than were announced',
    ],
    [
      'CAN: another identifier in the search for the clock',
      'STM32F405RG',
      (board) => {
        const host = new CanHost(board);
        for (let attempt = 0; attempt < 10; attempt++) host.offer(0x00);
        board.run();
      },
      'a frame with identifier 0x0: only 0x79 counts in the search for the clock',
    ],
    [
      'FDCAN: an over-long block',
      H563,
      (board) => {
        const host = new FdcanHost(board);
        host.send(0x31, ...be32(FLASH), 3);
        host.send(0x31, 1, 2, 3, 4, 5, 6, 7, 8);
      },
      '4 bytes of write-memory: more than were announced',
    ],
    [
      'FDCAN: identifiers above one byte, and frames before the start frame',
      C092,
      (board) => {
        const host = new FdcanHost(board);
        host.send(0x111, 0x5a);
        host.send(0x102);
      },
      'a frame with identifier 0x102: identifiers above 0xff are filtered out',
    ],
    [
      'FDCAN: a frame before the start frame',
      C092,
      (board) => new FdcanHost(board).send(0x02),
      'a frame with identifier 0x2: the start frame 0x111 5A is waited for',
    ],
    [
      'FDCAN: a frame that was spoilt',
      H563,
      (board) => {
        const host = new FdcanHost(board);
        host.send(0x02);
        host.rate = { nominal: 125_000, data: 125_000 };
        host.send(0x02);
      },
      'a frame: it had errors, or the FIFO was full',
    ],
    [
      'CAN: frames on a port that is off',
      'STM32F405RG',
      (board) => {
        new UsartHost(board).sync();
        new CanHost(board).connect();
      },
      'frames of a host: the port is off until a reset',
    ],
    [
      'DFU: a block that no GETSTATUS asks for',
      'STM32F405RG',
      (board) => {
        const host = new DfuHost(board);
        host.idle().request('DNLOAD', { wValue: 2, data: [1, 2, 3, 4] });
        host.request('ABORT');
      },
      'block 2 of 4 bytes: ABORT before GETSTATUS',
    ],
  ])('%s', (_, part, act, told, options) => {
    expect(droppedBy(part, act, options)).toContain(told);
  });

  test('and of a session that does everything right nothing is', () => {
    for (const part of ['STM32F405RG', 'STM32F103C8', 'STM32G474RE', H563]) {
      const session = (board: Board): void => {
        const host = new UsartHost(board);
        host.sync();
        host.command(0x00);
        host.write(
          FLASH,
          Array.from({ length: 16 }, (_, at) => at),
        );
        expect(host.read(FLASH, 4)).toEqual([0, 1, 2, 3]);
      };
      expect(droppedBy(part, session), part).toEqual([]);
    }
  });
});
