import { readFileSync } from 'node:fs';
import { EmulatorError } from '../../emulator/index.ts';
import type { JobName } from '../scenario.ts';
import type { HostTool } from './host-tool.ts';
import { fromTemplate, type Template } from './template.ts';

export const JOBS: readonly JobName[] = [
  'detect',
  'write+verify',
  'write',
  'read',
  'erase',
  'unprotect',
  'write-options',
  'go',
];

const TEXTS = ['name', 'command'] as const;
const FLAGS = ['contract', 'resets'] as const;

/**
 * Reads the description of a tool: YAML with `name`, `command`, `success: [0]`, `unsupported: 77`,
 * `contract: true`, `resets: true`, and under `jobs:` one command line per job. Nothing else of YAML.
 * @throws EmulatorError naming the line that is not understood
 */
export function readToolFile(path: string): HostTool {
  const template: Record<string, unknown> = {};
  const jobs: Partial<Record<JobName, string>> = {};
  let inJobs = false;
  for (const [index, line] of textOf(path).split('\n').entries()) {
    const wrong = (why: string): EmulatorError =>
      new EmulatorError(`${path}, line ${index + 1}: ${why}`);
    if (/^\s*(#.*)?$/.test(line)) continue;
    const [, indent, key, rest] = /^(\s*)([\w+-]+):(?:\s+(.*?))?\s*$/.exec(line) ?? [];
    if (key === undefined) throw wrong(`'${line.trim()}' is not NAME: VALUE`);
    if (indent !== '' && inJobs) {
      const job = JOBS.find((each) => each === key);
      if (job === undefined) throw wrong(`no job is called ${key}; use ${JOBS.join(', ')}`);
      if (rest === undefined) throw wrong(`${key} has no command line`);
      jobs[job] = unquoted(rest);
      continue;
    }
    inJobs = key === 'jobs' && rest === undefined;
    if (inJobs) continue;
    const value = valueOf(key, unquoted(rest ?? ''));
    if (value === undefined) {
      throw wrong(
        `${key} is not name, command, success: [0], unsupported: 77, contract: true, resets: true or jobs`,
      );
    }
    template[key] = value;
  }
  if (Object.keys(jobs).length === 0 && template['command'] === undefined) {
    throw new EmulatorError(`${path} has no command line: give one under jobs, or command`);
  }
  return fromTemplate({ ...(template as Omit<Template, 'jobs'>), jobs });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new EmulatorError(`cannot read ${path}: give the path of a tool description`, { cause });
  }
}

function valueOf(key: string, text: string): unknown {
  if (TEXTS.some((each) => each === key)) return text === '' ? undefined : text;
  if (FLAGS.some((each) => each === key)) {
    return text === 'true' ? true : text === 'false' ? false : undefined;
  }
  if (key === 'unsupported') return /^\d+$/.test(text) ? Number(text) : undefined;
  if (key === 'success' && /^\[?\s*\d+(\s*,\s*\d+)*\s*\]?$/.test(text)) {
    return text.match(/\d+/g)!.map(Number);
  }
  return undefined;
}

/** Quotes around the whole value are YAML's, others are the command's; a # behind a blank begins a comment. */
function unquoted(text: string): string {
  const quoted = /^'([^']*)'\s*(?:#.*)?$|^"([^"]*)"\s*(?:#.*)?$/.exec(text);
  return quoted === null ? text.replace(/(^|\s)#.*$/, '').trim() : (quoted[1] ?? quoted[2]!);
}
