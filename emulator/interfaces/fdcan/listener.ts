import { interfaces } from '../../../families/index.ts';
import { bootloader as bootloaderDialogue } from '../framed/bootloader.ts';
import { frameSession, withoutExtended } from '../can/frames.ts';
import type { FrameSession } from '../can/frames.ts';
import { commandList } from '../framed/command-list.ts';
import { commandsNamed } from '../framed/commands.ts';
import { fdcanWire } from './wire.ts';
import type { CanPort } from '../can/port.ts';
import { fromFirstUse } from '../../bootloader/listening.ts';
import type { Listening } from '../../bootloader/listening.ts';
import { chipOf, commandsOn, hostOf, memoryOn, wireOn } from '../surroundings.ts';
import type { PortSurroundings } from '../surroundings.ts';

/** The bootloader on one FDCAN (AN5405): it begins with a frame. */
export function listenOnFdcan(port: CanPort, on: PortSurroundings, lock: () => void): Listening {
  const first = { for: 'frames', count: 1, what: 'start frame' } as const;
  const listening = fromFirstUse(first, () => begin(port, on, lock));
  port.connect(on.rom.device.fdcanRates ?? interfaces.FDCAN.rates, (item) => {
    if (withoutExtended(item, on.trace)) listening.receive([item]);
  });
  return listening;
}

function begin(port: CanPort, on: PortSurroundings, lock: () => void): FrameSession {
  const { rom, trace } = on;
  const session = frameSession({
    ...chipOf(port, on),
    transmit: (frames) => port.transmit(frames),
  });
  const wire = wireOn(on, (outer) =>
    fdcanWire(
      session,
      rom,
      {
        selected: () => trace.emit({ kind: 'select', port: port.name, baud: port.rate.nominal }),
        nacked: (reason) => trace.emit({ kind: 'nack', port: port.name, reason }),
        dropped: (what, why) => trace.emit({ kind: 'dropped', port: port.name, what, why }),
      },
      outer,
    ),
  );
  const environment = { wire, memory: memoryOn(on), rom, host: hostOf(on, lock) };
  const commands = commandsOn(on, commandsNamed(commandList('FDCAN', rom)));
  session.start(bootloaderDialogue(environment, commands, port.name));
  return session;
}
