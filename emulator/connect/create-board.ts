import { Board } from '../board/board.ts';
import type { BoardOptions } from '../board/board-options.ts';
import type { BoardSnapshot } from '../board/snapshot.ts';
import { chooseDevice } from '../board/device-name.ts';
import { EmulatorError } from '../errors.ts';
import { Pacer, type Speed } from '../links/pacer.ts';
import type { RunToolOptions, ToolResult } from '../links/preload/exec.ts';
import type { PreloadedPort } from '../links/preload/open-preload.ts';
import { UsbBus } from '../links/usb/bus.ts';
import { WebUsb } from '../links/web-usb/web-usb.ts';
import { parseWire, RELEASED, Wiring, type ModemLines } from '../links/serial/wiring.ts';
import type { Level, PinName } from '../pins.ts';
import { linkChoices, type LinkTexts } from './link-choices.ts';
import { openLink, type Link } from './open-link.ts';
import type { Port, Ports } from './ports.ts';
import { preloadedPorts } from './preloaded-ports.ts';
import { usbBusOf } from './usb-bus-of.ts';
import { openUsbip } from './usbip.ts';

/** A board and what connects it to the outside. */
export interface CreateBoardOptions extends BoardOptions {
  /** Flash size where the name does not tell it; default the largest of the line. */
  readonly flashKiB?: number;
  /**
   * Links of the USARTs, as `--usart` takes them: `pty`, `pty:/path/of/link`, `tcp:HOST:PORT`,
   * `rfc2217:HOST:PORT`, `usbip`, with `USART3=` before it for another than the first, which is then a pty.
   * Without any the board is driven in memory.
   */
  readonly usart?: string | readonly string[];
  /**
   * Link of the USB port, as `--usb` takes it: `usbip`, `usbip:HOST:PORT`. A board with any link has one for
   * its first USART too.
   */
  readonly usb?: string;
  /** Bus Pirates on ptys, as `--i2c` and `--spi` take them: `buspirate`, `SPI2=buspirate:/path/of/link`; for I2C `usbip`. */
  readonly i2c?: string | readonly string[];
  /** Bus Pirates for SPI, in the same words. */
  readonly spi?: string | readonly string[];
  /** Slcan adapters on ptys, as `--can` takes them: `slcan`, `CAN2=slcan:/path/of/link`; or `usbip`. */
  readonly can?: string | readonly string[];
  /** What chip work costs on links: `instant` (default), `real`, or a factor by which it is faster. */
  readonly speed?: Speed;
  /** Pins that the host's DTR and RTS on the first USART drive, as `dtr=nrst,rts=boot0`; default `none`. */
  readonly wire?: string;
  /** Sees the board before any link can be opened by a host. */
  readonly onBoard?: (board: Board) => void;
}

/** A board with its links: pins and power may be moved at any time, and the chip follows at once. */
export class ConnectedBoard extends Board implements AsyncDisposable {
  readonly #links = new Map<string, Link>();
  #pacer: Pacer | undefined = undefined;
  #speed: Speed = 'instant';
  #usbBus: UsbBus | undefined = undefined;

  /** Where the linked ports are reached. @throws EmulatorError on a board without links. */
  get ports(): Ports {
    if (this.#links.size === 0) {
      throw new EmulatorError(
        "this board has no links: create it with usart: 'pty', or use usart()",
      );
    }
    return Object.fromEntries([...this.#links].map(([name, { port }]) => [name, port])) as Ports & {
      usart: Port;
    };
  }

  /** Starts the clock and opens the links; `createBoard` calls it. @throws EmulatorError for a link that the board cannot have */
  async connect(texts: LinkTexts, speed: Speed, wire: string): Promise<void> {
    const choices = linkChoices(this, texts);
    const wiring = new Wiring(parseWire(wire), this, {
      boot0: this.pinLevel('BOOT0'),
      boot1: this.pinLevel('BOOT1'),
    });
    const pacer = new Pacer(this.clock, speed);
    this.#pacer = pacer;
    this.#speed = speed;
    pacer.input(() => wiring.set(RELEASED));
    const on = { board: this, pacer, lines: (levels: ModemLines) => wiring.set(levels) };
    for (const choice of choices) {
      const { scheme } = choice;
      if (scheme === 'usbip') continue;
      this.#links.set(choice.key, await openLink(on, { ...choice, scheme }));
    }
    // the chip itself is in the first port of the bus
    const usbips = choices
      .filter(({ scheme }) => scheme === 'usbip')
      .toSorted((one, other) => Number(other.bus === 'usb') - Number(one.bus === 'usb'));
    if (usbips.length === 0) return;
    const bus = this.hasUsb ? this.#bus() : new UsbBus();
    const { server, busids } = await openUsbip(on, bus, usbips);
    const { address: host, port } = server;
    for (const [key, path] of busids) {
      const reached = { kind: 'usbip', path, host, port } as const;
      this.#links.set(key, { port: reached, close: () => server.close() });
    }
  }

  /** Sets a pin to a level; the chip follows at once. */
  override drive(pin: PinName, level: Level): void {
    this.paced(() => super.drive(pin, level));
  }

  /** Switches the power; what stands in non-volatile memories stays. */
  override power(on: boolean): void {
    this.paced(() => super.power(on));
  }

  override reset(): void {
    this.paced(() => super.reset());
  }

  override restore(snapshot: BoardSnapshot): void {
    this.paced(() => super.restore(snapshot));
  }

  /** Hosts can reach it. */
  get linked(): boolean {
    return this.#links.size > 0;
  }

  /** What chip work costs on the links, see `CreateBoardOptions.speed`. */
  get speed(): Speed {
    return this.#speed;
  }

  /** It changes while the board runs; what has passed passed at the old speed. */
  set speed(speed: Speed) {
    this.#speed = speed;
    this.#pacer?.changeSpeed(speed);
  }

  /**
   * Runs one host tool to its end, for which the linked ptys are real serial ports: parity, DTR, RTS and
   * break arrive. In `command`, `{usart}` and `{USART3}` stand for their paths, `{i2c}` and `{I2C2}` for
   * /dev/i2c-N, `{spi}` and `{SPI2}` for /dev/spidevN.0, `{can}` for the interface can0. A tool that uses libusb-1.0 finds the USB port.
   * Linux only. @throws EmulatorError where no USART is on a pty
   */
  async runTool(
    command: readonly string[],
    options: Omit<RunToolOptions, 'ports'> = {},
  ): Promise<ToolResult> {
    const ports = await this.toolPorts();
    const { runTool } = await import('../links/preload/exec.ts');
    return await runTool(command, { ...options, ports });
  }

  /**
   * What a tool finds under the preload libraries, by the names that stand for it: the linked ptys, the USB port,
   * I2C, SPI and CAN, whose device files carry `number` where a tool finds those of several boards.
   * @throws EmulatorError where no USART is on a pty
   */
  async toolPorts(number = 0): Promise<Readonly<Record<string, PreloadedPort>>> {
    const { preloadedPty } = await import('../links/preload/open-preload.ts');
    const ports: Record<string, PreloadedPort> = Object.fromEntries(
      [...this.#links].flatMap(([name, { pty }]) =>
        pty === undefined ? [] : [[name, preloadedPty(pty)]],
      ),
    );
    if (ports['usart'] === undefined) {
      throw new EmulatorError('a tool is run on a pty: leave --usart out, or give --usart pty');
    }
    if (this.hasUsb) {
      const { preloadedUsb } = await import('../links/preload/usb-port.ts');
      ports['usb'] = preloadedUsb(this.#bus(), this.trace, this.#speed);
    }
    const linked = new Set(this.#links.keys());
    return { ...ports, ...(await preloadedPorts(this, this.#pacer!, linked, number)) };
  }

  /**
   * The USB port as a page in a browser would find it: `navigator.usb` of WebUSB.
   * @throws EmulatorError on a board without USB
   */
  webUsb(): WebUsb {
    return new WebUsb(this.#bus());
  }

  /** Closes the links; what the memories hold stays readable. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closing = [...this.#links.values()].map((link) => link.close());
    this.#links.clear();
    const closed = await Promise.allSettled(closing);
    this.#pacer?.close();
    const failed = closed.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  /** Lets an action happen now, on a board with links in step with the wall clock. */
  paced(action: () => void): void {
    if (this.#pacer === undefined) action();
    else this.#pacer.input(action);
  }

  /** The USB port with its cable, the same for all links. @throws EmulatorError on a board without USB. */
  #bus(): UsbBus {
    let settling = false; // what follows from an action may be another one
    this.#usbBus ??= usbBusOf(this, this.usb(), (action) => {
      this.paced(action);
      if (this.#pacer !== undefined || settling) return;
      settling = true;
      this.run();
      settling = false;
    });
    return this.#usbBus;
  }
}

function asList(texts: string | readonly string[]): readonly string[] {
  return typeof texts === 'string' ? [texts] : texts;
}

/** Makes a board by the name of its device, powered on and booted; with `usart` or `usb` others can reach it. @throws EmulatorError for a device, option or link that there is not */
export async function createBoard(
  name: string,
  options: CreateBoardOptions = {},
): Promise<ConnectedBoard> {
  const { flashKiB, usart = [], usb = [], i2c = [], spi = [], can = [], ...others } = options;
  const { speed = 'instant', wire = 'none', onBoard, ...rest } = others;
  const chosen = chooseDevice(name, flashKiB);
  const board = new ConnectedBoard(chosen.device, chosen.flashKiB, rest);
  onBoard?.(board);
  const texts = {
    usart: asList(usart),
    usb: asList(usb),
    i2c: asList(i2c),
    spi: asList(spi),
    can: asList(can),
  };
  const linked = Object.values(texts).some(({ length }) => length > 0);
  try {
    if (linked) await board.connect(texts, speed, wire);
    else board.run();
    return board;
  } catch (error) {
    await board[Symbol.asyncDispose]();
    throw error;
  }
}
