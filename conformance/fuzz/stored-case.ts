import { z } from 'zod';
import { parsedAs } from '../reports/parsed-as.ts';
import type { Part } from '../part/part.ts';
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

const number = z.int();
const octet = z.int().min(0).max(255);
/** Longest list in a session: far above what `fuzz` makes. */
const MOST = 100_000;
const octets = z.array(octet).max(MOST).readonly();
const pages = z.array(number.nonnegative()).min(1).max(MOST).readonly();

const fault = z.discriminatedUnion('do', [
  z.object({ do: z.enum(['drop', 'duplicate']), at: number }),
  z.object({ do: z.enum(['corrupt', 'insert']), at: number, value: octet }),
]);

const move = z.discriminatedUnion('do', [
  z.object({ do: z.literal('identify') }),
  z.object({ do: z.literal('read'), page: number, at: number, count: number }),
  z.object({ do: z.literal('write'), page: number, unit: number, data: octets, burst: number }),
  z.object({ do: z.literal('spoilt-write'), page: number, unit: number, data: octets, fault }),
  z.object({ do: z.literal('refused-write'), page: number, data: octets, spoil: number }),
  z.object({ do: z.literal('erase'), pages }),
  z.object({ do: z.literal('refused-erase'), pages, spoil: number }),
  z.object({ do: z.literal('wrong-complement'), opcode: octet, spoil: number }),
  z.object({ do: z.literal('refused-go'), spoil: number }),
  z.object({ do: z.enum(['readout-protect', 'readout-unprotect', 'restart']) }),
]);

export const sessionSchema: z.ZodType<Session> = z.union([
  z.object({ moves: z.array(move).max(MOST).readonly(), cutAt: number.exactOptional() }),
  z.object({ bursts: z.array(octets).max(MOST).readonly() }),
]);

const caseSchema: z.ZodType<StoredCase> = z.object({
  format: z.literal('vstm32-case'),
  version: z.literal(1),
  device: z.string(),
  flashKiB: z.number().positive(),
  bootloader: z.string(),
  protocol: z.string(),
  found: z.string(),
  session: sessionSchema,
});

/** Reads a stored case. @throws ConformanceError for a text that is none. */
export function parseCase(text: string, from: string): StoredCase {
  return parsedAs(caseSchema, text, from, 'a case that vstm32 fuzz --save wrote');
}

/** Reads a session as `vstm32 fuzz` prints it. @throws ConformanceError for a text that is none. */
export function parseSession(text: string, from: string): Session {
  return parsedAs(sessionSchema, text, from, 'the JSON that vstm32 fuzz printed');
}
