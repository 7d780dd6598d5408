import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import { parsedAs } from '../reports/parsed-as.ts';
import { about } from '../results/schema.ts';
import type { About } from '../results/results.ts';
import { nameOf } from '../run/run.ts';
import type { Case } from '../run/run.ts';
import type { Step } from '../run/script.ts';
import type { Play } from './play.ts';
import { redacted } from './redacted.ts';
import type { Inputs, LiveSide, Side } from './side.ts';

/** What a device answered to each case, kept as a file; fields are only added. */
export interface Recording extends About, Inputs {
  readonly format: 'vstm32-recording';
  readonly version: 1;
  /** Whether content that only the device knew is in it. */
  readonly firmware: 'hidden' | 'kept';
  /** Plays of each script, by the names of the cases. */
  readonly cases: Readonly<Record<string, readonly Play[]>>;
}

export interface RecordOptions extends Inputs {
  readonly firmware: Recording['firmware'];
  /** Ends the recording behind the case that is played. */
  readonly signal?: AbortSignal;
  readonly heard?: (name: string) => void;
}

/** Records what a target answers to each case that it can be asked. */
export async function record(
  side: LiveSide,
  cases: readonly Case[],
  { seed, inputs, firmware, signal, heard }: RecordOptions,
): Promise<Recording> {
  const recorded: Record<string, readonly Play[]> = {};
  for (const each of cases) {
    await turn(); // Ctrl-C is heard between two cases, in memory too
    if (signal?.aborted === true) break;
    const scripts = side.canAsk(each) ? side.scripts(each, { seed, inputs }) : undefined;
    if (scripts === undefined) continue;
    const plays: Play[] = [];
    for (const steps of scripts) {
      const done = await side.play(each, steps);
      plays.push(firmware === 'kept' ? done : redacted(done, steps));
    }
    recorded[nameOf(each)] = plays;
    heard?.(nameOf(each));
  }
  const head = { format: 'vstm32-recording', version: 1 } as const;
  return { ...head, ...side.about, seed, inputs, firmware, cases: recorded };
}

/** A device as it was recorded: it answers what it was asked then, and nothing else. */
export class RecordedSide implements Side {
  readonly recorded = true;
  readonly about: About;
  readonly #recording: Recording;

  constructor(recording: Recording) {
    const { target, device, flashKiB, bootloader, protocol } = recording;
    this.about = { target: `${target}, recorded`, device, flashKiB, bootloader, protocol };
    this.#recording = recording;
  }

  canAsk(each: Case): boolean {
    return this.#recording.cases[nameOf(each)] !== undefined;
  }

  scripts(each: Case): readonly (readonly Step[])[] | undefined {
    return this.#recording.cases[nameOf(each)]?.map(({ answers }) =>
      answers.map(({ name, sent, bursts, afterReset }): Step => ({
        name,
        send: sent,
        replies: [],
        ...(bursts === undefined ? {} : { bursts }),
        ...(afterReset === undefined ? {} : { afterReset }),
      })),
    );
  }

  async play(each: Case, steps: readonly Step[], at: number): Promise<Play | undefined> {
    const done = this.#recording.cases[nameOf(each)]?.[at];
    const same =
      done?.answers.length === steps.length &&
      done.answers.every(({ sent }, index) => sent.join() === steps[index]!.send.join());
    return same ? done : undefined;
  }
}

const octets = z.array(z.int().min(-1).max(255)).readonly();

const play = z.object({
  answers: z
    .array(
      z.object({
        name: z.string(),
        sent: octets,
        bursts: z.array(z.int().nonnegative()).readonly().exactOptional(),
        afterReset: z.literal(true).exactOptional(),
        got: octets,
        hidden: z
          .object({ length: z.int().nonnegative(), sha256: z.string().exactOptional() })
          .exactOptional(),
        ms: z.number().exactOptional(),
      }),
    )
    .readonly(),
  changed: z.array(z.object({ start: z.number(), end: z.number(), sha256: z.string() })).readonly(),
});

const recordingSchema: z.ZodType<Recording> = about.extend({
  format: z.literal('vstm32-recording'),
  version: z.literal(1),
  seed: z.int(),
  inputs: z.int().nonnegative(),
  firmware: z.enum(['hidden', 'kept']),
  cases: z.record(z.string(), z.array(play).readonly()),
});

/** Reads a recording. @throws ConformanceError for another kind of text. */
export function parseRecording(text: string, from: string): Recording {
  return parsedAs(recordingSchema, text, from, 'a file that vstm32 record wrote');
}
