import { z } from 'zod';
import { ENTRIES } from '../run/entry.ts';
import type { Entry } from '../run/entry.ts';
import type { Report } from './results.ts';
import { DESTROYS } from '../run/destroys.ts';
import { made } from '../reports/made.ts';
import { memoryDiffers } from '../reports/memory.ts';
import { VERDICTS } from '../reports/verdict.ts';
import type { Strength } from '../reports/verdict.ts';

const STRENGTHS: readonly Strength[] = ['must', 'should', 'observed'];

const octets = z.array(z.int().min(-1).max(255)).readonly();
const verdict = z.enum(VERDICTS);
export const finding = z.looseObject({ verdict, says: z.string() });
const count = z.int().nonnegative();

export const exchange = z.looseObject({
  name: z.string(),
  sent: octets,
  got: octets,
  accepted: z.array(z.string()).readonly(),
  state: z.string().exactOptional(),
  unasked: z.literal(true).exactOptional(),
  reply: z
    .looseObject({
      bytes: octets,
      verdict: verdict.exactOptional(),
      says: z.string().exactOptional(),
      again: z.literal(true).exactOptional(),
    })
    .exactOptional(),
});

const caseResult = z.looseObject({
  id: z.templateLiteral([z.string(), '/', z.string(), '/', z.string()]),
  entry: z.enum(Object.keys(ENTRIES) as Entry[]),
  section: z.string(),
  requirement: z.string(),
  covers: z.array(z.string()).readonly(),
  strength: z.enum(STRENGTHS),
  destroys: z.enum(DESTROYS),
  verdict,
  answered: finding,
  left: finding,
  transcript: z.array(exchange).readonly(),
  memory: memoryDiffers.exactOptional(),
  seed: z.int(),
  path: z.string().exactOptional(),
  inputs: count,
  dead: z.boolean(),
  tookMs: z.number().nonnegative().default(0),
});

/** What every file says of the device that it is about. */
export const about = z.looseObject({
  target: z.string(),
  device: z.string(),
  flashKiB: z.number().positive(),
  bootloader: z.string(),
  protocol: z.string(),
  again: z.string().exactOptional(),
});

/** A report as `--json` writes it, and as `--merge-reports` takes it. */
export const reportSchema: z.ZodType<Report> = z.looseObject({
  format: z.literal('vstm32-conformance'),
  version: z.literal(1),
  ...made,
  shard: z
    .string()
    .regex(/^[1-9]\d{0,3}\/[1-9]\d{0,3}$/)
    .optional(),
  targets: z
    .array(
      about.extend({
        seed: z.int(),
        inputs: count,
        tookMs: z.number().nonnegative(),
        notExamined: z.string().exactOptional(),
        insane: z.string().exactOptional(),
        interrupted: z.literal(true).exactOptional(),
        results: z.array(caseResult).readonly(),
      }),
    )
    .readonly(),
});
