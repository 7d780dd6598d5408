import { readFileSync } from 'node:fs';

/**
 * The process was started under nohup(1), and is to outlive its terminal. Node takes back that SIGHUP is ignored
 * before any of our code runs, so this looks for what else nohup leaves: the name that a shell gives in `_`, and
 * a standard input that can only be written to.
 */
export function startedUnderNohup(): boolean {
  if (/(^|\/)nohup$/.test(process.env['_'] ?? '')) return true;
  try {
    const [, flags = '0'] = /^flags:\s*([0-7]+)$/m.exec(
      readFileSync('/proc/self/fdinfo/0', 'latin1'),
    )!;
    return (Number.parseInt(flags, 8) & ACCESS) === WRITE_ONLY;
  } catch {
    return false; // no /proc, or no standard input
  }
}

/** O_ACCMODE and O_WRONLY: open(2). */
const ACCESS = 3;
const WRITE_ONLY = 1;
