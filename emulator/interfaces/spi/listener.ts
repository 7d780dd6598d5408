import { bootloader as bootloaderDialogue } from '../framed/bootloader.ts';
import { byteSession } from '../../bootloader/dialogue.ts';
import type { ByteSession } from '../../bootloader/dialogue.ts';
import { commandList } from '../framed/command-list.ts';
import { commandsNamed } from '../framed/commands.ts';
import { leavingBlanks, misoWhileBusy } from './quirks.ts';
import { spiWire } from './wire.ts';
import { fromFirstUse } from '../../bootloader/listening.ts';
import type { Listening } from '../../bootloader/listening.ts';
import { chipOf, commandsOn, hostOf, memoryOn, wireOn } from '../surroundings.ts';
import type { PortSurroundings } from '../surroundings.ts';
import type { SpiPort } from './port.ts';

/** The bootloader on one SPI (AN4286). */
export function listenOnSpi(port: SpiPort, on: PortSurroundings, lock: () => void): Listening {
  const { rom } = on;
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

function begin(port: SpiPort, on: PortSurroundings, lock: () => void): ByteSession {
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
  const commands = commandsOn(on, commandsNamed(commandList('SPI', rom)));
  session.start(bootloaderDialogue(environment, commands, port.name));
  return session;
}
