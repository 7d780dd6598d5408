import { isBad, reasonLine } from './matrix.ts';
import type { Cell, Matrix, Subject } from './matrix.ts';

/**
 * Workflow commands of GitHub Actions, which print to the log of a step and become annotations: an error for each
 * cell with which a run does not pass, a warning for each rule by which something else was found on the way. They
 * belong to the file that describes the subject, where there is one.
 */
export function toGithub({ subjects }: Matrix): string {
  return subjects.flatMap(commandsOf).join('');
}

function commandsOf(subject: Subject): readonly string[] {
  const { name, cells, trouble } = subject;
  const all = trouble === undefined ? cells : [...cells, trouble];
  const warnings = new Map<string, string>();
  for (const { key, warnings: found } of all) {
    for (const { rule, says } of found) {
      if (!warnings.has(rule)) warnings.set(rule, `${key}: ${says}`);
    }
  }
  return [
    ...all.filter(isBad).map((cell) => command('error', subject, cell.title, messageOf(cell))),
    ...[...warnings].map(([rule, says]) => command('warning', subject, `${name} ${rule}`, says)),
  ];
}

function messageOf(cell: Cell): string {
  return cell.again === undefined ? reasonLine(cell) : `${reasonLine(cell)}\n${cell.again}`;
}

function command(level: 'error' | 'warning', of: Subject, title: string, says: string): string {
  const file = of.file === undefined ? '' : `file=${property(of.file)},line=1,`;
  return `::${level} ${file}title=${property(`${of.name}: ${title}`)}::${data(says)}\n`;
}

/** As GitHub's own toolkit escapes what follows a command (@actions/core, command.ts). */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
