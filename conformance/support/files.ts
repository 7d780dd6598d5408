import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { interfaceNames } from '../interfaces/names.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import { parsedAs } from '../reports/parsed-as.ts';
import type { Support, Supports } from './support.ts';

/** The page that people read. */
export const SUPPORT_PAGE = resolve(import.meta.dirname, '../SUPPORT.md');

/** The page that shows a summary of it. */
export const README = resolve(import.meta.dirname, '../../README.md');

/** The file of what was seen over an interface. */
export function supportFile(over: InterfaceName): string {
  return resolve(import.meta.dirname, `${over}.json`);
}

/** What the files say. */
export async function supports(): Promise<Supports> {
  const there = interfaceNames.filter((name) => existsSync(supportFile(name)));
  const all = there.map(async (name) => [name, await supportIn(supportFile(name))] as const);
  return Object.fromEntries(await Promise.all(all)) as Supports;
}

/** By line and bootloader version; `protocol` is text, all else are numbers of cases. */
const supportSchema = z.record(
  z.string(),
  z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number()]))),
);

async function supportIn(file: string): Promise<Support> {
  return parsedAs(
    supportSchema,
    await readFile(file, 'utf8'),
    file,
    'a table of support',
  ) as Support;
}
