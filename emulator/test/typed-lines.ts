import { program } from '../cli/program.ts';
import type { AnyCommand } from '../cli/index.ts';

/** Command lines as a document says to type them: those of its `sh` blocks, a line each, without their comments. */
export function fencedLines(markdown: string): string[] {
  return [...markdown.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block]) => linesOf(block!));
}

/** The same of blocks that are indented, which begin with vstm32 or npm. */
export function indentedLines(markdown: string): string[] {
  const joined = markdown.replaceAll(/ *\\\n */g, ' ');
  const typed = [...joined.matchAll(/^ {4,7}((?:vstm32|npm run -s vstm32 --) .*)$/gm)];
  return linesOf(typed.map(([, line]) => `${line}\n`).join(''));
}

/** The same in the middle of sentences; what has a gap in it is none, and neither is a name alone. */
export function inlineLines(markdown: string): string[] {
  const quoted = [...markdown.matchAll(/`((?:vstm32|npx|npm) [^`]+)`/g)].map(([, line]) => line!);
  return quoted.filter(
    (line) => line.split(' ').length > 2 && !/…|\b[A-Z]{4,}\b|\[|--$/.test(line),
  );
}

/** The examples that the help of the command line and of each of its commands prints. */
export async function helpLines(commands: readonly AnyCommand[]): Promise<string[]> {
  const names = commands.map(({ command }) => String(command).split(' ')[0]!);
  const helps = [[], ...names.map((name) => [name])].map(
    async (words) => await program(words, commands).wrap(null).getHelp(),
  );
  return (await Promise.all(helps)).flatMap((help) => {
    const [, examples] = /^Examples:\n((?: {2}.+\n?)+)/m.exec(help) ?? [];
    if (examples === undefined) throw new Error(`there is no example in ${help}`);
    return [...examples.matchAll(/^ {2}(.+?)(?: {2,}.*)?$/gm)].map(([, line]) => line!);
  });
}

function linesOf(block: string): string[] {
  const lines: string[] = [];
  let open = '';
  for (const line of block.replaceAll(/ *\\\n */g, ' ').split('\n')) {
    open = `${open}${open === '' ? '' : '\n'}${line.replace(/ {2,}#.*/, '')}`;
    if (open.split("'").length % 2 === 0 || /[|&]$/.test(open)) continue; // it goes on
    if (open.trim() !== '') lines.push(open.trim());
    open = '';
  }
  return lines;
}
