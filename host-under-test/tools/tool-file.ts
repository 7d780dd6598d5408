import { readFileSync } from 'node:fs';
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { EmulatorError, parseWire } from '../../emulator/index.ts';
import { JOBS, TRANSPORTS } from '../scenario.ts';
import type { HostTool } from './host-tool.ts';
import { fromTemplate } from './template.ts';

const exitCode = z.int('an exit code is 0 to 255').min(0).max(255);
const commandLine = z
  .string('a command line is a text: put it in quotes where it begins with {')
  .min(1, 'the command line is empty');

const toolFile = z
  .strictObject({
    name: z.string().min(1),
    command: commandLine,
    success: z.union([exitCode.transform((code) => [code]), z.array(exitCode).min(1)], {
      error: 'write one exit code, or several as [0, 3]',
    }),
    unsupported: exitCode,
    contract: z.boolean(),
    resets: z.union([z.boolean(), z.string()], { error: 'write true, or the arguments for it' }),
    wire: z.string().superRefine((text, context) => {
      try {
        parseWire(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
      }
    }),
    formats: z.array(z.enum(['bin', 'hex'], 'use bin, hex')).min(1),
    verifies: z.boolean(),
    starts: z.boolean(),
    version: commandLine,
    transports: z.array(z.enum(TRANSPORTS, `use ${TRANSPORTS.join(', ')}`)).min(1),
    jobs: z.partialRecord(z.enum(JOBS), commandLine),
  })
  .partial()
  .refine(({ command, jobs = {} }) => command !== undefined || Object.keys(jobs).length > 0, {
    error: 'it has no command line: give one under jobs, or command',
  });

/** Reads the YAML description of a tool. @throws EmulatorError naming the line that is not understood */
export function readToolFile(path: string): HostTool {
  const lines = new LineCounter();
  const document = parseDocument(textOf(path), { lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = lines.linePos(error.pos[0]).line;
    throw new EmulatorError(`${path}, line ${line}: ${error.message.split('\n')[0]}`);
  }
  const checked = toolFile.safeParse(document.toJS() ?? {});
  if (checked.success) {
    const { jobs = {} } = checked.data;
    return { ...fromTemplate({ ...checked.data, jobs }), file: path };
  }
  const issue = checked.error.issues[0]!;
  const at = lineOf(document, lines, placeOf(issue));
  throw new EmulatorError(`${path}${at === undefined ? '' : `, line ${at}`}: ${says(issue)}`);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new EmulatorError(`cannot read ${path}: give the path of a tool description`, { cause });
  }
}

type Issue = z.core.$ZodIssue;

/** Where the mistake is: at the key itself where that is not known. */
function placeOf(issue: Issue): readonly PropertyKey[] {
  return issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
}

function says(issue: Issue): string {
  const name = placeOf(issue).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.path[0] === 'jobs'
      ? `no job is called ${issue.keys[0]}; use ${JOBS.join(', ')}`
      : `${name} is not one of ${Object.keys(toolFile.shape).join(', ')}`;
  }
  return name === '' ? issue.message : `${name}: ${issue.message}`;
}

/** Line, from 1, of the key or item at a path. */
function lineOf(
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
): number | undefined {
  const node = document.getIn(path, true);
  const offset = isNode(node) ? node.range?.[0] : undefined;
  return offset === undefined ? undefined : lines.linePos(offset).line;
}
