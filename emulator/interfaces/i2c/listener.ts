import { bootloader as bootloaderDialogue } from '../framed/bootloader.ts';
import { byteSession } from '../../bootloader/dialogue.ts';
import type { ByteSession } from '../../bootloader/dialogue.ts';
import { commandList } from '../framed/command-list.ts';
import { commandsNamed } from '../framed/commands.ts';
import { i2cTimeOut } from './quirks.ts';
import { i2cWire } from './wire.ts';
import type { WorkingCommand } from './wire.ts';
import type { Rom } from '../../bootloader/rom.ts';
import { fromFirstUse } from '../../bootloader/listening.ts';
import type { Listening } from '../../bootloader/listening.ts';
import type { I2cPort, WhileBusy } from './port.ts';
import { chipOf, commandsOn, hostOf, memoryOn, wireOn } from '../surroundings.ts';
import type { PortSurroundings } from '../surroundings.ts';

/** The bootloader on one I2C (AN4221). */
export function listenOnI2c(port: I2cPort, on: PortSurroundings, lock: () => void): Listening {
  const { rom, trace, systemReset } = on;
  const first = { for: 'bytes', count: 1, what: 'its address' } as const;
  const listening = fromFirstUse(first, () => begin(port, on, lock));
  const timeOut = i2cTimeOut(rom);
  port.connect({
    waiting: () => listening.waiting,
    receive: (bytes) => listening.receive(bytes),
    stretch: rom.device.connection?.i2cStretchUs ?? 0,
    selectedByAddress: rom.quirk('i2c-probe-locks'),
    timeOut,
    timedOut() {
      const text = `${port.name}: the host was silent within a command for ${timeOut / 1000} ms: the chip resets`;
      trace.emit({ kind: 'surprise', text });
      systemReset('I2C time-out');
    },
  });
  return listening;
}

function begin(port: I2cPort, on: PortSurroundings, lock: () => void): ByteSession {
  const { rom, trace, operate } = on;
  const session = byteSession({
    ...chipOf(port, on),
    transmit: (bytes) => port.offer(bytes),
    run(operation, then) {
      port.working();
      operate(operation, () => {
        then();
        port.wake();
      });
    },
  });
  const wire = wireOn(on, (outer) =>
    i2cWire(
      session,
      {
        selected: () => trace.emit({ kind: 'select', port: port.name }),
        between: () => port.idle(),
        begins: (command) => port.answerWhileBusy(whileBusy(command, rom)),
        nacked: (reason) => trace.emit({ kind: 'nack', port: port.name, reason }),
      },
      outer,
    ),
  );
  const environment = { wire, memory: memoryOn(on), rom, host: hostOf(on, lock) };
  const commands = commandsOn(on, commandsNamed(commandList('I2C', rom)));
  session.start(bootloaderDialogue(environment, commands, port.name));
  return session;
}

/** AN4221: a no-stretch command answers busy, but for what versions do wrong. */
function whileBusy(command: WorkingCommand, rom: Rom): WhileBusy {
  if (command === 'stretch' || rom.quirk('i2c-no-stretch-stretches')) return 'hold';
  const late = command === 'no-stretch-erase' && rom.quirk('i2c-no-stretch-erase-stretches');
  return late ? 'hold-then-busy' : 'busy';
}
