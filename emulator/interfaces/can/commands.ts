import { interfaces } from '../../../families/index.ts';
import type { CanRequest } from './wire.ts';
import { commandList } from '../framed/command-list.ts';
import { commandsNamed } from '../framed/commands.ts';
import type { Dialogue } from '../../bootloader/dialogue.ts';
import type { Rom } from '../../bootloader/rom.ts';
import type { Command, Environment } from '../framed/command.ts';

/** Sets the controller to so many bits per second. */
type SetSpeed = (bitsPerSecond: number) => void;

/** The commands of AN3154 in the order of Get's list. */
export function canCommands(rom: Rom, request: CanRequest, setSpeed: SetSpeed): readonly Command[] {
  return commandsNamed(commandList('CAN', rom), {
    // the note lists what is answered under protection, and Speed is not in the list
    unprotected: rom.quirk('can-speed-under-protection'),
    run: (environment) => changeSpeed(environment, request, setSpeed),
  });
}

/** One ACK at the old rate, one at the new. */
function* changeSpeed(
  { wire }: Environment,
  request: CanRequest,
  setSpeed: SetSpeed,
): Dialogue<void> {
  const code = request.frame.data[0] ?? 0;
  const speed = interfaces.CAN.speeds[code];
  if (speed === undefined) {
    const why = { refused: 'value', detail: `speed code ${code}` } as const;
    return yield* wire.refuse(why, { command: 'speed', step: 'block' });
  }
  yield* wire.accept();
  yield* wire.flush();
  setSpeed(speed);
  yield* wire.accept();
}
