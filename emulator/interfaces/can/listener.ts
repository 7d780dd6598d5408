import { interfaces } from '../../../families/index.ts';
import { bootloader as bootloaderDialogue } from '../framed/bootloader.ts';
import { canCommands } from './commands.ts';
import { frameSession, withoutExtended } from './frames.ts';
import type { FrameSession } from './frames.ts';
import { canWire, noRequest } from './wire.ts';
import type { ClockGuess } from './wire.ts';
import type { CanPort } from './port.ts';
import { fromFirstUse } from '../../bootloader/listening.ts';
import type { Listening } from '../../bootloader/listening.ts';
import { chipOf, commandsOn, hostOf, memoryOn, wireOn } from '../surroundings.ts';
import type { PortSurroundings } from '../surroundings.ts';

/** How long a frame is waited for at each guess (AN3154, figure 2): crystal guessed, crystal measured. */
const GUESSED_FOR = 1500;
const MEASURED_FOR = 3000;

/** The bootloader on one classic CAN (AN3154): it begins with an edge. */
export function listenOnCan(port: CanPort, on: PortSurroundings, lock: () => void): Listening {
  const first = { for: 'frames', count: 1, what: 'edge' } as const;
  const listening = fromFirstUse(first, () => begin(port, on, lock));
  port.watch(() => listening.receive(['bus error']));
  return listening;
}

function begin(port: CanPort, on: PortSurroundings, lock: () => void): FrameSession {
  const { rom, trace, clock, crystal, systemReset } = on;
  const session = frameSession({
    ...chipOf(port, on),
    transmit: (frames) => port.transmit(frames),
  });
  const nacked = (reason: string): void => trace.emit({ kind: 'nack', port: port.name, reason });
  const request = noRequest();
  const wire = wireOn(on, (outer) =>
    canWire(
      session,
      {
        now: () => clock.now,
        woken() {
          lock(); // the search for the clock ends in a frame or in a reset
          return clockGuesses(rom.device.canCrystals, crystal);
        },
        tune(guess) {
          const nominal = (interfaces.CAN.rates.nominal * crystal) / guess.crystal;
          port.connect({ nominal }, (item) => {
            if (withoutExtended(item, trace)) session.receive([item]);
          });
        },
        selected: () => trace.emit({ kind: 'select', port: port.name, baud: port.rate.nominal }),
        clockNotFound() {
          const text = `${port.name}: no frame with identifier 0x79 at 125 kbit/s: the chip resets`;
          trace.emit({ kind: 'surprise', text });
          systemReset('CAN clock search');
        },
        erasesAnsweredPerPage: rom.quirk('can-erase-acknowledges-pages'),
        nacked,
        dropped: (what, why) => trace.emit({ kind: 'dropped', port: port.name, what, why }),
      },
      request,
      outer,
    ),
  );
  const environment = { wire, memory: memoryOn(on), rom, host: hostOf(on, lock) };
  const commands = commandsOn(
    on,
    canCommands(rom, request, (nominal) => port.setRate({ nominal })),
  );
  session.start(bootloaderDialogue(environment, commands, port.name));
  return session;
}

/**
 * Crystals in MHz that the ROM tries: those of the line where it cannot measure, else the whole number of
 * MHz that it measures, 4 to 26 (AN3154, figure 2). None where there is no crystal.
 */
function clockGuesses(
  known: readonly number[] | undefined,
  crystal: number,
): readonly ClockGuess[] {
  if (crystal === 0) return [];
  if (known !== undefined) return known.map((each) => ({ crystal: each, within: GUESSED_FOR }));
  const measured = Math.round(crystal);
  return measured < 4 || measured > 26 ? [] : [{ crystal: measured, within: MEASURED_FOR }];
}
