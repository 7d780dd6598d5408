import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { EmulatorError } from '../../emulator/index.ts';
import { hexByte, type Place } from '../place.ts';
import { TRANSPORTS, type JobName, type Transport } from '../scenario.ts';
import { hex, type HostTool } from './host-tool.ts';

/** A tool described by command lines with placeholders. */
export interface Template {
  readonly name?: string | undefined;
  /** Command lines by job. */
  readonly jobs: Readonly<Partial<Record<JobName, string>>>;
  /** The command line of every job that `jobs` does not list: which one it is stands in `{job}` and VSTM32_JOB. */
  readonly command?: string | undefined;
  readonly success?: readonly number[] | undefined;
  readonly unsupported?: number | undefined;
  readonly contract?: boolean | undefined;
  /** It resets the chip itself, when VSTM32_RESETS is 1, or with these arguments in place of `{resets}` or at the end. */
  readonly resets?: boolean | string | undefined;
  readonly wire?: string | undefined;
  readonly formats?: readonly ('bin' | 'hex')[] | undefined;
  /** False: it cannot verify. */
  readonly verifies?: boolean | undefined;
  /** It starts the application by itself behind each write. */
  readonly starts?: boolean | undefined;
  /** The command line that makes it tell its version. */
  readonly version?: string | undefined;
  /** Default: those whose ports the command lines name, or USART where they name none. */
  readonly transports?: readonly Transport[] | undefined;
}

/** Exit code by which a tool says that it does not offer a job; 127 would be the shell's. */
export const NOT_OFFERED = 77;

const DEFAULT_BAUD = 115_200;

/** The placeholders of each transport's port; by the first a command line tells that it is for the transport. */
const PORTS: Readonly<Record<Transport, readonly [string, ...string[]]>> = {
  USART: ['usart'],
  DFU: ['usb'],
  I2C: ['i2c'],
  SPI: ['spi'],
  CAN: ['can'],
  FDCAN: ['fdcan', 'can'],
};

/** Other placeholders that stand for a port of the transport. */
const NAMES: Readonly<Partial<Record<Transport, readonly string[]>>> = {
  DFU: ['usb-id', 'usb-serial'],
  I2C: ['i2c-address'],
};

/** What the other placeholders stand for. */
const VALUES: Readonly<Record<string, (place: Place) => string>> = {
  image: ({ file }) => file,
  address: ({ address }) => hex(address),
  length: ({ length }) => String(length),
  baud: ({ job }) => String(job.baud ?? DEFAULT_BAUD),
  'first-page': ({ job }) => String(job.pages?.first ?? 0),
  'page-count': ({ job }) => String(job.pages?.count ?? 0),
  'usb-id': ({ usb }) => usb?.id ?? '',
  'usb-serial': ({ usb }) => usb?.serial ?? '',
  'i2c-address': ({ i2cAddress }) => hexByte(i2cAddress ?? 0),
  job: ({ jobName }) => jobName,
};

/** One command line for writing, as `--tool` takes it; `over` is the bus where it names no port. @throws EmulatorError */
export function oneLine(text: string, over?: Transport): HostTool {
  const tellsJob = text.includes('{job}');
  const lines = tellsJob
    ? { jobs: {}, command: text }
    : { jobs: { 'write+verify': text, write: text } };
  const findsIt = namedBy([text]).length === 0 && over !== undefined;
  return fromTemplate(findsIt ? { ...lines, transports: [over] } : lines);
}

/** The tool that a template describes. @throws EmulatorError for a placeholder that there is not */
export function fromTemplate(template: Template): HostTool {
  const { jobs, command, contract } = template;
  const lines = [...Object.values(jobs), ...(command === undefined ? [] : [command])];
  const executables = [...new Set(lines.map((line) => wordsOf(line)[0]!))];
  const named = namedBy(lines);
  if (named.length === 0 && template.transports === undefined && contract !== true) {
    const ports = TRANSPORTS.map((transport) => `{${PORTS[transport][0]}}`).join(', ');
    throw new EmulatorError(
      `--tool: the command line names no port: put one of ${ports} into it, or, where the tool finds the device itself, say over which bus with --over BUS, or transports: [BUS] in a tool file`,
    );
  }
  const { version, wire, formats, starts, resets } = template;
  return {
    name: template.name ?? lastPart(executables[0]!),
    transports: template.transports ?? (named.length > 0 ? named : ['USART']),
    executables,
    ...(version === undefined ? {} : { version: wordsOf(version) }),
    ...(wire === undefined ? {} : { wire }),
    ...(formats === undefined ? {} : { formats }),
    ...(starts === true ? { starts } : {}),
    ...(template.success === undefined ? {} : { success: template.success }),
    notOffered: template.unsupported ?? NOT_OFFERED,
    ...(contract === true ? { contract } : {}),
    command(place) {
      const line = jobs[place.job.do] ?? command;
      if (line === undefined) return undefined;
      if (place.job.do === 'write+verify' && template.verifies === false) return undefined;
      const reset = place.job.resets === true ? (resets ?? false) : '';
      if (reset === false) return undefined;
      const told = contract === true || canBeTold(line, place, starts === true); // or heard, from its environment
      const { parity, withoutAddress } = place.job;
      if (parity !== undefined || withoutAddress === true || !told) return undefined;
      const how = typeof reset === 'string' ? reset : '';
      const whole = line.includes('{resets}') ? line.replaceAll('{resets}', how) : `${line} ${how}`;
      return wordsOf(whole).map((word) => filled(word, place));
    },
  };
}

/** The transports whose ports some command lines name. */
function namedBy(lines: readonly string[]): readonly Transport[] {
  return TRANSPORTS.filter((transport) => {
    const [first] = PORTS[transport];
    return lines.some((line) => has(line, [first, ...(NAMES[transport] ?? [])]));
  });
}

/** All placeholders that stand for something of the transport. */
function namesOf(transport: Transport): readonly string[] {
  return [...PORTS[transport], ...(NAMES[transport] ?? [])];
}

function has(line: string, names: readonly string[]): boolean {
  return names.some((name) => line.includes(`{${name}}`));
}

/** All that matters for the job has a place in the command line. */
function canBeTold(line: string, { job, elsewhere, transport }: Place, starts: boolean): boolean {
  if (job.starts === true && !starts) return false; // there is no placeholder for it
  const needs = [
    ...(elsewhere ? ['{address}'] : []),
    ...(job.baud === undefined ? [] : ['{baud}']),
    ...(job.pages === undefined ? [] : ['{first-page}', '{page-count}']),
    ...(job.do === 'read' ? ['{length}'] : []),
    ...(job.selects === undefined ? [] : [job.selects === 'path' ? '{usb}' : '{usb-serial}']),
  ];
  const own = namesOf(transport);
  const others = TRANSPORTS.flatMap(namesOf).filter((name) => !own.includes(name));
  return !has(line, others) && needs.every((name) => line.includes(name));
}

/** Words as a shell would split them, without expanding anything; files there are by their full paths. */
function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain!,
  );
  const known = [...new Set([...Object.values(PORTS).flat(), ...Object.keys(VALUES), 'resets'])];
  for (const [, name] of line.matchAll(/\{([^}]*)\}/g)) {
    if (known.includes(name!)) continue;
    const all = known.map((each) => `{${each}}`).join(', ');
    throw new EmulatorError(`--tool: there is no {${name}}; use ${all}`);
  }
  if (words.length === 0) throw new EmulatorError('--tool: the command line is empty');
  // the tool runs in a temporary directory
  return words.map((word) =>
    word.includes('/') && existsSync(word) ? resolve(word) : fileHere(word),
  );
}

/** A script named without a folder, as in `python3 flash.py`. */
function fileHere(word: string): string {
  return /^[^-{].*\.\w+$/.test(word) && existsSync(word) ? resolve(word) : word;
}

function filled(word: string, place: Place): string {
  return word.replaceAll(/\{([^}]*)\}/g, (_text, name: string) =>
    PORTS[place.transport].includes(name) ? place.port : (VALUES[name]?.(place) ?? ''),
  );
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
