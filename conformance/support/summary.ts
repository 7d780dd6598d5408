import { families } from '../../families/index.ts';
import { INTERFACES, interfaceNames } from '../interfaces/names.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import type { Supports } from './support.ts';

const START = '<!-- supported: start -->';
const END = '<!-- supported: end -->';

/** A text whose part between two marks is what was seen to be supported, by series. @throws Error for a text without the marks */
export function withSummary(text: string, supports: Supports): string {
  const [before, rest] = text.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`there is no ${START}`);
  return `${before}${START}\n\n${summary(supports)}\n\n${END}${after}`;
}

/** Series × protocols. */
function summary(supports: Supports): string {
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const rows = families.flatMap(({ series, devices }) => {
    const lines = devices.filter(({ incomplete }) => incomplete === undefined).map(({ id }) => id);
    const cells = interfaceNames.map((over) => cell(over, lines, supports));
    return lines.length === 0 ? [] : [row([series, lines.length, ...cells])];
  });
  const names = interfaceNames.map((name) => INTERFACES[name]);
  return [
    row(['Series', 'Lines', ...names]),
    row(['---', '---', ...names.map(() => '---')]),
    ...rows,
  ].join('\n');
}

/** `1.0, 1.2`; `1.0 (2)` where two lines of several have it. */
function cell(over: InterfaceName, lines: readonly string[], supports: Supports): string {
  const having = lines.flatMap((line) => {
    const versions = supports[over]?.[line];
    return versions === undefined ? [] : [versions];
  });
  const versions = having.flatMap((each) => Object.values(each).map(({ protocol }) => protocol));
  const text = [...new Set(versions)].toSorted().join(', ');
  return having.length === lines.length || having.length === 0
    ? text
    : `${text} (${having.length})`;
}
