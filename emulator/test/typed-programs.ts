/** Programs that start others, behind their own options. */
const STARTS_ANOTHER: ReadonlySet<string> = new Set(['sudo', 'exec', 'env', 'nice', 'time', '!']);

/** A word with its quotes, an operator or a comment of sh(1); what stands in quotes is one word. */
const TOKEN =
  /(?<comment>(?<!\S)#[^\n]*)|(?<operator>&&|\|\||[|;&()\n])|(?<word>(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"|;&()\\])+)/g;

/**
 * The programs that command lines start: also those that are given to a shell or to `vstm32 exec`, and that a
 * variable holds. This reads what documents say to type, not all of the shell.
 */
export function programsIn(script: string): readonly string[] {
  const commands: string[][] = [[]];
  for (const { groups } of script.replaceAll(/\\\n/g, ' ').matchAll(TOKEN)) {
    if (groups!['operator'] !== undefined) commands.push([]);
    else if (groups!['word'] !== undefined) commands.at(-1)!.push(groups!['word']);
  }
  return commands.flatMap(startedBy);
}

function startedBy(words: readonly string[]): readonly string[] {
  const [first, ...rest] = words;
  if (first === undefined || first.startsWith('$')) return [];
  const [, value] = /^\w+=(.*)$/s.exec(first) ?? [];
  if (value !== undefined) {
    const held = unquoted(value).includes(' ') ? programsIn(unquoted(value)) : [];
    return [...held, ...startedBy(rest)];
  }
  const program = unquoted(first);
  if (STARTS_ANOTHER.has(program)) {
    return [program, ...startedBy(rest.slice(rest.findIndex((word) => !word.startsWith('-'))))];
  }
  if (/^(ba)?sh$/.test(program) && rest[0] === '-c') {
    return [program, ...programsIn(unquoted(rest[1] ?? ''))];
  }
  const dashes = /^(vstm32|npm|npx)$/.test(program) ? rest.lastIndexOf('--') : -1;
  return [
    program,
    ...(dashes < 0 || isVstm32(rest.slice(0, dashes)) ? [] : startedBy(rest.slice(dashes + 1))),
  ];
}

/** `npm run -s vstm32 --`: what follows are arguments of vstm32. */
function isVstm32(before: readonly string[]): boolean {
  return before.at(-1) === 'vstm32';
}

function unquoted(word: string): string {
  return word.replaceAll(
    /'([^']*)'|"((?:\\.|[^"\\])*)"/g,
    (_, single?: string, double?: string) => single ?? double!.replaceAll(/\\(.)/g, '$1'),
  );
}

/** Programs that a TypeScript or Python program starts, by the first of its words. */
export function programsStartedBy(program: string): readonly string[] {
  const called =
    /\b(?:spawn|spawnSync|execFile|execFileSync|run|Popen|check_call)\(\s*\[?\s*['"]([\w.-]+)['"]/g;
  const listed = /\[\s*['"]([\w.-]+)['"],\s*['"]-/g;
  return [called, listed].flatMap((pattern) =>
    [...program.matchAll(pattern)].map(([, name]) => name!),
  );
}
