import { surrounded } from './command-kit.ts';
import type { Environment } from './command-kit.ts';
import { changed, commandsMutant, overlay, wireMutant } from './kit.ts';
import type { Command, Mutant } from './kit.ts';

/** A command that runs otherwise from its second time on. */
export function onceOnly(
  name: string,
  wrong: string,
  command: Command['name'],
  later: (environment: Environment) => ReturnType<Command['run']>,
): Mutant {
  return commandsMutant(name, wrong, (all) => {
    let ran = false;
    return changed(all, command, (each) => ({
      ...each,
      *run(environment) {
        yield* ran ? later(environment) : each.run(environment);
        ran = true;
      },
    }));
  });
}

/** A device on which Read Memory is served the second time it is asked for under readout protection. */
export const wearingOff: Mutant = commandsMutant(
  'protection-wears-off',
  'readout protection refuses the first Read Memory alone',
  (all) => {
    let asked = 0;
    return changed(all, 'read-memory', (each) => ({
      ...each,
      get unprotected() {
        return ++asked > 1;
      },
    }));
  },
);

/** A device that is not reset behind a write to the option bytes. */
export const optionsWithoutReset: Mutant = surrounded(
  'options-without-reset',
  'no reset follows a write to the option bytes',
  'write-memory',
  (environment) => ({
    ...environment,
    memory: overlay(environment.memory, {
      regionAt(address) {
        const region = environment.memory.regionAt(address);
        return region?.kind === 'option-bytes' ? { ...region, kind: 'sram' } : region;
      },
    }),
  }),
);

/** A device that is not reset behind Write Protect. */
export const protectWithoutReset: Mutant = commandsMutant(
  'write-protect-without-reset',
  'no reset follows write-protect',
  (all) =>
    changed(all, 'write-protect', (each) => ({
      ...each,
      *run({ wire, memory }) {
        const request = yield* wire.writeProtectRequest();
        if (request === 'answered') return;
        const operation = memory.writeProtect(request.codes);
        if ('refused' in operation) return;
        yield* wire.busy(operation);
        yield* wire.accept();
      },
    })),
);

/** A device that is not heard of for one command behind a NACK. */
export const deafBehindNack: Mutant = wireMutant(
  'deaf-after-nack',
  'the command behind a refused one is lost',
  (wire) => {
    let refused = false;
    return {
      *command() {
        if (refused) {
          refused = false;
          yield* wire.command();
        }
        return yield* wire.command();
      },
      *refuse(why, at) {
        refused = true;
        yield* wire.refuse(why, at);
      },
    };
  },
);

/** A device whose list of commands has one wrong bit. */
export const damagedList: Mutant = wireMutant(
  'list-code-damaged',
  'one bit of the code of Write Unprotect is wrong in the list of Get',
  (wire) => ({
    *replyCounted(bytes) {
      yield* wire.replyCounted(bytes.map((byte) => (byte === 0x73 ? 0x77 : byte)));
    },
  }),
);

export const damagedId: Mutant = wireMutant(
  'product-id-bit-wrong',
  'one bit of the product ID is wrong',
  (wire) => ({
    *replyId(bytes) {
      yield* wire.replyId(bytes.with(1, bytes[1]! ^ 0x01));
    },
  }),
);

export const idInTwoFrames: Mutant = wireMutant(
  'product-id-in-two-frames',
  'each byte of the product ID has a frame of its own',
  (wire) => ({
    *replyId(bytes) {
      for (const byte of bytes) yield* wire.reply(Uint8Array.of(byte));
    },
  }),
);

export const optionFrameMissing: Mutant = wireMutant(
  'version-option-bytes-missing',
  'the two bytes behind the version are not sent',
  (wire) => ({
    *replyVersion(version) {
      yield* wire.reply(Uint8Array.of(version));
    },
  }),
);

/** A device that sends the frames of a read in another order, or other ones. */
export function framesOfReads(
  name: string,
  wrong: string,
  width: number,
  change: (frames: Uint8Array[]) => readonly Uint8Array[],
): Mutant {
  return wireMutant(name, wrong, (wire) => ({
    *replyMemory(bytes) {
      const frames: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += width) frames.push(bytes.slice(at, at + width));
      const sent = change(frames).flatMap((frame) => [...frame]);
      yield* wire.replyMemory(Uint8Array.from(sent));
    },
  }));
}

/** A device that makes something else of the data of a write. */
export function writesInFrames(
  name: string,
  wrong: string,
  change: (data: Uint8Array) => Uint8Array,
): Mutant {
  return wireMutant(name, wrong, (wire) => ({
    *writeRequest(check) {
      const request = yield* wire.writeRequest(check);
      return request === 'answered' ? request : { ...request, data: change(request.data) };
    },
  }));
}
