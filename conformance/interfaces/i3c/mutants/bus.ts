import { madeOf, wireMutant } from '../../../mutants/kit.ts';
import type { Kind, MemoryFault, Mutant } from '../../../mutants/kit.ts';
import { during } from '../../../mutants/memory/faults.ts';
import { ACK_BYTE, NACK_BYTE, be16, packet, xor } from '../../usart/host.ts';
import type { WrongPins } from '../../wrong-pins.ts';
import { OPCODES } from '../host.ts';

type Pins = Parameters<NonNullable<WrongPins['i3c']>>[0];
type Board = Parameters<NonNullable<WrongPins['i3c']>>[1];
type Interrupt = Parameters<Parameters<Pins['onInterrupt']>[0]>[0];

/** A mutant of the bus: `change` gets the right pins, once for each board. */
function pinsMutant(
  name: string,
  wrong: string,
  change: (pins: Pins, board: Board) => Partial<Pins>,
): Mutant {
  return {
    name,
    wrong,
    i3c: (pins, board) => ({
      assignAddress: (address) => pins.assignAddress(address),
      broadcast: (code, data) => pins.broadcast(code, data),
      write: (address, bytes) => pins.write(address, bytes),
      read: (address, most) => pins.read(address, most),
      onInterrupt: (listener) => pins.onInterrupt(listener),
      ...change(pins, board),
    }),
  };
}

/** What the device raises: none, one or several interrupts in place of one. */
const raises = (
  name: string,
  wrong: string,
  start: () => (interrupt: Interrupt) => readonly Interrupt[],
): Mutant =>
  pinsMutant(name, wrong, (pins) => {
    const change = start();
    return {
      onInterrupt: (listener) => pins.onInterrupt((each) => change(each).forEach(listener)),
    };
  });

/** The frames of a command that a host sends, by what they are. */
type Stage = 'command' | 'address' | 'size' | 'data' | 'count' | 'list' | 'other';

/** Where a host is in its command. */
interface Asked {
  readonly opcode: number | undefined;
  readonly stage: Stage;
  /** What the last size or count said, and whether more chunks follow. */
  readonly size: number;
  readonly more: boolean;
  /** Chunks that were acknowledged. */
  readonly chunks: number;
}

/** Follows the frames of a host and what answers them. */
class Dialogue {
  #now: Asked = START;
  #frame: readonly number[] = [];

  get now(): Asked {
    return this.#now;
  }

  sent(frame: readonly number[]): void {
    this.#frame = frame;
  }

  answered(byte: number): void {
    const frame = this.#frame;
    this.#frame = [];
    if (frame.length === 0) return;
    if (byte !== ACK_BYTE) this.#now = AT_COMMAND;
    else this.#now = next(this.#now, frame);
  }

  restarted(): void {
    this.#now = START;
    this.#frame = [];
  }
}

const AT_COMMAND: Asked = { opcode: undefined, stage: 'command', size: 0, more: false, chunks: 0 };

/** The sync is awaited. */
const START: Asked = { ...AT_COMMAND, stage: 'other' };

const READ = OPCODES['read-memory'];
const WRITE = OPCODES['write-memory'];
const ERASE = OPCODES['extended-erase'];

function next(now: Asked, frame: readonly number[]): Asked {
  const { opcode, stage, more, chunks } = now;
  const value = frame[0]! * 256 + (frame[1] ?? 0);
  switch (stage) {
    case 'command': {
      const [asked = 0] = frame;
      if ([ERASE, OPCODES['write-protect']].includes(asked))
        return { ...AT_COMMAND, opcode: asked, stage: 'count' };
      const addressed = [READ, WRITE, OPCODES.go].includes(asked);
      return { ...AT_COMMAND, opcode: asked, stage: addressed ? 'address' : 'command' };
    }
    case 'address':
      return opcode === OPCODES.go ? AT_COMMAND : { ...now, stage: 'size' };
    case 'size': {
      const said = { ...now, size: value >> 1, more: (value & 1) === 1 };
      if (opcode === WRITE) return { ...said, stage: 'data' };
      return said.more ? { ...said, stage: 'size', chunks: chunks + 1 } : AT_COMMAND;
    }
    case 'data':
      return more ? { ...now, stage: 'size', chunks: chunks + 1 } : AT_COMMAND;
    case 'count':
      return value >= 0xfff0 ? AT_COMMAND : { ...now, stage: 'list', size: value };
    case 'list':
    case 'other':
      return AT_COMMAND;
  }
}

type Change = (frame: readonly number[], asked: Asked) => readonly number[] | 'swallowed';

/** A device that makes something else of the frames of its hosts. */
const hears = (name: string, wrong: string, change: Change): Mutant =>
  hearsInTurn(name, wrong, () => ({ heard: change }));

/** The same, with a memory of its own for each board; it may be told of the answers. */
function hearsInTurn(
  name: string,
  wrong: string,
  start: () => { heard: Change; answered?: (byte: number, asked: Asked) => void },
): Mutant {
  return pinsMutant(name, wrong, (pins) => {
    const dialogue = new Dialogue();
    const { heard, answered } = start();
    return {
      assignAddress(address) {
        const told = pins.assignAddress(address);
        if (told !== 'nack') dialogue.restarted();
        return told;
      },
      write(address, bytes) {
        const frame = Array.from(bytes);
        const taken = heard(frame, dialogue.now);
        if (taken === 'swallowed') return 'ack';
        const result = pins.write(address, taken);
        if (result === 'ack') dialogue.sent(frame);
        return result;
      },
      onInterrupt: (listener) =>
        pins.onInterrupt((each) => {
          answered?.(each.byte, dialogue.now);
          dialogue.answered(each.byte);
          listener(each);
        }),
    };
  });
}

/** A device that takes another number where a size or a count comes. */
const takesFor = (
  name: string,
  wrong: string,
  where: 'size' | 'count',
  opcode: number | undefined,
  change: (value: number) => number,
): Mutant =>
  hears(name, wrong, (frame, { stage, opcode: asked }) => {
    if (stage !== where || frame.length !== 3 || xor(frame) !== 0) return frame;
    if (opcode !== undefined && asked !== opcode) return frame;
    return packet(be16(change(frame[0]! * 256 + frame[1]!)));
  });

/** A device that refuses some sizes or counts. */
const refusesSome = (
  name: string,
  wrong: string,
  opcode: number,
  which: (value: number) => boolean,
): Mutant =>
  hears(name, wrong, (frame, { stage, opcode: asked }) => {
    const value = frame[0]! * 256 + (frame[1] ?? 0);
    const isSaid = asked === opcode && (stage === 'size' || stage === 'count');
    if (!isSaid || frame.length !== 3 || !which(value)) return frame;
    return [frame[0]!, frame[1]!, frame[2]! ^ 0x01];
  });

/** A device that lets the checksum of a frame be one that covers more. */
const sumsMore = (name: string, wrong: string, opcode: number): Mutant =>
  hears(name, wrong, (frame, { stage, opcode: asked, size, more }) => {
    const covered = xor(be16(stage === 'data' ? size * 2 + (more ? 1 : 0) : size));
    const isSummed = asked === opcode && (stage === 'data' || stage === 'list');
    if (!isSummed || xor(frame) !== covered) return frame;
    return [...frame.slice(0, -1), frame.at(-1)! ^ covered];
  });

/** A device that goes on with its loop of chunks behind one that it refused. */
const goesOnBehind = (name: string, wrong: string, which: Stage): Mutant =>
  hearsInTurn(name, wrong, () => {
    let stuck = false;
    return {
      heard(frame) {
        if (!stuck) return frame;
        stuck = false;
        return 'swallowed';
      },
      answered(byte, { stage, chunks }) {
        stuck = byte === NACK_BYTE && stage === which && chunks > 0;
      },
    };
  });

/** A device whose reads are other bytes, or refused; `first`: none was read since the host wrote. */
const readsAs = (
  name: string,
  wrong: string,
  change: (read: Uint8Array | 'nack', most: number, asked: ReadAsked) => Uint8Array | 'nack',
): Mutant =>
  pinsMutant(name, wrong, (pins) => {
    let opcode: number | undefined;
    let nth = 0;
    return {
      write(address, bytes) {
        if (bytes.length === 2 && (bytes[0]! ^ bytes[1]!) === 0xff) [opcode] = Array.from(bytes);
        nth = 0;
        return pins.write(address, bytes);
      },
      read: (address, most) => change(pins.read(address, most), most, { opcode, nth: nth++ }),
    };
  });

interface ReadAsked {
  readonly opcode: number | undefined;
  /** Reads since the host wrote last. */
  readonly nth: number;
}

/** A device that does not judge where some chunks end: the first of a command, or the later ones. */
function endsUnjudged(
  name: string,
  wrong: string,
  request: 'readRequest' | 'writeRequest',
  which: 'first' | 'later',
): Mutant {
  return wireMutant(name, wrong, (wire) => {
    let chunks = 0;
    return {
      *command() {
        chunks = 0;
        return yield* wire.command();
      },
      [request](check: Parameters<typeof wire.readRequest>[0]) {
        const isFirst = ++chunks === 1;
        let asked = 0;
        return wire[request]((address, length) => {
          const isStart = isFirst && ++asked === 1;
          return isStart || isFirst !== (which === 'first') ? check(address, length) : undefined;
        });
      },
    };
  });
}

/** A device whose chunks all begin at the address of the first. */
const chunksAtTheStart: readonly MemoryFault[] = [
  ...during('read-memory', [
    {
      name: 'read-chunks-at-the-start',
      wrong: 'each chunk of a read begins at the address that was sent',
      change: (memory) => {
        let [start, next] = [0, -1];
        return {
          read(address, length) {
            if (address !== next) start = address;
            next = address + length;
            return memory.read(start, length);
          },
        };
      },
    },
  ]),
  ...during('write-memory', [
    {
      name: 'write-chunks-at-the-start',
      wrong: 'each chunk of a write begins at the address that was sent',
      change: (memory) => {
        let [start, next] = [0, -1];
        return {
          write(address, data) {
            if (address !== next) start = address;
            next = address + data.length;
            return memory.write(start, data);
          },
        };
      },
    },
  ]),
];

/** A device that has an address which it should not have, as `own` says of it and of the one that it has. */
const answersTo = (
  name: string,
  wrong: string,
  own: (address: number, given: number | undefined) => number,
): Mutant =>
  pinsMutant(name, wrong, (pins) => {
    let given: number | undefined;
    return {
      assignAddress(address) {
        const told = pins.assignAddress(address);
        if (told !== 'nack') given = address;
        return told;
      },
      write: (address, bytes) => pins.write(own(address, given), bytes),
      read: (address, most) => pins.read(own(address, given), most),
    };
  });

/** What a device tells of itself in ENTDAA is something else. */
const characterised = (
  name: string,
  wrong: string,
  change: (told: Told) => Partial<Told>,
): Mutant =>
  pinsMutant(name, wrong, (pins) => ({
    assignAddress(address) {
      const told = pins.assignAddress(address);
      return told === 'nack' ? told : { ...told, ...change(told) };
    },
  }));

type Told = Exclude<ReturnType<Pins['assignAddress']>, 'nack'>;

const START_OF_DIALOGUE: readonly Mutant[] = [
  pinsMutant(
    'address-of-its-own',
    'it acknowledges address 0x30 before it is given one',
    (pins) => ({
      write: (address, bytes) => (address === 0x30 ? 'ack' : pins.write(address, bytes)),
    }),
  ),
  answersTo('any-address', 'every address is taken for its own', (_, given) => given ?? 0x08),
  answersTo('two-addresses', 'the lowest bit of an address does not matter', (address, given) =>
    (address ^ 0x01) === given ? given : address,
  ),
  pinsMutant('address-fixed', 'it takes address 0x08 whichever it is offered', (pins) => ({
    assignAddress: () => pins.assignAddress(0x08),
  })),
  pinsMutant('assigned-twice', 'it takes part in every ENTDAA, and keeps its address', (pins) => {
    let known: ReturnType<Pins['assignAddress']> = 'nack';
    return {
      assignAddress(address) {
        const told = pins.assignAddress(address);
        if (told !== 'nack') known = told;
        return known;
      },
    };
  }),
  pinsMutant('address-kept', 'behind a reset it still acknowledges its address', (pins) => {
    let last: number | undefined;
    return {
      assignAddress(address) {
        const told = pins.assignAddress(address);
        if (told !== 'nack') last ??= address;
        return told;
      },
      write(address, bytes) {
        const result = pins.write(address, bytes);
        return result === 'nack' && address === last ? 'ack' : result;
      },
    };
  }),
  pinsMutant(
    'deaf-behind-reset',
    'it can be given one address only, until power comes again',
    (pins) => {
      let assigned = false;
      return {
        assignAddress(address) {
          if (assigned) return 'nack';
          const told = pins.assignAddress(address);
          assigned = told !== 'nack';
          return told;
        },
      };
    },
  ),
  characterised('no-interrupts-told', 'BCR tells of no interrupts', ({ bcr }) => ({
    bcr: bcr & ~0x02,
  })),
  characterised('no-payload-told', 'BCR tells of interrupts without a payload', ({ bcr }) => ({
    bcr: bcr & ~0x04,
  })),
  characterised(
    'controller-told',
    'BCR tells of a device that can be the controller',
    ({ bcr }) => ({
      bcr: bcr | 0x40,
    }),
  ),
  characterised('other-maker', 'the provisioned ID is that of another maker', ({ pid }) => ({
    pid: pid.with(1, pid[1]! ^ 0x10),
  })),
  characterised('other-kind', 'DCR is 0x43', () => ({ dcr: 0x43 })),
  pinsMutant(
    'speaks-first',
    'it raises an ACK as soon as it has its first address',
    (pins, board) => {
      let tell: ((interrupt: Interrupt) => void) | undefined;
      let first = true;
      return {
        assignAddress(address) {
          const told = pins.assignAddress(address);
          const speaks = told !== 'nack' && first;
          if (speaks) first = false;
          if (speaks) board.clock.work(1000, () => tell?.({ address, byte: ACK_BYTE }));
          return told;
        },
        onInterrupt(listener) {
          tell = listener;
          pins.onInterrupt(listener);
        },
      };
    },
  ),
];

const OF_THE_SYNC: readonly Mutant[] = [
  raises('sync-acked-twice', 'its first interrupt is raised twice', () => {
    let first = true;
    return (each) => {
      const twice = first;
      first = false;
      return twice ? [each, each] : [each];
    };
  }),
  hearsInTurn(
    'any-first-byte',
    'whatever comes first selects the port, and is acknowledged',
    () => {
      let selected = false;
      return {
        heard(frame) {
          const first = selected ? frame : [0x5a];
          selected = true;
          return first;
        },
      };
    },
  ),
  hearsInTurn('sync-not-needed', 'a command selects the port too', () => {
    let selected = false;
    return {
      heard(frame) {
        const [opcode, complement] = frame;
        const isCommand = frame.length === 2 && (opcode! ^ complement!) === 0xff;
        const first = selected || !isCommand ? frame : [0x5a];
        selected ||= isCommand || opcode === 0x5a;
        return first;
      },
    };
  }),
  pinsMutant('rstdaa-ignored', 'RSTDAA does not take the address away', (pins) => ({
    broadcast: (code, data) => pins.broadcast(code === 0x06 ? 0x1f : code, data),
  })),
  pinsMutant('disec-ignored', 'interrupts cannot be switched off', (pins) => ({
    broadcast: (code, data) => pins.broadcast(code === 0x01 ? 0x1f : code, data),
  })),
  pinsMutant('disec-for-good', 'interrupts cannot be switched on again', (pins) => ({
    broadcast: (code, data) => pins.broadcast(code === 0x00 ? 0x1f : code, data),
  })),
  pinsMutant('disec-loses', 'an interrupt that is switched off is lost', (pins) => {
    let off = false;
    let late = false;
    return {
      broadcast(code, data) {
        if (code === 0x01) off = true;
        if (code === 0x00) [late, off] = [off, false];
        return pins.broadcast(code, data);
      },
      onInterrupt: (listener) =>
        pins.onInterrupt((each) => {
          if (!late) listener(each);
          late = false;
        }),
    };
  }),
];

const OF_ANSWERS: readonly Mutant[] = [
  raises('answers-swapped', 'ACK and NACK are swapped', () => (each) => {
    const byte = { [ACK_BYTE]: NACK_BYTE, [NACK_BYTE]: ACK_BYTE }[each.byte] ?? each.byte;
    return [{ ...each, byte }];
  }),
  raises(
    'nack-twice',
    'every refusal is raised twice',
    () => (each) => (each.byte === NACK_BYTE ? [each, each] : [each]),
  ),
  raises(
    'never-refuses',
    'a refusal is not told',
    () => (each) => (each.byte === NACK_BYTE ? [] : [each]),
  ),
  raises('nack-is-zero', 'a refusal is the byte 0x00', () => (each) => [
    each.byte === NACK_BYTE ? { ...each, byte: 0x00 } : each,
  ]),
  raises(
    'interrupts-of-another',
    'its interrupts carry the address beside its own',
    () => (each) => [{ ...each, address: each.address ^ 0x01 }],
  ),
  readsAs('fills-up', 'a read of more than is offered goes on with FF', (read, most) =>
    read === 'nack' ? read : Uint8Array.from({ length: most }, (_, at) => read[at] ?? 0xff),
  ),
  readsAs('never-refuses-a-read', 'a read where nothing is offered is FF', (read, most) =>
    read === 'nack' ? new Uint8Array(most).fill(0xff) : read,
  ),
  pinsMutant('forgets-the-rest', 'bytes that a read leaves are lost', (pins) => ({
    read(address, most) {
      const read = pins.read(address, most);
      if (read === 'nack' || read.length < most || most === 1) return read;
      for (let rest = pins.read(address, 1); rest !== 'nack';) rest = pins.read(address, 1);
      return read;
    },
  })),
  pinsMutant('read-again', 'what was read is there for a second read', (pins) => {
    let last: Uint8Array | undefined;
    return {
      write(address, bytes) {
        last = undefined;
        return pins.write(address, bytes);
      },
      read(address, most) {
        const read = pins.read(address, most);
        if (read === 'nack') return last ?? read;
        last = read;
        return read;
      },
    };
  }),
  readsAs('id-counted-less-one', 'Get ID counts the bytes of the ID less one', (read, _, asked) =>
    read !== 'nack' && asked.opcode === OPCODES['get-id'] && asked.nth === 0
      ? Uint8Array.of(1)
      : read,
  ),
  readsAs('version-with-option-bytes', 'two bytes follow the version', (read, _, asked) =>
    read !== 'nack' && asked.opcode === OPCODES['get-version'] && read.length === 1
      ? Uint8Array.of(...read, 0, 0)
      : read,
  ),
  hears('half-a-command-taken', 'an opcode alone is taken for a command', (frame, { stage }) =>
    stage === 'command' && frame.length === 1 ? [frame[0]!, frame[0]! ^ 0xff] : frame,
  ),
  hears(
    'half-a-packet-taken',
    'a packet that ends too early is refused',
    (frame, { stage, size }) => {
      const whole = { address: 5, size: 3, count: 3, data: size + 1, list: 2 * size + 1 };
      const length = whole[stage as keyof typeof whole] ?? frame.length;
      if (frame.length >= length) return frame;
      return Array.from({ length }, (_, at) => frame[at] ?? (at === length - 1 ? 0x5b : 0x00));
    },
  ),
];

const OF_CHUNKS: readonly Mutant[] = [
  takesFor(
    'read-more-ignored',
    'a read ends behind its first chunk',
    'size',
    READ,
    (value) => value & 0xfffe,
  ),
  takesFor(
    'write-more-ignored',
    'a write ends behind its first chunk',
    'size',
    WRITE,
    (value) => value & 0xfffe,
  ),
  takesFor(
    'read-never-ends',
    'more chunks of a read are always awaited',
    'size',
    READ,
    (value) => value | 1,
  ),
  takesFor(
    'write-never-ends',
    'more chunks of a write are always awaited',
    'size',
    WRITE,
    (value) => value | 1,
  ),
  takesFor(
    'flag-is-the-high-bit',
    'the highest bit of a size says that more follow',
    'size',
    undefined,
    (value) => ((value >> 1) & 0x7fff) * 2 + (value >> 15),
  ),
  ...(
    [
      ['read', READ],
      ['write', WRITE],
    ] as const
  ).flatMap(([name, opcode]) => [
    takesFor(
      `${name}-long-chunks-cut`,
      `a ${name} of more than 2048 bytes is one of 2048`,
      'size',
      opcode,
      (value) => (value >> 1 > 2048 ? 4096 + (value & 1) : value),
    ),
    takesFor(
      `${name}-of-nothing`,
      `a ${name} of no byte is acknowledged`,
      'size',
      opcode,
      (value) => (value >> 1 === 0 ? 2 + (value & 1) : value),
    ),
  ]),
  ...(
    [
      ['read', READ],
      ['write', WRITE],
    ] as const
  ).flatMap(([name, opcode]) => [
    refusesSome(
      `${name}-256-at-most`,
      `a ${name} of more than 256 bytes is refused`,
      opcode,
      (value) => value >> 1 > 256,
    ),
    refusesSome(
      `${name}-2047-at-most`,
      `a ${name} of 2048 bytes is refused`,
      opcode,
      (value) => value >> 1 === 2048,
    ),
  ]),
  endsUnjudged('read-end-unjudged', 'a read may run past the end', 'readRequest', 'first'),
  endsUnjudged('write-end-unjudged', 'a write may run past the end', 'writeRequest', 'first'),
  endsUnjudged(
    'read-chunks-unjudged',
    'later chunks of a read may lie anywhere',
    'readRequest',
    'later',
  ),
  endsUnjudged(
    'write-chunks-unjudged',
    'later chunks of a write may lie anywhere',
    'writeRequest',
    'later',
  ),
  sumsMore('data-sum-with-size', 'a checksum that covers the size too is acknowledged', WRITE),
  goesOnBehind(
    'size-refused-loop-goes-on',
    'behind a refused size the next chunk is awaited',
    'size',
  ),
  goesOnBehind(
    'data-refused-loop-goes-on',
    'behind refused data the next chunk is awaited',
    'data',
  ),
];

const OF_ERASES: readonly Mutant[] = [
  takesFor(
    'erase-counts-less-one',
    'Erase is told the number of pages less one',
    'count',
    ERASE,
    (value) => (value < 0xfff0 ? value + 1 : value),
  ),
  takesFor('erase-of-none', 'an erase of no page is acknowledged', 'count', ERASE, (value) =>
    value === 0 ? 1 : value,
  ),
  takesFor(
    'erase-1024-taken',
    'an erase of more than 1023 pages is acknowledged',
    'count',
    ERASE,
    (value) => (value > 1023 && value < 0xfff0 ? 1023 : value),
  ),
  refusesSome(
    'erase-512-at-most',
    'an erase of more than 512 pages is refused',
    ERASE,
    (value) => value > 512 && value < 0xfff0,
  ),
  sumsMore('list-sum-with-count', 'a checksum that covers the count too is acknowledged', ERASE),
  hears(
    'complements-taken',
    'the complement of a checksum of Erase is acknowledged',
    (frame, { stage, opcode }) => {
      const wrong = opcode === ERASE && (stage === 'count' || stage === 'list');
      if (!wrong || xor(frame) !== 0xff) return frame;
      return [...frame.slice(0, -1), frame.at(-1)! ^ 0xff];
    },
  ),
];

/** The size of Special is not in the checksum of its data. */
const specialSparesTheSize: Mutant = hearsInTurn(
  'special-sum-spares-the-size',
  'a checksum of the data of Special that does not cover the size is acknowledged',
  () => {
    let before: readonly number[] | undefined;
    return {
      heard(frame) {
        // a size is not answered before its data
        const isData = before?.length === 2 && frame.length > 1 && xor(frame) === 0;
        const sum = isData ? xor(before!) : 0;
        before = frame;
        return [...frame.slice(0, -1), frame.at(-1)! ^ sum];
      },
      answered() {
        before = undefined;
      },
    };
  },
);

/** Devices that are wrong on the bus. */
export const i3cBus: readonly Kind[] = [
  ...START_OF_DIALOGUE,
  ...OF_THE_SYNC,
  ...OF_ANSWERS,
  ...OF_CHUNKS,
  ...chunksAtTheStart,
  ...OF_ERASES,
  ...madeOf('special', [specialSparesTheSize]),
];
