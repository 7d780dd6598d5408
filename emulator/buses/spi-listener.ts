import { bootloader as bootloaderDialogue } from '../bootloader/bootloader.ts';
import { byteSession } from '../bootloader/dialogue.ts';
import type { ByteSession } from '../bootloader/dialogue.ts';
import { spiCommands } from '../bootloader/spi-commands.ts';
import { leavingBlanks, misoWhileBusy } from '../bootloader/spi-quirks.ts';
import { spiWire } from '../bootloader/spi.ts';
import { fromFirstUse } from './from-first-use.ts';
import { chipOf, commandsOn, hostOf, memoryOn, romOn, wireOn } from './listening.ts';
import type { BootloaderSurroundings, Listening } from './listening.ts';
import type { SpiPort } from './spi-port.ts';

/** The bootloader on one SPI (AN4286). */
export function listenOnSpi(
  port: SpiPort,
  surroundings: BootloaderSurroundings,
  lock: () => void,
): Listening {
  const rom = romOn(surroundings, 'SPI');
  const on = { ...surroundings, rom };
  const first = { for: 'bytes', count: 1, what: 'sync' } as const;
  const listening = fromFirstUse(first, () => begin(port, on, lock));
  if (rom.quirk('spi-needs-two-resets') && on.starts < 2) return listening;
  port.connect({
    waiting: () => listening.waiting,
    receive: (bytes) => listening.receive(bytes),
    needsEdge: rom.quirk('spi-needs-nss-edge'),
  });
  return listening;
}

function begin(port: SpiPort, on: BootloaderSurroundings, lock: () => void): ByteSession {
  const { rom, trace, operate, chance } = on;
  const session = byteSession({
    ...chipOf(port, on),
    transmit: (bytes) => port.offer(bytes),
    run(operation, then) {
      port.working(misoWhileBusy(operation, rom));
      operate(operation, then);
    },
  });
  const wire = wireOn(on, (outer) =>
    spiWire(
      session,
      {
        answer: (before, answer) => port.answer(before, answer),
        fetched: () => port.fetched(),
        selected() {
          port.drive();
          trace.emit({ kind: 'select', port: port.name });
        },
        deafAfterBadSync: rom.quirk('spi-deaf-after-bad-sync'),
        nacked: (reason) => trace.emit({ kind: 'nack', port: port.name, reason }),
        dropped: (what, why) => trace.emit({ kind: 'dropped', port: port.name, what, why }),
      },
      outer,
    ),
  );
  const plain = memoryOn(on);
  const memory = rom.quirk('spi-write-leaves-blanks')
    ? leavingBlanks(plain, rom, {
        clocked: () => port.clocked,
        chance,
        emit: (happening) => trace.emit(happening),
      })
    : plain;
  const environment = { wire, memory, rom, host: hostOf(on, lock) };
  const commands = commandsOn(on, spiCommands(rom));
  session.start(bootloaderDialogue(environment, commands, port.name));
  return session;
}
