import { bootloader as bootloaderDialogue } from './bootloader/bootloader.ts';
import { usartCommands } from './bootloader/command-set.ts';
import { Session } from './bootloader/dialogue.ts';
import type { Wait } from './bootloader/dialogue.ts';
import { isBroken, mirrorOf, rateError, syncsWanted } from './bootloader/port-quirks.ts';
import type { Replace } from './bootloader/replace.ts';
import { memoryOf } from './bootloader/rom.ts';
import type { Memory, Rom, RomHost } from './bootloader/rom.ts';
import { usartWire } from './bootloader/usart.ts';
import type { Wire } from './bootloader/wire.ts';
import type { Chip } from './chip/chip.ts';
import type { Operation } from './chip/operation.ts';
import type { Trace } from './trace.ts';
import type { UsartPort } from './usart-port.ts';

/** What the bootloader runs on. */
export interface BootloaderSurroundings {
  readonly chip: Chip;
  readonly trace: Trace;
  readonly rom: Rom;
  readonly ports: ReadonlyMap<string, UsartPort>;
  readonly replace: readonly Replace[];
  readonly jump: RomHost['jump'];
  readonly systemReset: RomHost['systemReset'];
  readonly operate: (operation: Operation, then: () => void) => void;
  /** A number from -1 to 1, another each time. */
  readonly chance: () => number;
}

/** The bootloader at work: a session for each port it listens on, until the chip leaves it. */
export class RunningBootloader {
  readonly #on: BootloaderSurroundings;
  readonly #sessions: ReadonlyMap<string, Session>;

  constructor(surroundings: BootloaderSurroundings) {
    this.#on = surroundings;
    const sessions = new Map<string, Session>();
    this.#sessions = sessions;
    for (const [name, port] of surroundings.ports) {
      if (!isBroken(name, surroundings.rom.quirk)) sessions.set(name, this.#session(port));
    }
  }

  stop(): void {
    for (const session of this.#sessions.values()) session.end();
  }

  /** What the session on a port waits for. */
  waiting(port: string): Wait | undefined {
    return this.#sessions.get(port)?.waiting;
  }

  #session(port: UsartPort): Session {
    const { chip, rom, trace, replace, ports, operate, jump, systemReset } = this.#on;
    const mirror = ports.get(mirrorOf(port.name, rom.quirk) ?? '');
    const session = new Session(
      {
        transmit: (bytes) => {
          port.transmit(bytes);
          mirror?.transmit(bytes);
        },
        whenFlushed: (then) => port.whenFlushed(then),
        run: operate,
      },
      { oneByteWhileBusy: rom.quirk('one-byte-while-busy') },
    );
    const host: RomHost = {
      emit: (happening) => trace.emit(happening),
      lock: () => this.#lock(port),
      jump,
      systemReset,
    };
    const wire = this.#wire(port, session);
    const memory = replace.reduce<Memory>(
      (inner, { memory: outer }) => outer?.(inner, rom) ?? inner,
      memoryOf(chip),
    );
    const commands = replace.reduce(
      (inner, { commands: outer }) => outer?.(inner, rom) ?? inner,
      usartCommands(rom),
    );
    port.connect((bytes) => session.receive(bytes));
    session.start(bootloaderDialogue({ wire, memory, rom, host }, commands, port.name));
    return session;
  }

  #wire(port: UsartPort, session: Session): Wire {
    const { rom, trace, replace } = this.#on;
    let wire: Wire;
    const plain = usartWire(
      session,
      {
        syncs: syncsWanted(port.name, rom.quirk),
        measure: () => this.#measure(port),
        mismeasure: (byte) => this.#mismeasured(port, byte),
        nacked: (reason) => trace.emit({ kind: 'nack', port: port.name, reason }),
      },
      () => wire,
    );
    wire = replace.reduce((inner, { wire: outer }) => outer?.(inner, rom) ?? inner, plain);
    return wire;
  }

  #measure(port: UsartPort): boolean {
    const { rom, trace, chance } = this.#on;
    const error = rateError(port.name, port.hostBaud, chance(), rom.quirk);
    if (error === undefined) return false;
    const baud = port.measure(error);
    trace.emit({ kind: 'select', port: port.name, ...(baud === undefined ? {} : { baud }) });
    return true;
  }

  /** AN2606: whatever comes first is measured, and a wrong rate set by it stays until reset. */
  #mismeasured(port: UsartPort, byte: number): boolean {
    const { rom, trace } = this.#on;
    const deaf = !rom.quirk('keeps-looking-after-bad-sync') || rom.quirk('deaf-after-bad-sync');
    const hex = `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    const then = deaf ? 'the port is deaf until reset' : 'the port keeps looking';
    const text = `first byte on ${port.name} was ${hex}, not 0x7F: ${then}`;
    trace.emit({ kind: 'surprise', text });
    return deaf;
  }

  #lock(selected: UsartPort): void {
    for (const port of this.#on.ports.values()) if (port !== selected) port.disconnect();
  }
}
