import type { z } from 'zod';
import { ConformanceError } from '../errors.ts';

/**
 * JSON that somebody gave us, as a schema wants it; `from` is where it came from and `kind` what it should be.
 * @throws ConformanceError that names the first field that is wrong.
 */
export function parsedAs<T extends z.ZodType>(
  schema: T,
  text: string,
  from: string,
  kind: string,
): z.output<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ConformanceError(`${from} is not ${kind}: it is no JSON`, { cause });
  }
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [{ path, message }] = error.issues as [z.core.$ZodIssue];
  const field = path.length === 0 ? '' : `${path.map(String).join('.')}: `;
  throw new ConformanceError(`${from} is not ${kind}: ${field}${message}`);
}
