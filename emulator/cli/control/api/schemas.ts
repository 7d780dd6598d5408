import { z } from 'zod';
import { refusedCommands } from '../../../faults.ts';
import type { Port } from '../../../connect/ports.ts';

/** The words of the control API; the OpenAPI document is made of them. */

const level = z.union([z.literal(0), z.literal(1)]).describe('Level of a pin');
const count = z.int().min(1);
const byte = z.int().min(0).max(0xff);
const address = z.int().min(0).max(0xffff_ffff).describe('Address in the memory map of the chip');
const micros = z.number().min(0).describe('µs');

export const boardId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
  .describe('Name of the board: letters, digits, dots, dashes');

export const pins = z.enum(['NRST', 'BOOT0', 'BOOT1']);
export const pinLevel = z.strictObject({ level });
export const power = z.strictObject({ on: z.boolean() });
export const protection = z.strictObject({
  level: z.union([z.literal(0), z.literal(1), z.literal(2)]),
});
export const speed = z.strictObject({
  speed: z
    .union([z.literal('instant'), z.literal('real'), z.number().positive().max(1e6)])
    .describe('Time that chip work takes: none, as on the chip, or so many times faster'),
});

const flashFault = z.strictObject({
  at: z.literal('flash'),
  do: z.enum(['power-cut', 'reset', 'lie', 'slow']),
  operation: count.describe('The nth operation of flash or option bytes from now on'),
  done: z.number().min(0).max(1).optional(),
  mask: z.array(byte).min(1).max(4096).optional(),
  by: micros.optional(),
});
const linkFault = z.strictObject({
  at: z.literal('link'),
  do: z.enum(['drop', 'corrupt', 'duplicate', 'insert']),
  direction: z.enum(['to-chip', 'to-host']),
  nth: count.describe('The nth byte in this direction from now on'),
  value: byte.optional(),
});
const replyFault = z.strictObject({
  at: z.literal('reply'),
  do: z.literal('refuse'),
  command: z.enum(refusedCommands).optional(),
  address: address.optional(),
  nth: count.optional(),
});
export const fault = z
  .discriminatedUnion('at', [flashFault, linkFault, replyFault])
  .describe('Something that goes wrong');

export type Fault = z.infer<typeof fault>;

export const armedFault = z.object({
  id: count,
  fault,
  struck: z.array(micros).describe('When it struck, in virtual time'),
});
export type ArmedFault = z.infer<typeof armedFault>;

export const boardState = z.object({
  id: boardId,
  device: z.string(),
  productId: z.int(),
  flashKiB: z.int(),
  bootloader: z.string(),
  state: z
    .enum(['off', 'held-in-reset', 'starting', 'bootloader', 'application', 'locked-up'])
    .describe('What runs on the core'),
  boot: z.object({ area: z.string(), why: z.string() }).nullable(),
  protection: z.int().describe('Readout protection level in force'),
  selected: z.string().nullable().describe('Port that a host has selected'),
  pins: z.record(pins, level),
  power: z.boolean(),
  timeUs: micros.describe('Virtual time since the board was made, µs'),
  operations: z
    .int()
    .describe('Operations of flash and option bytes begun since the board was made'),
  events: z
    .record(z.string(), z.int())
    .describe('How many events of each kind there were; `last` is the number of the last'),
  ports: z.record(z.string(), z.custom<Port>()).describe('Where hosts reach the board'),
});
export type BoardState = z.infer<typeof boardState>;

export const newBoard = z
  .strictObject({
    id: boardId.optional(),
    device: z.string().min(1).max(64).describe('A part (STM32F405RG), a line or a product ID'),
  })
  .catchall(
    z.union([z.string().max(4096), z.number(), z.boolean(), z.array(z.string().max(4096)).max(64)]),
  )
  .describe('A board by the options of vstm32 run, but for those that name files');

export const memory = z.object({ name: z.string(), address, length: z.int() });
export const range = z.strictObject({
  offset: z.coerce.number().int().min(0).default(0),
  length: z.coerce.number().int().min(1).optional(),
});

const flashUnit = z.object({
  number: z.int().describe('As Erase names it'),
  bank: z.int(),
  address,
  offset: z.int().describe('Place in the array, without the gaps between banks'),
  length: z.int(),
  protection: z.enum(['none', 'write', 'pcrop']),
});
export type FlashUnit = z.infer<typeof flashUnit>;
export const flashMap = z.object({
  units: z.array(flashUnit).describe('Pages or sectors'),
  cell: z.int().describe('Bytes that a character of content stands for'),
  content: z.string().describe('0 for what is blank, 1 for what is not'),
});
export type FlashMap = z.infer<typeof flashMap>;

export const optionField = z.object({
  name: z.string(),
  width: z.int().describe('Bits'),
  stored: z.int().describe('Value that the next reset loads'),
  loaded: z.int().describe('Value in force'),
});
export type OptionField = z.infer<typeof optionField>;
export const optionValues = z.record(z.string().max(64), z.int().min(0));

export const imageQuery = z.strictObject({
  format: z.enum(['bin', 'hex']).default('bin'),
  address: z.coerce.number().int().min(0).max(0xffff_ffff).optional(),
});

export const preload = z.object({
  env: z.record(z.string(), z.string()).describe('What the tool must have in its environment'),
  ports: z.record(z.string(), z.string()).describe('Paths of the ports, as /dev/i2c-1'),
});
export type PreloadState = z.infer<typeof preload>;

export const snapshotName = z.strictObject({ name: boardId.optional() });

export const eventsQuery = z.strictObject({
  since: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Number of the first event; default: what comes next'),
  kinds: z.string().max(512).optional().describe('Kinds of events, parted by commas'),
  ports: z.string().max(512).optional().describe('Ports, parted by commas'),
});
export const traceQuery = eventsQuery.extend({
  most: z.coerce.number().int().min(1).max(10_000).default(1000),
});

export const liveQuery = z.strictObject({
  board: boardId.optional().describe('The board of which everything is told'),
  trace: z
    .string()
    .max(512)
    .optional()
    .describe('Kinds of its events that are told as lines, parted by commas; or all'),
  ports: z.string().max(512).optional().describe('Ports, parted by commas'),
  text: z.string().max(256).optional().describe('Part of the text of a line'),
});
/** What `GET /live` sends, by the name of its event. */
export const live = z.object({
  boards: z.array(boardState),
  gone: z.array(boardId),
  units: flashMap.shape.units,
  flash: flashMap.omit({ units: true }).extend({
    working: z.array(z.tuple([z.int(), z.int()])).describe('Offsets of what is worked on'),
  }),
  dialogue: z.array(
    z.object({
      seq: count,
      time: micros,
      where: z.string(),
      text: z.string(),
      result: z.string().optional(),
      outcome: z.enum(['running', 'done', 'refused', 'ended']).optional(),
    }),
  ),
  trace: z.array(
    z.object({ seq: count, time: micros, kind: z.string(), where: z.string(), text: z.string() }),
  ),
  dropped: z.object({ events: count }),
});
export type Live = z.infer<typeof live>;
export type LiveLine = Live['trace'][number];

export const event = z
  .looseObject({ time: micros, kind: z.string() })
  .describe('An event of the trace, as --trace json writes it');
export const numberedEvent = z.object({ seq: count, event });

export const waitFor = z
  .strictObject({
    kind: z.string().max(32).describe('program, erase, nack, boot, jump, reset, fault, …'),
    since: z
      .int()
      .min(1)
      .optional()
      .describe('Number of the first event that counts; default: what comes next'),
    timeoutMs: z
      .number()
      .min(0)
      .max(600_000)
      .default(10_000)
      .describe('Wall time, ms; 0: what has been counts, and nothing is waited for'),
    port: z.string().max(64).optional(),
    name: z.string().max(64).optional().describe('Command or pin'),
    cause: z.string().max(64).optional(),
    area: z.string().max(64).optional(),
    address: address.optional().describe('It lies in what was programmed or erased'),
    text: z
      .string()
      .max(256)
      .optional()
      .describe('Part of a text of the event: the reason of a refusal'),
  })
  .describe('An event to wait for');
export type WaitFor = z.infer<typeof waitFor>;

export const failure = z.object({
  error: z.string().describe('What is wrong, and what to do'),
});
