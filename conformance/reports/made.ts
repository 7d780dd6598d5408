import { z } from 'zod';
import { packageManifest } from '../../emulator/package-files.ts';

/** Fields by which every report says who made it, when, and how long that took; older ones lack some. */
export const made = {
  /** Version of vstm32. */
  vstm32: z.string().optional(),
  /** When the run ended, ISO 8601. */
  date: z.string().optional(),
  /** Wall time of all of it, in ms. */
  tookMs: z.number().nonnegative().optional(),
};

/** Who made a report, when, and how long that took. */
export interface Made {
  /** Version of vstm32. */
  readonly vstm32: string;
  /** When the run ended, ISO 8601. */
  readonly date: string;
  /** Wall time of all of it, in ms. */
  readonly tookMs: number;
}

/** The same of a report that an older version may have written. */
export type PerhapsMade = { readonly [Field in keyof Made]?: Made[Field] | undefined };

/** This version of vstm32, now, after a run that began at a point of `performance.now()`. */
export function madeNow(began: number): Made {
  const tookMs = Math.round(performance.now() - began);
  return { vstm32: packageManifest().version, date: new Date().toISOString(), tookMs };
}
