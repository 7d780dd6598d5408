import { ConformanceError } from '../errors.ts';
import type { Part } from '../part.ts';
import type { Session } from './session.ts';

/** A session that failed once, as a file keeps it; fields are only added. */
export interface StoredCase {
  readonly format: 'vstm32-case';
  readonly version: 1;
  readonly device: string;
  readonly flashKiB: number;
  readonly bootloader: string;
  readonly protocol: string;
  /** What was wrong when it was found. */
  readonly found: string;
  readonly session: Session;
}

export function storedCase(part: Part, session: Session, found: string): StoredCase {
  const { name: device, flashKiB, bootloader, protocol } = part;
  const head = { format: 'vstm32-case', version: 1 } as const;
  return { ...head, device, flashKiB, bootloader: bootloader.version, protocol, found, session };
}

/** Reads a stored case. @throws ConformanceError for a text that is none. */
export function parseCase(text: string, from: string): StoredCase {
  try {
    const value = JSON.parse(text) as StoredCase;
    if (
      value.format === 'vstm32-case' &&
      value.version === 1 &&
      Array.isArray('moves' in value.session ? value.session.moves : value.session.bursts)
    ) {
      return value;
    }
  } catch {
    // said below, together with JSON of another kind
  }
  throw new ConformanceError(`${from} is not a case that vstm32 fuzz --save wrote`);
}
