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

/** The same in the middle of sentences; what has a placeholder in it is none. */
export function inlineLines(markdown: string): string[] {
  const quoted = [...markdown.matchAll(/`((?:vstm32|npx|npm) [^`]+)`/g)].map(([, line]) => line!);
  // a name alone is not typed
  return quoted.filter(
    (line) => line.split(' ').length > 2 && !/…|\b[A-Z]{4,}\b|\[|--$/.test(line),
  );
}

function linesOf(block: string): string[] {
  const lines: string[] = [];
  let open = '';
  for (const line of block.replaceAll(/ *\\\n */g, ' ').split('\n')) {
    open = `${open}${open === '' ? '' : '\n'}${line.replace(/ {2,}#.*/, '')}`;
    if (open.split("'").length % 2 === 0) continue; // a quotation goes on
    if (open.trim() !== '') lines.push(open.trim());
    open = '';
  }
  return lines;
}
