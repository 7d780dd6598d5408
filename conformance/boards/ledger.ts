import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { parsedAs } from '../reports/parsed-as.ts';

interface Counts {
  /** When the run began, in ms since 1970. */
  readonly since: number;
  /** By page number, as the bootloader counts, and of the option bytes. */
  readonly erases: Record<string, number>;
  readonly programs: Record<string, number>;
}

const counted = z.record(z.string(), z.int().nonnegative());
const countsSchema: z.ZodType<Counts> = z.object({
  since: z.int(),
  erases: counted,
  programs: counted,
});

/** What a run has cost a board so far; with a file, over all processes of the run, one at a time. */
export class Ledger {
  readonly #file: string | undefined;
  #counts: Counts;

  constructor(file?: string) {
    this.#file = file;
    this.#counts = { since: Date.now(), erases: {}, programs: {} };
    if (file !== undefined) this.#counts = readCounts(file) ?? this.#counts;
    this.#write();
  }

  erased(pages: readonly (number | 'option bytes')[]): void {
    for (const page of pages) this.#counts.erases[page] = (this.#counts.erases[page] ?? 0) + 1;
    this.#write();
  }

  programmed(page: number): void {
    this.#counts.programs[page] = (this.#counts.programs[page] ?? 0) + 1;
    this.#write();
  }

  /** Erases of the page that was erased most often. */
  get mostErases(): number {
    return Math.max(0, ...Object.values(this.#counts.erases));
  }

  get allErases(): number {
    return Object.values(this.#counts.erases).reduce((sum, count) => sum + count, 0);
  }

  /** Wall time since the run began, in ms. */
  get runMs(): number {
    return Date.now() - this.#counts.since;
  }

  #write(): void {
    if (this.#file !== undefined) writeFileSync(this.#file, JSON.stringify(this.#counts));
  }
}

function readCounts(file: string): Counts | undefined {
  try {
    return parsedAs(countsSchema, readFileSync(file, 'utf8'), file, 'a wear log of vstm32 conform');
  } catch (error) {
    // the first process of the run makes it
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
