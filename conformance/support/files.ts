import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { interfaceNames } from '../interfaces.ts';
import type { InterfaceName } from '../interfaces.ts';
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
  const all = there.map(
    async (name) =>
      [name, JSON.parse(await readFile(supportFile(name), 'utf8')) as Support] as const,
  );
  return Object.fromEntries(await Promise.all(all)) as Supports;
}
