import { commandsMutant, speaks, wireMutant } from '../kit.ts';
import type { Command, Kinds, Mutant, Wire } from '../kit.ts';

/** Get lists other opcodes. */
export const relisted = (
  name: string,
  wrong: string,
  change: (opcodes: readonly number[]) => readonly number[],
): Mutant =>
  speaks(name, wrong, 'get', (wire) => ({
    *replyCounted(bytes) {
      yield* wire.replyCounted(Uint8Array.of(bytes[0]!, ...change([...bytes.subarray(1)])));
    },
  }));

/** The second Get of a session leaves the last command out. */
export function shrinking(name: string): Mutant {
  let times = 0;
  let last: Wire | undefined;
  return speaks(name, 'a second Get leaves the last command out', 'get', (wire) => {
    // a wire for each session
    if (last !== wire) times = 0;
    last = wire;
    times++;
    return {
      replyCounted: (bytes) => wire.replyCounted(times > 1 ? bytes.subarray(0, -1) : bytes),
    };
  });
}

/** Get Version answers these frames, or these bytes. */
export const versioned = (
  name: string,
  wrong: string,
  answer: (version: number) => readonly (readonly number[])[],
): Mutant =>
  speaks(name, wrong, 'get-version', (wire) => ({
    *replyVersion(version) {
      for (const part of answer(version)) yield* wire.reply(Uint8Array.from(part));
    },
  }));

/** Get ID answers another ID. */
const identified = (name: string, wrong: string, change: (id: Uint8Array) => Uint8Array): Mutant =>
  wireMutant(name, wrong, (wire) => ({
    *replyId(id) {
      yield* wire.replyId(change(id));
    },
  }));

/** What Get answers, count and all. */
export const counted = (
  name: string,
  wrong: string,
  command: Command['name'],
  change: (bytes: Uint8Array) => Uint8Array,
): Mutant =>
  speaks(name, wrong, command, (wire) => {
    const reply = (bytes: Uint8Array): ReturnType<Wire['reply']> =>
      wire.reply(change(Uint8Array.of(bytes.length - 1, ...bytes)));
    return { replyCounted: reply, replyId: reply };
  });

/** Get answers its parts in other frames. */
export const framed = (
  name: string,
  wrong: string,
  frames: (bytes: readonly number[]) => readonly (readonly number[])[],
): Mutant =>
  speaks(name, wrong, 'get', (wire) => ({
    *replyCounted(bytes) {
      for (const frame of frames([...bytes])) yield* wire.reply(Uint8Array.from(frame));
    },
  }));

/** Opcodes are taken, too, and carried out as other commands are. */
export const alsoOffered = (
  name: string,
  wrong: string,
  others: readonly {
    readonly opcode: number;
    readonly as: Command['name'];
    readonly name?: Command['name'];
  }[],
): Mutant =>
  commandsMutant(name, wrong, (all) => [
    ...all,
    ...others.map(({ as, ...other }) => ({ ...all.find((each) => each.name === as)!, ...other })),
  ]);

export const bothErases = (name: string): Mutant =>
  alsoOffered(name, 'Erase is carried out next to Extended Erase', [
    { opcode: 0x43, as: 'extended-erase', name: 'erase' },
  ]);

export const checksumTooEarly = alsoOffered(
  'checksum-too-early',
  'a bootloader of an older protocol takes 0xA1',
  [{ opcode: 0xa1, as: 'get-version' }],
);

/** What a command answers under readout protection. */
export const hidden = (
  name: string,
  wrong: string,
  command: Command['name'],
  change: (wire: Wire) => Partial<Wire>,
): Mutant =>
  speaks(name, wrong, command, (wire, { memory }) => (memory.level === 0 ? {} : change(wire)));

const oneShort = relisted('list-one-short', 'Get leaves the last command out', (all) =>
  all.slice(0, -1),
);

/** Devices that say wrong things of themselves, or offer other commands. */
export const describing: Kinds = {
  commands: [
    identified('id-swapped', 'Get ID sends the low byte first', (id) => id.toReversed()),
    relisted('list-in-wrong-order', 'Get lists the commands in another order', (all) => [
      ...all.slice(0, 3),
      ...all.slice(3).reverse(),
    ]),
  ],
  oneForm: [oneShort],
  bytes: [
    shrinking('second-get-shorter'),
    bothErases('both-erases'),
    hidden('id-hidden-under-rdp', 'under protection the product ID is 0', 'get-id', (wire) => ({
      replyId: (bytes) => wire.replyId(bytes.map(() => 0)),
    })),
  ],
  bytesInOneForm: [
    framed('get-count-off-by-one', 'Get counts the bytes themselves, not one less', (bytes) => [
      [bytes.length, ...bytes],
    ]),
    framed('get-version-wrong', 'Get reports a version one higher', ([version, ...opcodes]) => [
      [opcodes.length, version! + 1, ...opcodes],
    ]),
    identified('id-of-another-line', 'Get ID answers the ID of another line', () =>
      Uint8Array.of(0x04, 0xff),
    ),
    counted('id-count-wrong', 'Get ID counts all bytes of the ID', 'get-id', (bytes) =>
      bytes.with(0, 2),
    ),
    relisted('list-with-both-erases', 'Get lists Erase next to Extended Erase', (all) =>
      all.flatMap((opcode) => (opcode === 0x44 ? [0x43, opcode] : [opcode])),
    ),
    versioned('get-version-bytes-not-zero', 'bytes behind the version are not 0', (version) => [
      [version, 1, 2],
    ]),
    versioned('get-version-differs', 'Get Version reports another version than Get', (version) => [
      [version - 1, 0, 0],
    ]),
    hidden(
      'list-shrinks-under-rdp',
      'under protection Get lists three commands',
      'get',
      (wire) => ({ replyCounted: (bytes) => wire.replyCounted(bytes.slice(0, 4)) }),
    ),
  ],
  frames: [
    versioned(
      'version-bytes-apart',
      'the two bytes behind the version come in two frames',
      (version) => [[version], [0], [0]],
    ),
    framed('list-count-with-version', 'Get counts the version too', (bytes) =>
      [bytes.length, ...bytes].map((byte) => [byte]),
    ),

    relisted('list-code-damaged', 'a bit of the list of Get is wrong', (all) =>
      all.map((opcode) => (opcode === 0x73 ? 0x77 : opcode)),
    ),
    identified('product-id-bit-wrong', 'one bit of the product ID is wrong', (id) =>
      id.with(1, id[1]! ^ 0x01),
    ),
    wireMutant('product-id-in-two-frames', 'the product ID comes in two frames', (wire) => ({
      *replyId(bytes) {
        for (const byte of bytes) yield* wire.reply(Uint8Array.of(byte));
      },
    })),
    versioned('version-option-bytes-missing', 'no bytes follow the version', (version) => [
      [version],
    ]),
  ],
};
