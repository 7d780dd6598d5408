import { afterFramingError, bootloader as bootloaderDialogue } from '../framed/bootloader.ts';
import { commandList } from '../framed/command-list.ts';
import { commandsNamed } from '../framed/commands.ts';
import { byteSession } from '../../bootloader/dialogue.ts';
import { mirrorOf, rateError, syncsWanted } from './port-quirks.ts';
import { usartWire } from './wire.ts';
import { fromFirstUse } from '../../bootloader/listening.ts';
import type { Listening, Receiving } from '../../bootloader/listening.ts';
import { chipOf, commandsOn, hostOf, memoryOn, wireOn } from '../surroundings.ts';
import type { PortSurroundings } from '../surroundings.ts';
import { UsartPort } from './port.ts';
import type { UsartListener } from './port.ts';

/** The bootloader on one USART (AN3155). */
export function listenOnUsart(port: UsartPort, on: PortSurroundings, lock: () => void): Listening {
  const first = { for: 'bytes', count: 1, what: 'sync' } as const;
  const listening = fromFirstUse(first, () => begin(port, on, lock));
  port.connect((bytes, framingError) => listening.receive(bytes, framingError));
  return listening;
}

function begin(
  port: UsartPort,
  on: PortSurroundings,
  lock: () => void,
): Receiving<Parameters<UsartListener>> {
  const { rom, trace } = on;
  const twin = on.ports.get(mirrorOf(port.name, rom.quirk) ?? '')?.port;
  const mirror = twin instanceof UsartPort ? twin : undefined;
  const session = byteSession(
    {
      ...chipOf(port, on),
      transmit: (bytes) => {
        port.transmit(bytes);
        mirror?.transmit(bytes);
      },
    },
    rom.quirk('one-byte-while-busy') ? { keptWhileBusy: 1 } : {},
  );
  let selected = false;
  const wire = wireOn(on, (outer) =>
    usartWire(
      session,
      {
        syncs: syncsWanted(port.name, rom.quirk),
        measure() {
          selected = measure(port, on);
          return selected;
        },
        keepRate() {
          const kept = on.resetBy === 'option bytes' && rom.quirk('nacks-after-option-write');
          if (kept) port.measure();
          return kept;
        },
        mismeasure: (byte) => mismeasured(port, byte, on),
        nacked: (reason) => trace.emit({ kind: 'nack', port: port.name, reason }),
      },
      outer,
    ),
  );
  const environment = { wire, memory: memoryOn(on), rom, host: hostOf(on, lock) };
  const commands = commandsOn(on, commandsNamed(commandList('USART', rom)));
  session.start(bootloaderDialogue(environment, commands, port.name));
  const ignored = rom.quirk('framing-errors-ignored');
  return {
    get waiting() {
      return session.waiting;
    },
    receive(bytes, framingError) {
      const refused = framingError && !ignored && selected && session.waiting?.for === 'bytes';
      if (refused) session.restart(afterFramingError(environment, commands, port.name));
      else session.receive(bytes);
    },
    end: () => session.end(),
  };
}

function measure(port: UsartPort, { rom, trace, chance }: PortSurroundings): boolean {
  const error = rateError(port.name, port.hostBaud, chance(), rom.quirk);
  if (error === undefined) return false;
  const baud = port.measure(error);
  trace.emit({ kind: 'select', port: port.name, ...(baud === undefined ? {} : { baud }) });
  return true;
}

/** AN2606: whatever comes first is measured, and a wrong rate set by it stays until reset. */
function mismeasured(port: UsartPort, byte: number, { rom, trace }: PortSurroundings): boolean {
  const deaf = !rom.quirk('keeps-looking-after-bad-sync') || rom.quirk('deaf-after-bad-sync');
  const hex = `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  const then = deaf ? 'the port is deaf until reset' : 'the port keeps looking';
  const text = `first byte on ${port.name} was ${hex}, not 0x7F: ${then}`;
  trace.emit({ kind: 'surprise', text, ...(deaf ? { until: 'reset' } : {}) });
  return deaf;
}
