import { devices } from '../../families/index.ts';
import type { Bootloader, Device } from '../../families/index.ts';
import { INTERFACES, interfaceNames } from '../interfaces/names.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import type { Support, Supports, VersionSupport } from './support.ts';

/** The page of what the suite was seen to pass, from the files beside this one. */
export function supportPage(supports: Supports): string {
  const examined = interfaceNames.filter((name) => supports[name] !== undefined);
  const runnable = devices.filter(({ incomplete }) => incomplete === undefined);
  const rows = runnable.map((device) => [
    device.id,
    device.bootloaders.map(({ version }) => `V${version}`).join(' '),
    ...examined.map((name) => cell(device, name, supports[name]!)),
  ]);
  const names = examined.map((name) => INTERFACES[name]);
  return [
    '# What is supported',
    '',
    'Every bootloader version of every line that can be run, examined in memory by the conformance suite over',
    'each interface that it lists. Each row is what those runs showed: all cases passed, but for the number in',
    'brackets, in which a limitation shows that ST prints for the ROM, or a recommendation is passed over; of',
    'several versions it is the highest. `in` names the bootloader versions where not all have the protocol. `?`:',
    'the version of the protocol is not known, and it is not examined.',
    '',
    ...examined.map((name) => `- ${INTERFACES[name]}: ${extent(supports[name]!)}`),
    '',
    'The counts of each version are in `support/`; one command runs it all and writes them and this page',
    'anew:',
    '',
    '    npx vitest run --project full conformance/suites/all-lines -u',
    '',
    '<!-- prettier-ignore-start -->',
    row(['Line', 'Bootloaders', ...names]),
    row(['---', '---', ...names.map(() => '---')]),
    ...rows.map(row),
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
}

function extent(support: Support): string {
  const lines = Object.values(support);
  const versions = lines.flatMap((each) => Object.values(each));
  const cases = versions.reduce((sum, each) => sum + each.cases, 0);
  return `${lines.length} lines, ${versions.length} bootloader versions, ${cases} cases`;
}

/** `3.1 (30)`; `2.0 in V9.0 V9.1` where only some versions have it. */
function cell({ id, bootloaders, interfaces }: Device, name: InterfaceName, on: Support): string {
  const examined = Object.entries(on[id] ?? {});
  if (examined.length === 0) {
    const unknown = interfaces.some(({ protocol }) => protocol === INTERFACES[name]);
    return unknown ? '?' : '';
  }
  const protocols = [...new Set(examined.map(([, { protocol }]) => protocol))];
  const parts = protocols.map((protocol) => {
    const having = examined.filter(([, each]) => each.protocol === protocol);
    const deviations = Math.max(...having.map(([, each]) => deviating(each)));
    const mark = deviations === 0 ? '' : ` (${deviations})`;
    const everywhere = having.length === bootloaders.length;
    return `${protocol}${mark}${everywhere ? '' : ` in ${versionsOf(having, bootloaders)}`}`;
  });
  return parts.join(', ');
}

/** In the order of the tables, whatever JSON makes of it. */
function versionsOf(
  having: readonly (readonly [version: string, each: VersionSupport])[],
  bootloaders: readonly Bootloader[],
): string {
  const names = new Set(having.map(([version]) => version));
  return bootloaders
    .filter(({ version }) => names.has(version))
    .map(({ version }) => `V${version}`)
    .join(' ');
}

/** Cases that were neither passed nor out of the question. */
function deviating({
  protocol: _protocol,
  cases: _cases,
  pass: _pass,
  ...others
}: VersionSupport): number {
  return Object.values(others).reduce((sum, count) => sum + count, 0);
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
