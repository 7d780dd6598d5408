import { byteSession } from '../../bootloader/dialogue.ts';
import type { ByteSession } from '../../bootloader/dialogue.ts';
import { fromFirstUse } from '../../bootloader/listening.ts';
import type { Listening } from '../../bootloader/listening.ts';
import { bootloader as bootloaderDialogue } from '../framed/bootloader.ts';
import { chipOf, commandsOn, hostOf, memoryOn, wireOn } from '../surroundings.ts';
import type { PortSurroundings } from '../surroundings.ts';
import { i3cCommands } from './commands.ts';
import type { I3cPort } from './port.ts';
import { deafBehindRead, i3cTimeOut } from './quirks.ts';
import { i3cWire } from './wire.ts';

/** The bootloader on one I3C (AN5927). */
export function listenOnI3c(port: I3cPort, on: PortSurroundings, lock: () => void): Listening {
  const { rom, trace, systemReset } = on;
  const first = { for: 'bytes', count: 1, what: 'sync' } as const;
  const listening = fromFirstUse(first, () => begin(port, on, lock));
  const timeOut = i3cTimeOut(rom);
  port.connect({
    waiting: () => listening.waiting,
    receive: (bytes) => listening.receive(bytes),
    timeOut,
    timedOut() {
      const text = `${port.name}: the host was silent within a command for ${Math.round(timeOut! / 1e6)} s: the chip resets`;
      trace.emit({ kind: 'surprise', text });
      systemReset('I3C time-out');
    },
  });
  return listening;
}

function begin(port: I3cPort, on: PortSurroundings, lock: () => void): ByteSession {
  const { rom, trace, operate, chance } = on;
  const session = byteSession({
    ...chipOf(port, on),
    transmit: (bytes) => port.offer(bytes),
    run(operation, then) {
      port.working();
      operate(operation, then);
    },
  });
  let goesOn = (): boolean => false;
  const wire = wireOn(on, (outer) => {
    const made = i3cWire(
      session,
      {
        interrupt: (byte) => port.interrupt(byte),
        selected: () => trace.emit({ kind: 'select', port: port.name }),
        between: () => port.between(),
        begins: () => port.begins(),
        readOver: () => port.deafFor(deafBehindRead(rom, chance)),
        nacked: (reason) => trace.emit({ kind: 'nack', port: port.name, reason }),
        dropped: (what, why) => trace.emit({ kind: 'dropped', port: port.name, what, why }),
        eraseSumsComplemented: rom.quirk('i3c-erase-checksum-complemented'),
        emptySpecialsRefused: rom.quirk('i3c-empty-special-refused'),
        outlivesBadChunk: rom.quirk('i3c-bad-chunk-outlived'),
      },
      outer,
    );
    ({ goesOn } = made);
    return made.wire;
  });
  const environment = { wire, memory: memoryOn(on), rom, host: hostOf(on, lock) };
  const commands = commandsOn(
    on,
    i3cCommands(rom, () => goesOn()),
  );
  session.start(bootloaderDialogue(environment, commands, port.name));
  return session;
}
