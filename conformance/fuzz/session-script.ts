import {
  ACK,
  NACK,
  SILENCE,
  address,
  answer,
  block,
  command,
  extendedPageList,
  length,
  packet,
  pageList,
  resync,
  step,
  sync,
  xor,
} from '../interfaces/usart/host.ts';
import { nowhere, since } from '../part/part.ts';
import type { Page, Part } from '../part/part.ts';
import { protectedRefusal } from '../scenarios/kit/replies.ts';
import { ANY } from '../run/script.ts';
import type { Reply, Script, Step } from '../run/script.ts';
import { Model } from './model.ts';
import type { LineFault, Move } from './move.ts';
import type { MoveSession } from './move.ts';

/** What a host sends in a session, what the model says must come back and be left, and where the power is cut. */
export interface Played {
  readonly script: Script;
  /** Pages that it begins with, blank. */
  readonly pages: readonly Page[];
  /** The operation that is cut; undefined where none is, or where the model cannot tell what a cut there leaves. */
  readonly cutAt?: number;
}

export function played({ moves, cutAt }: MoveSession, part: Part): Played {
  const model = new Model(part);
  const steps = [sync(part), ...moves.flatMap((move) => stepsOf(move, model, part, cutAt))];
  const options = (part.device.options?.areas ?? []).map(({ start, length: size }) => ({
    start,
    end: start + size,
  }));
  const script = { steps, left: [{ areas: [...model.areas(), ...options] }] };
  const { pages } = model;
  return cutAt === undefined || model.cutInDoubt ? { script, pages } : { script, pages, cutAt };
}

function stepsOf(move: Move, model: Model, part: Part, cutAt: number | undefined): readonly Step[] {
  const erase = part.commands?.includes('erase') === true ? 'erase' : 'extended-erase';
  const list = erase === 'erase' ? pageList : extendedPageList;
  const guarded = (
    name: 'read-memory' | 'write-memory' | 'go' | typeof erase,
    rest: () => readonly Step[],
  ): readonly Step[] =>
    model.protectedFromReading
      ? [
          command(
            name,
            ...protectedRefusal(part, name === 'read-memory' || name === 'write-memory'),
          ),
        ]
      : [command(name), ...rest()];
  switch (move.do) {
    case 'identify':
      return [
        command(
          'get-id',
          since(part, '2.1') ? answer(ANY, ANY, ANY, 0x79) : answer(ANY, ANY, 0x79),
        ),
      ];
    case 'read':
      return guarded('read-memory', () => {
        const page = model.page(move.page);
        const count = Math.min(move.count, page.end - page.start);
        const start = page.start + (move.at % (page.end - page.start - count + 1));
        const known = model.read(start, count) ?? Array.from({ length: count }, () => ANY);
        return [address(start), length(count, [answer(...known)])];
      });
    case 'write':
      return guarded('write-memory', () => {
        const { page, start, data } = model.block(move.page, move.unit, move.data);
        const whole = block(data);
        const split = { ...whole, bursts: burstsOf(whole.send.length, move.burst) };
        return [
          address(start),
          ...operated(
            model,
            part,
            cutAt,
            split,
            () => model.write(start, data),
            () => model.doubt(page),
          ),
        ];
      });
    case 'spoilt-write':
      return guarded('write-memory', () => {
        const { page, start, data } = model.block(move.page, move.unit, move.data);
        const sent = spoilt(packet([data.length - 1, ...data]), move.fault);
        // the device takes as many bytes as the count it heard announces, whatever was meant
        const heard = sent.slice(0, (sent[0] ?? 0) + 3);
        if (sent.length >= (sent[0] ?? 0) + 3 && xor(heard) === 0) {
          model.operations++;
          model.doubt(page);
        }
        const spoiltBlock = step(`block with a byte ${move.fault.do}`, sent);
        return [address(start), { ...spoiltBlock, anything: true }, ...again(part)];
      });
    case 'refused-write':
      return guarded('write-memory', () => {
        const { start, data } = model.block(move.page, 0, move.data);
        return [address(start), block(data, [NACK], move.spoil)];
      });
    case 'erase': {
      const pages = [...new Set(move.pages.map((each) => model.page(each)))];
      return guarded(erase, () =>
        operated(
          model,
          part,
          cutAt,
          list(pages.map(({ number }) => number)),
          () => pages.forEach((page) => model.erase(page)),
          () => pages.forEach((page) => model.doubt(page)),
        ),
      );
    }
    case 'refused-erase':
      return guarded(erase, () => [
        list(
          move.pages.map((each) => model.page(each).number),
          [NACK],
          move.spoil,
        ),
      ]);
    case 'wrong-complement':
      return [step('wrong complement', [move.opcode, move.opcode ^ 0xff ^ move.spoil], NACK)];
    case 'refused-go':
      return guarded('go', () => [
        address(nowhere(part)[0]!, [NACK], move.spoil % 2 === 0 ? move.spoil : 0),
      ]);
    case 'readout-protect':
      if (model.protectedFromReading) return [command('readout-protect', NACK)];
      return operated(
        model,
        part,
        cutAt,
        twice('readout-protect'),
        () => (model.protectedFromReading = true),
        undefined,
        resync(part),
      );
    case 'readout-unprotect':
      return operated(
        model,
        part,
        cutAt,
        twice('readout-unprotect'),
        () => {
          model.protectedFromReading = false;
          model.eraseAll();
        },
        undefined,
        resync(part),
      );
    case 'restart':
      return again(part);
  }
}

/** A step behind which non-volatile memory changes, or in which the power is cut. */
function operated(
  model: Model,
  part: Part,
  cutAt: number | undefined,
  each: Step,
  happens: () => void,
  doubt: (() => void) | undefined,
  ...then: readonly Step[]
): readonly Step[] {
  model.operations++;
  if (model.operations === cutAt && doubt === undefined) model.cutInDoubt = true;
  if (model.operations !== cutAt || doubt === undefined) {
    happens();
    return [each, ...then];
  }
  doubt();
  const cut: Reply = { ...SILENCE };
  return [{ ...each, name: `${each.name}, power cut`, replies: [cut] }, resync(part)];
}

function twice(name: 'readout-protect' | 'readout-unprotect'): Step {
  return { ...command(name, answer(0x79), ACK), replies: [answer(0x79)], withinMs: 35_000 };
}

function again(part: Part): readonly Step[] {
  return [{ ...sync(part), name: 'sync after a restart', restart: true }];
}

function spoilt(bytes: readonly number[], fault: LineFault): readonly number[] {
  const at = fault.at % bytes.length;
  const byte = bytes[at]!;
  switch (fault.do) {
    case 'drop':
      return bytes.toSpliced(at, 1);
    case 'duplicate':
      return bytes.toSpliced(at, 0, byte);
    case 'corrupt':
      return bytes.toSpliced(at, 1, byte ^ fault.value);
    case 'insert':
      return bytes.toSpliced(at, 0, fault.value);
  }
}

function burstsOf(total: number, size: number): readonly number[] {
  const whole = Math.floor(total / size);
  const rest = total % size;
  return [...Array.from({ length: whole }, () => size), ...(rest === 0 ? [] : [rest])];
}
