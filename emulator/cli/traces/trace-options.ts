import { EmulatorError } from '../../errors.ts';

/** What `--trace` asks for; without a file it goes to stderr. */
export interface TraceChoice {
  readonly format: 'text' | 'json' | 'none';
  readonly file?: string;
}

/** Reads `--trace text|json|none[:FILE]`. */
export function parseTraceChoice(text: string): TraceChoice {
  const [, format, file] = /^(text|json|none)(?::(.+))?$/s.exec(text) ?? [];
  if (format !== 'text' && format !== 'json' && format !== 'none') {
    throw new EmulatorError(
      `--trace ${text}: write text, json or none, and :FILE if not to stderr`,
    );
  }
  return file === undefined ? { format } : { format, file };
}
