import type { Dialogue } from '../../bootloader/dialogue.ts';
import type { Command, Environment } from './command.ts';
import { tellingRequests } from './telling-requests.ts';

/** The bootloader on one port: wait to be selected, then command after command until a reset. */
export function* bootloader(
  environment: Environment,
  commands: readonly Command[],
  port: string,
): Dialogue<never> {
  const { wire, host } = environment;
  yield* wire.select();
  host.lock();
  return yield* serve(environment, commands, port);
}

/** A character whose stop bit was low ends the command that it belongs to. */
export function* afterFramingError(
  environment: Environment,
  commands: readonly Command[],
  port: string,
): Dialogue<never> {
  const detail = 'a stop bit was low: the host sends without parity, or at another rate';
  yield* environment.wire.refuse({ refused: 'framing-error', detail }, { step: 'command' });
  return yield* serve(environment, commands, port);
}

function* serve(
  environment: Environment,
  commands: readonly Command[],
  port: string,
): Dialogue<never> {
  const { memory, rom, host } = environment;
  let refused = false;
  const wire = tellingRequests(environment.wire, {
    request: (request) => host.emit({ kind: 'request', port, ...request }),
    refused: () => (refused = true),
  });
  const heard = { ...environment, wire };
  for (;;) {
    const opcode = yield* wire.command();
    if (opcode === 'malformed') continue;
    const command = commands.find((candidate) => candidate.opcode === opcode);
    if (command === undefined) {
      const detail = `opcode 0x${opcode.toString(16).padStart(2, '0')}`;
      yield* wire.refuse({ refused: 'unknown-command', detail }, { step: 'command' });
      continue;
    }
    host.emit({ kind: 'command', port, name: command.name, opcode });
    // judged anew for each command, between the complement and the answer, and not again later
    if (memory.level >= 1 && !command.unprotected) {
      const why = {
        refused: 'protected',
        detail: `readout protection level ${memory.level}`,
      } as const;
      yield* wire.refuse(why, { command: command.name, step: 'command' });
      continue;
    }
    const silent = command.name === 'go' && rom.quirk('go-first-ack-missing');
    if (!silent) yield* wire.acceptCommand();
    else
      host.emit({ kind: 'dropped', port, what: 'ACK of go', why: 'a limitation of this version' });
    refused = false;
    yield* command.run(heard);
    if (!refused) host.emit({ kind: 'done', port, name: command.name });
  }
}
