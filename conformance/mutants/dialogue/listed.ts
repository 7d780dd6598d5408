import { BYTES, FRAMES, commandsMutant, on, speaks, wireMutant } from '../kit.ts';
import type { Command, Mutant, Wire } from '../kit.ts';

/** Get lists other opcodes. */
const relisted = (
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
function shrinking(name: string): Mutant {
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
const versioned = (
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
const counted = (
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
const framed = (
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
const alsoOffered = (
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

const bothErases = (name: string): Mutant =>
  alsoOffered(name, 'Erase is carried out next to Extended Erase', [
    { opcode: 0x43, as: 'extended-erase', name: 'erase' },
  ]);

const checksumTooEarly = alsoOffered(
  'checksum-too-early',
  'a bootloader of an older protocol takes 0xA1',
  [{ opcode: 0xa1, as: 'get-version' }],
);

/** What a command answers under readout protection. */
const hidden = (
  name: string,
  wrong: string,
  command: Command['name'],
  change: (wire: Wire) => Partial<Wire>,
): Mutant =>
  speaks(name, wrong, command, (wire, { memory }) => (memory.level === 0 ? {} : change(wire)));

const swapped = (name: string): Mutant =>
  identified(name, 'Get ID sends the low byte first', (id) => id.toReversed());

const oneShort = relisted('list-one-short', 'Get leaves the last command out', (all) =>
  all.slice(0, -1),
);

const bytesApart = (name: string): Mutant =>
  versioned(name, 'the two bytes behind the version come in two frames', (version) => [
    [version],
    [0],
    [0],
  ]);

const countsVersion = (name: string): Mutant =>
  framed(name, 'Get counts the version too', (bytes) =>
    [bytes.length, ...bytes].map((byte) => [byte]),
  );

/** Devices that say wrong things of themselves, or offer other commands. */
export const describing: readonly Mutant[] = [
  ...on({ over: ['usart', 'fdcan', 'i2c', 'spi', 'i3c'] }, [
    swapped('id-swapped'),
    relisted('list-in-wrong-order', 'Get lists the commands in another order', (all) => [
      ...all.slice(0, 3),
      ...all.slice(3).reverse(),
    ]),
  ]),
  ...on({ over: ['usart', 'can', 'spi', 'i3c'] }, [oneShort]),
  ...on(BYTES, [
    shrinking('second-get-shorter'),
    bothErases('both-erases'),
    hidden('id-hidden-under-rdp', 'under protection the product ID is 0', 'get-id', (wire) => ({
      replyId: (bytes) => wire.replyId(bytes.map(() => 0)),
    })),
  ]),
  ...on(FRAMES, [
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
  ]),
  ...on({ over: ['usart', 'spi'] }, [
    counted('id-count-wrong', 'Get ID counts all bytes of the ID', 'get-id', (bytes) =>
      bytes.with(0, 2),
    ),
  ]),
  ...on({ over: ['usart', 'spi', 'i3c'] }, [
    framed('get-count-off-by-one', 'Get counts the bytes themselves, not one less', (bytes) => [
      [bytes.length, ...bytes],
    ]),
    framed('get-version-wrong', 'Get reports a version one higher', ([version, ...opcodes]) => [
      [opcodes.length, version! + 1, ...opcodes],
    ]),
    identified('id-of-another-line', 'Get ID answers the ID of another line', () =>
      Uint8Array.of(0x04, 0xff),
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
  ]),
  ...on({ over: 'usart', part: 'erase' }, [
    alsoOffered('both-erases-v2', 'Extended Erase is carried out next to Erase', [
      { opcode: 0x44, as: 'erase', name: 'extended-erase' },
    ]),
  ]),
  ...on('i2c', [
    counted('get-count-wrong', 'Get counts one command too few', 'get', (bytes) =>
      bytes.with(0, bytes[0]! - 1),
    ),
    counted('get-version-in-list-wrong', 'Get reports another version', 'get', (bytes) =>
      bytes.with(1, bytes[1]! + 1),
    ),
    counted('list-shrinks', 'Get leaves the last command out and fills up', 'get', (bytes) =>
      bytes.with(bytes.length - 1, 0),
    ),
    versioned('version-wrong', 'Get Version reports another version', (version) => [[version - 1]]),
    counted('id-counted-wrong', 'Get ID counts all bytes of the ID', 'get-id', (bytes) =>
      bytes.with(0, 2),
    ),
  ]),
  ...on({ over: 'i2c', part: 'stretch-only' }, [
    alsoOffered(
      'no-stretch-too-early',
      'a bootloader of protocol 1.0 takes the no-stretch commands',
      [
        { opcode: 0x45, as: 'extended-erase', name: 'no-stretch-erase' },
        { opcode: 0x32, as: 'write-memory', name: 'no-stretch-write-memory' },
        ...[0x64, 0x74, 0x83, 0x93].map((opcode) => ({ opcode, as: 'get-version' }) as const),
      ],
    ),
    checksumTooEarly,
  ]),
  ...on({ over: ['spi', 'i3c'] }, [
    hidden('get-not-ended-under-rdp', 'under readout protection Get lacks its ACK', 'get', () => ({
      *accept() {},
    })),
  ]),
  ...on({ over: 'i3c', part: 'special' }, [
    alsoOffered(
      'optional-commands-taken',
      'commands that are not in the list are taken',
      [0x51, 0x82, 0x92].map((opcode) => ({ opcode, as: 'get-version' }) as const),
    ),
  ]),
  ...on('spi', [
    checksumTooEarly,
    versioned('get-version-with-option-bytes', 'two bytes follow the version', (version) => [
      [version, 0, 0],
    ]),
  ]),
  ...on('can', [
    relisted('list-with-extended-erase', 'Get lists Extended Erase', (all) =>
      all.map((opcode) => (opcode === 0x43 ? 0x44 : opcode)),
    ),
    framed('list-in-one-frame', 'Get sends its opcodes in whole frames', (bytes) => {
      const all = [bytes.length - 1, ...bytes];
      return all.flatMap((_, at) => (at % 8 === 0 ? [all.slice(at, at + 8)] : []));
    }),
    countsVersion('list-count-with-version'),
    wireMutant('get-version-differs', 'Get tells version 1.0', (wire) => ({
      *replyCounted(bytes) {
        yield* wire.replyCounted(bytes.with(0, 0x10));
      },
    })),
    bytesApart('version-bytes-apart'),
    versioned('version-bytes-not-zero', 'the two bytes behind the version are not 0', (version) => [
      [version],
      [1, 2],
    ]),
    swapped('product-id-swapped'),
    commandsMutant('speed-missing', 'there is no speed', (all) =>
      all.filter(({ name }) => name !== 'speed'),
    ),
  ]),
  ...on('fdcan', [
    bothErases('erase-of-other-protocols'),
    relisted('list-with-erase', 'Get lists Erase (0x43) in place of 0x44', (all) =>
      all.map((opcode) => (opcode === 0x44 ? 0x43 : opcode)),
    ),
    shrinking('get-shrinks'),
    framed('get-in-one-frame', 'Get answers count, version and list in one frame', (bytes) => [
      [bytes.length - 1, ...bytes],
    ]),
    countsVersion('get-count-of-bytes'),
    wireMutant('get-version-higher', 'Get tells a version one higher', (wire) => ({
      *replyCounted(bytes) {
        yield* wire.replyCounted(bytes.with(0, bytes[0]! + 1));
      },
    })),
    bytesApart('version-zeros-apart'),
    versioned('version-wrong', 'Get Version tells 3.1', () => [[0x31], [0, 0]]),
    versioned('version-option-bytes-not-zero', 'bytes behind the version are not 0', (version) => [
      [version],
      [0, 1],
    ]),
  ]),
];
