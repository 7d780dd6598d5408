import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { APPEARANCE, LEVELS } from './appearance.ts';
import { detailLines, reasonLine } from './matrix.ts';
import type { Cell, Matrix, Rule, Subject } from './matrix.ts';

/**
 * SARIF 2.1.0, as code hosts show it: a run for each device or tool, a result for each deviation and each warning.
 * Results belong to the file that describes the subject, else to `at`, since code hosts take none that belong to no
 * file.
 */
export function toSarif(matrix: Matrix, at = 'vstm32.sarif'): string {
  return `${JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: matrix.subjects.map((subject) => runOf(matrix, subject, subject.file ?? at)),
    },
    null,
    2,
  )}\n`;
}

function runOf({ by, vstm32, date }: Matrix, subject: Subject, at: string): object {
  const { name, cells, trouble, identity } = subject;
  const all = trouble === undefined ? cells : [...cells, trouble];
  const rules = rulesOf(all);
  const places = new Map(rules.map(({ id }, index) => [id, index]));
  return {
    tool: { driver: { name: by, ...(vstm32 === undefined ? {} : { version: vstm32 }), rules } },
    automationDetails: { id: `${by}/${name}/` },
    invocations: [
      {
        executionSuccessful: trouble === undefined,
        ...(date === undefined ? {} : { endTimeUtc: date }),
      },
    ],
    properties: identity,
    results: all
      .flatMap((cell) => resultsOf(subject, cell, at))
      .map((result) => ({ ...result, ruleIndex: places.get(result.ruleId) })),
  };
}

function rulesOf(cells: readonly Cell[]): readonly { readonly id: string }[] {
  const rules = new Map(cells.map(({ rule }) => [rule.id, ruleOf(rule)]));
  for (const { rule: id } of cells.flatMap(({ warnings }) => warnings)) {
    const text = { text: id.replaceAll('-', ' ') };
    rules.set(id, { id, shortDescription: text, fullDescription: text, help: text });
  }
  return [...rules.values()];
}

function ruleOf({ id, asks, full, help }: Rule): {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly text: string };
} {
  return {
    id,
    shortDescription: { text: asks },
    fullDescription: { text: full },
    help: { text: help },
  };
}

function resultsOf(
  { name, kind }: Subject,
  cell: Cell,
  at: string,
): readonly { readonly ruleId: string }[] {
  const { rule, key, place, verdict, known, type, says, warnings } = cell;
  const level = LEVELS[APPEARANCE[verdict].colour];
  const where = (id: string): object => ({
    locations: [locationOf(at, name, place)],
    partialFingerprints: { 'vstm32Case/v1': `${kind} ${id}` },
  });
  const text =
    type === undefined
      ? [`${reasonLine(cell)}.`, ...detailLines(cell)].join('\n')
      : `${name}: ${says}`;
  const own = {
    ruleId: rule.id,
    level: known === true ? 'note' : level,
    message: { text },
    ...where(key),
  };
  return [
    ...(level === undefined ? [] : [own]),
    ...warnings.map((warning) => ({
      ruleId: warning.rule,
      level: 'warning',
      message: { text: `${key}: ${warning.says}` },
      ...where(`${key} ${warning.rule}`),
    })),
  ];
}

/** The first line of a file, and what in it is meant. */
function locationOf(at: string, name: string, fullyQualifiedName: string): object {
  const uri = isAbsolute(at) ? pathToFileURL(at).href : encodeURI(at.replaceAll('\\', '/'));
  return {
    physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
    logicalLocations: [{ name, fullyQualifiedName, kind: 'function' }],
  };
}
