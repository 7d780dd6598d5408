import type { Board } from '../board/board.ts';
import { Pacer } from '../links/pacer.ts';
import type { PreloadedPort } from '../links/preload/open-preload.ts';
import { parseWire, RELEASED, Wiring } from '../links/serial/wiring.ts';
import type { UsartPins } from '../interfaces/usart/pins.ts';

/** How a USART is opened for a host. */
export interface HostPortOptions {
  /** Pins that DTR and RTS drive, as `dtr=nrst,rts=boot0`; default `none`. */
  readonly wire?: string;
  /** Puts something between the port and the pins of the chip, such as a line that spoils bytes. */
  readonly through?: (pins: UsartPins) => UsartPins;
}

/** A port of a board as one host tool reaches it; `openPreload` makes it real for the tool. */
export interface HostPort extends PreloadedPort, AsyncDisposable {
  /** Takes the port away, even from under a tool. */
  unplug(): Promise<void>;
}

/** Opens the first USART of a board as a pseudo-terminal of its own; chip work costs no wall time. */
export async function openUsart(board: Board, options: HostPortOptions = {}): Promise<HostPort> {
  const { openPty } = await import('../links/serial/pty.ts');
  const { preloadedPty } = await import('../links/preload/open-preload.ts');
  const wiring = new Wiring(parseWire(options.wire ?? 'none'), board, {
    boot0: board.pinLevel('BOOT0'),
    boot1: board.pinLevel('BOOT1'),
  });
  const pins = options.through?.(board.usart()) ?? board.usart();
  const pacer = new Pacer(board.clock, 'instant');
  try {
    pacer.input(() => wiring.set(RELEASED));
    const link = await openPty(pins, pacer, board.trace, { lines: (levels) => wiring.set(levels) });
    return {
      ...preloadedPty(link),
      unplug: () => link.close(),
      async [Symbol.asyncDispose]() {
        await link.close();
        pacer.close();
      },
    };
  } catch (error) {
    pacer.close();
    throw error;
  }
}
