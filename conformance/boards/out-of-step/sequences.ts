import * as fc from 'fast-check';
import { devices } from '../../../families/index.ts';
import type { InterfaceName } from '../../interfaces/names.ts';
import { partOf, sizesOf } from '../../part/part.ts';
import type { Part } from '../../part/part.ts';
import { protocolOf, rooms } from '../../interfaces/index.ts';
import { DEFAULT_INTERFACE } from '../../interfaces/names.ts';
import { DESTROYS } from '../../run/destroys.ts';
import type { Destroys } from '../../run/destroys.ts';
import type { Step } from '../../run/script.ts';
import { EmulatedTarget } from '../../targets/emulated.ts';
import { optionAreas } from '../option-image.ts';
import type { Piece } from '../option-image.ts';
import { sentences } from './sentences.ts';
import type { Sentence } from './sentences.ts';

/** One burst, whether its answer is listened to, and whether the board is reset before it. */
export interface Turn {
  readonly send: readonly number[];
  readonly hear: boolean;
  readonly restart?: true;
}

/** What a host sends to a board that is permitted so much; plain JSON. */
export interface Sequence {
  readonly over: InterfaceName;
  readonly device: string;
  readonly flashKiB: number;
  readonly allow: Destroys;
  readonly turns: readonly Turn[];
}

/** A part as it is examined, with its option bytes as they were saved. */
export interface SavedPart {
  readonly part: Part;
  readonly options: readonly Piece[];
}

/** Every line that the bootloader of listens on an interface, with its smallest flash. */
export function partsOn(over: InterfaceName): readonly Part[] {
  return devices.flatMap((device) => {
    try {
      const part = partOf(device, { flashKiB: sizesOf(device)[0]!, interface: over });
      return rooms[over].unreachable?.(part) === undefined ? [part] : [];
    } catch {
      return []; // the ROM does not listen there, or its data is incomplete
    }
  });
}

export async function savedPart(part: Part): Promise<SavedPart> {
  const target = new EmulatedTarget(part);
  await target.boot({});
  const options = optionAreas(part).map(({ start, length }) => ({
    address: start,
    bytes: Uint8Array.from(target.look(start, length)!),
  }));
  await target.close();
  return { part, options };
}

/** How a host says a sentence wrong. */
interface Slip {
  readonly kind:
    | 'none'
    | 'cut'
    | 'more'
    | 'byte'
    | 'nothing'
    | 'left out'
    | 'from here'
    | 'up to here'
    | 'twice'
    | 'deaf'
    | 'split'
    | 'reset';
  /** Place of the burst, of the unit in it, and of the byte in that. */
  readonly at: readonly [number, number, number];
  readonly byte: number;
}

const slips: fc.Arbitrary<Slip> = fc.record({
  kind: fc.oneof(
    { weight: 2, arbitrary: fc.constant('none' as const) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        ...(['cut', 'more', 'byte', 'nothing', 'left out', 'from here', 'up to here'] as const),
        ...(['twice', 'deaf', 'split', 'reset'] as const),
      ),
    },
  ),
  at: fc.tuple(fc.nat(7), fc.nat(3), fc.nat(15)),
  byte: fc.oneof(fc.constantFrom(0x00, 0xff, 0x5a, 0x79, 0x7f, 0x44, 0xbb), fc.nat(0xff)),
});

/** Sequences that are made to get a device and whoever follows it out of step. */
export function sequences(
  over: InterfaceName,
  saved: readonly SavedPart[],
): fc.Arbitrary<Sequence> {
  const allow = fc.oneof(
    { weight: 3, arbitrary: fc.constant('nothing' as const) },
    { weight: 2, arbitrary: fc.constantFrom(...DESTROYS.filter((each) => each !== 'chip')) },
  );
  return fc.constantFrom(...saved).chain(({ part, options }) =>
    fc
      .record({
        allow,
        connects: fc.boolean(),
        said: fc.array(fc.tuple(sentences(part, options), slips), { minLength: 1, maxLength: 7 }),
      })
      .map(({ allow: permitted, connects, said }) => ({
        over,
        device: part.name,
        flashKiB: part.flashKiB,
        allow: permitted,
        turns: [
          ...(connects ? turnsOf(over, connectionOf(part), undefined) : []),
          ...said.flatMap(([sentence, slip]) => turnsOf(over, sentence, slip)),
        ],
      })),
  );
}

function turnsOf(over: InterfaceName, sentence: Sentence, slip: Slip | undefined): Turn[] {
  const turns = sentence.flatMap(burstsOf);
  if (slip === undefined || turns.length === 0) return turns;
  const { kind, byte } = slip;
  const [place, unit, offset] = slip.at;
  const at = place % turns.length;
  const turn = turns[at]!;
  const replaced = (...others: readonly Turn[]): Turn[] => turns.toSpliced(at, 1, ...others);
  const changed = (change: (data: number[]) => number[]): Turn[] => {
    const units = rooms[over].unitsOf(turn.send);
    const chosen = unit % Math.max(1, units.length);
    const send = units.flatMap(({ data, build }, index) => [
      ...build(index === chosen ? change([...data]) : data),
    ]);
    return replaced({ ...turn, send });
  };
  switch (kind) {
    case 'none':
      return turns;
    case 'cut':
      return changed((data) => data.slice(0, Math.min(offset, Math.max(0, data.length - 1))));
    case 'more':
      return changed((data) => [...data, ...Array.from({ length: 1 + (offset % 4) }, () => byte)]);
    case 'byte':
      return changed((data) => (data.length === 0 ? data : data.with(offset % data.length, byte)));
    case 'nothing':
      return changed(() => []);
    case 'left out':
      return replaced();
    case 'from here':
      return turns.slice(at);
    case 'up to here':
      return turns.slice(0, at + 1);
    case 'twice':
      return replaced(turn, turn);
    case 'deaf':
      return turns.map((each, index) => (index >= at ? { ...each, hear: false } : each));
    case 'split': {
      if (over !== DEFAULT_INTERFACE || turn.send.length < 2) return turns;
      const cut = 1 + (offset % (turn.send.length - 1));
      return replaced(
        { send: turn.send.slice(0, cut), hear: byte % 2 === 0 },
        { ...turn, send: turn.send.slice(cut) },
      );
    }
    case 'reset':
      return replaced({ ...turn, restart: true });
  }
}

function burstsOf({ send, bursts = [send.length] }: Step): Turn[] {
  let from = 0;
  return bursts.map((count, at) => {
    const turn = { send: send.slice(from, from + count), hear: at === bursts.length - 1 };
    from += count;
    return turn;
  });
}

function connectionOf(part: Part): Sentence {
  return protocolOf(part).connect(part);
}
