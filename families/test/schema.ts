import { z } from 'zod';
import type { Device } from '../family.ts';
import { interfaces } from '../interfaces/interfaces.ts';
import { quirks } from '../quirks.ts';
import { saidWhole, type Series } from '../series.ts';
import { sources } from '../sources.ts';

// What a whole line is, and what a series file may say of one. Strict: a key that nothing reads is an error.

const keysOf = <T extends object>(record: T): (keyof T & string)[] =>
  Object.keys(record) as (keyof T & string)[];

const text = z.string().min(1);
const address = z.int().min(0).max(0xffff_ffff);
const octet = z.int().min(0).max(0xff);
const count = z.int().min(0);
const time = z.number().min(0);
const source = z.enum(keysOf(sources));
const quirk = z.enum(keysOf(quirks));
const pin = z.string().regex(/^P[A-P]\d{1,2}$/);
const range = z.strictObject({ start: address, end: address });
const bit = z.union([z.literal(0), z.literal(1)]);
const unit = z.literal([1, 2, 4, 8, 16, 32]);
const known = <T extends z.ZodType>(schema: T): z.ZodUnion<[T, z.ZodUndefined]> =>
  z.union([schema, z.undefined()]);
/** A table by flash size in KiB, or by another number. */
const byNumber = <T extends z.ZodType>(value: T): z.ZodRecord<z.ZodCoercedNumber, T> =>
  z.record(z.coerce.number<string>(), value) as never;
const byName = <T extends z.ZodType>(value: T): z.ZodRecord<z.ZodString, T> =>
  z.record(text, value);

const printedTime = z.strictObject({
  typ: time,
  min: z.exactOptional(time),
  max: z.exactOptional(time),
  chosen: z.exactOptional(text),
});

const layouts = byNumber(
  z
    .array(
      z.strictObject({
        start: address,
        first: count,
        pages: z.array(z.templateLiteral([z.number(), '*', z.number(), z.enum(['', 'K'])])).min(1),
      }),
    )
    .min(1),
);

const flash = z.strictObject({
  unit: z.enum(['page', 'sector']),
  layouts,
  alternative: z.exactOptional(z.strictObject({ field: text, value: count, layouts })),
  programUnit: unit,
  writeAlign: unit,
  eraseValue: z.literal([0x00, 0xff]),
  overwrite: known(z.enum(['and', 'all-zero-only', 'refuse', 'ecc', 'or'])),
});

const ram = z.array(
  z.strictObject({
    name: text,
    start: address,
    length: count,
    alias: z.exactOptional(address),
  }),
);
const ramBySize = byNumber(z.number());

const port = {
  USART: { rx: pin, tx: pin, autobaud: known(z.enum(['software', 'hardware'])) },
  I2C: { scl: pin, sda: pin, address: known(address) },
  SPI: { mosi: pin, miso: pin, sck: pin, nss: pin },
  CAN: { rx: pin, tx: pin },
  FDCAN: { rx: pin, tx: pin },
  USB: { dp: pin, dm: pin },
  I3C: {
    scl: pin,
    sda: pin,
    identity: known(
      z.strictObject({
        provisionedId: z
          .int()
          .min(0)
          .max(2 ** 48 - 1),
        bcr: octet,
        dcr: octet,
      }),
    ),
  },
};
const protocol = z.enum(keysOf(port));

const command = z.enum(keysOf(interfaces.USART.opcodes));

const bootloader = z.strictObject({
  interfaces: z.array(text),
  protocols: z.partialRecord(protocol, z.string().regex(/^\d\.\d$/)),
  ramUsed: z.array(range),
  ramAccessible: z.exactOptional(z.array(range)),
  commands: z.exactOptional(z.array(command)),
  specials: z.exactOptional(z.array(count)),
  wrongUsbStrings: z.exactOptional(
    z.strictObject({ strings: z.array(text), serial: text, source: text }),
  ),
  readRefusedAt: z.enum(['address', 'length']),
  writeRefusedAt: z.enum(['address', 'block']),
  startupMs: known(time),
  quirks: z.array(quirk),
  seen: z.exactOptional(z.array(text)),
  notModelled: z.exactOptional(z.array(text)),
  note: z.exactOptional(text),
});
const version = {
  version: z.string().regex(/^\d{1,2}\.\d$/),
  id: known(octet),
};

const word = z.strictObject({
  offset: count,
  width: z.literal([16, 32]),
  factory: known(address),
  chosen: z.exactOptional(text),
});
const area = z.strictObject({
  start: address,
  length: count,
  complement: z.enum(['none', 'bytes', 'half-words', 'words']),
  writtenAt: z.exactOptional(count),
  bases: z.exactOptional(z.array(count)),
  words: z.array(word.extend({ name: text })),
});
const field = z.strictObject({
  word: text,
  bit: count,
  width: count,
  erased: z.exactOptional(count),
});
const options = z.strictObject({
  access: z.enum(['flash', 'words', 'mirror', 'registers']),
  accessSource: source,
  areas: z.array(area),
  fields: z.array(field.extend({ name: text })),
  rdp: known(
    z.strictObject({
      field: text,
      level0: count,
      level2: z.exactOptional(count),
      level05: z.exactOptional(count),
      written: count,
    }),
  ),
  final: z.exactOptional(z.strictObject({ field: text, value: count })),
  writeProtection: known(
    z.union([
      z.strictObject({
        kind: z.literal('bits'),
        fields: z.array(text),
        protects: bit,
        pagesPerBit: count,
        lastCoversRest: z.exactOptional(z.boolean()),
        perBank: z.exactOptional(z.boolean()),
        pcropField: z.exactOptional(text),
      }),
      z.strictObject({
        kind: z.literal('areas'),
        areas: z.array(z.strictObject({ start: text, end: text, bank: bit })),
      }),
    ]),
  ),
});

const boot = z.strictObject({
  pattern: count,
  pins: z.array(z.enum(['BOOT0', 'BOOT1'])),
  table: z.array(
    z.strictObject({
      when: byName(count),
      boots: z.union([
        z.enum(['main-flash', 'system-memory', 'sram', 'rss', 'banks']),
        z.strictObject({
          address: text,
          unit: count,
          banks: z.exactOptional(z.literal(true)),
        }),
      ]),
    }),
  ),
  emptyCheck: z.exactOptional(
    z.strictObject({
      sampled: z.enum(['power-on', 'reset', 'option-load']),
      reads: z.exactOptional(z.literal([4, 8])),
      clearedByBootloader: z.exactOptional(z.boolean()),
    }),
  ),
  rdpLevel2: z.exactOptional(z.enum(['main-flash', 'system-memory-limited'])),
});

const operations = z.strictObject({
  program: z.strictObject({ bytes: count, us: printedTime }),
  erase: z.array(z.strictObject({ KiB: z.number(), ms: printedTime })),
  massErase: z.union([
    z.literal('sum'),
    z.strictObject({ any: printedTime }),
    byNumber(printedTime),
  ]),
  bankErase: z.exactOptional(byNumber(printedTime)),
});
const timing = z.strictObject({
  operations,
  byParallelism: z.exactOptional(
    z.strictObject({ 8: operations, 16: operations, 32: operations, 64: operations }),
  ),
  source: text,
  confidence: z.enum(['high', 'medium', 'low', 'none']),
  note: z.exactOptional(text),
});

const identity = {
  id: z.string().regex(/^[A-Z]{2,3}32\w+$/),
  parts: z.array(z.string().regex(/^[A-Z]{2,3}32[A-Z0-9?]+\*$/)),
  productId: z.int().min(0x400).max(0x4ff),
};

/** What stands in a series file as it stands in the line. */
const facts = {
  flashLetters: z.exactOptional(byName(count)),
  incomplete: z.exactOptional(text),
  flash,
  ram,
  ramBySize: z.exactOptional(ramBySize),
  ramOfParts: z.exactOptional(
    z.array(
      z.strictObject({
        parts: z.array(text),
        ram: z.exactOptional(ram),
        ramBySize: z.exactOptional(ramBySize),
      }),
    ),
  ),
  systemMemory: z.array(range),
  aliases: z.exactOptional(z.array(range.extend({ of: z.enum(['main-flash', 'system-memory']) }))),
  secondVectorTable: z.exactOptional(address),
  bootloaderIdAddress: known(address),
  massErase: z.boolean(),
  flashSizeRegister: known(
    z.strictObject({
      address,
      codes: z.exactOptional(byNumber(count)),
      says: z.exactOptional(byNumber(count)),
    }),
  ),
  uid: known(z.tuple([address, address, address])),
  otp: z.exactOptional(
    z.strictObject({
      start: address,
      length: count,
      lockBytes: z.exactOptional(count),
    }),
  ),
  eeprom: z.exactOptional(
    z.strictObject({
      start: address,
      startBySize: z.exactOptional(byNumber(address)),
      length: byNumber(count),
    }),
  ),
  supplyRegister: z.exactOptional(address),
  boot,
  timing,
  connection: z.exactOptional(
    z.strictObject({
      usartUs: z.exactOptional(time),
      usbMs: z.exactOptional(time),
      i2cStretchUs: z.exactOptional(time),
      i2cTimeoutMs: z.exactOptional(time),
      hseTimeoutMs: z.exactOptional(time),
    }),
  ),
  usbStrings: z.exactOptional(
    z.strictObject({
      strings: z.array(text),
      garbage: z.exactOptional(z.strictObject({ behind: text, units: text })),
      bcdDevice: count,
      capturedOn: z.exactOptional(text),
    }),
  ),
  canCrystals: z.exactOptional(z.array(z.number())),
  fdcanRates: z.exactOptional(z.strictObject({ nominal: count, data: count })),
  dfuGeneration: z.exactOptional(z.enum(['A', 'B'])),
  dfu: z.exactOptional(
    z.strictObject({
      wTransferSize: z.exactOptional(count),
      pollMs: z.exactOptional(z.record(text, count)),
      ram: z.exactOptional(z.array(range)),
      source: text,
    }),
  ),
  usbSerial: z.exactOptional(
    z.union([
      z.strictObject({
        sum: z.enum(['halves', 'words']),
        plus: z.exactOptional(count),
        last: z.exactOptional(z.literal([1, 2])),
      }),
      z.strictObject({ fixed: text }),
    ]),
  ),
  usbProduct: z.exactOptional(text),
  optionalQuirks: z.exactOptional(z.array(quirk)),
  sources: z.record(text, z.array(source).min(1)),
};

/** A line in full. */
export const deviceSchema = z.strictObject({
  ...identity,
  ...facts,
  interfaces: z.array(
    z.discriminatedUnion('protocol', [
      z.strictObject({ name: text, protocol: z.literal('USART'), ...port.USART }),
      z.strictObject({ name: text, protocol: z.literal('I2C'), ...port.I2C }),
      z.strictObject({ name: text, protocol: z.literal('SPI'), ...port.SPI }),
      z.strictObject({ name: text, protocol: z.literal('CAN'), ...port.CAN }),
      z.strictObject({ name: text, protocol: z.literal('FDCAN'), ...port.FDCAN }),
      z.strictObject({ name: text, protocol: z.literal('USB'), ...port.USB }),
      z.strictObject({ name: text, protocol: z.literal('I3C'), ...port.I3C }),
    ]),
  ),
  bootloaders: z.array(bootloader.extend(version)).min(1),
  options: options.optional(),
  notes: z.array(text),
});

/** What an interface is; what is its own alone is read as it is. */
export const interfaceSchema = z.looseObject({
  note: source,
  sections: z.record(z.string().regex(/^(\d(\.\d+)?|[a-z][a-z-]*)$/), text),
  opcodes: byName(octet),
  lists: z.array(
    z.strictObject({
      since: z.string().regex(/^\d\.\d$/),
      commands: z.array(text).min(1),
      withSpecials: z.exactOptional(z.array(text)),
      chosen: z.exactOptional(text),
    }),
  ),
  sync: octet.optional(),
  busy: octet.optional(),
  rates: z.strictObject({ nominal: count, data: count.optional() }).optional(),
  speeds: byNumber(count).optional(),
});

/** A part of a schema as differences: of objects and records the keys that differ, all else whole. */
function differences(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodObject) {
    const shape = Object.entries<z.ZodType>(schema.shape).map(([key, part]) => [
      key,
      (saidWhole.has(key) ? part : differences(part)).or(z.undefined()).optional(),
    ]);
    return z.strictObject(Object.fromEntries(shape) as z.ZodRawShape);
  }
  if (schema instanceof z.ZodRecord) {
    return z.record(text, differences(schema.valueType as z.ZodType).or(z.undefined()));
  }
  if (schema instanceof z.ZodUnion) {
    return z.union(schema.options.map((option) => differences(option as z.ZodType)));
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional) {
    return differences(schema.unwrap() as z.ZodType);
  }
  return schema;
}

const line = z.strictObject({
  ...facts,
  flashKiB: z.array(z.number()),
  lacks: z.array(text),
  i2cAddress: known(address),
  interfaces: byName(z.strictObject({ protocol, ...Object.assign({}, ...Object.values(port)) })),
  bootloader,
  options: known(
    options.extend({
      areas: byName(area.extend({ words: byName(word) })),
      fields: byName(field),
    }),
  ),
});
const listed = {
  bootloaders: z
    .array((differences(bootloader) as z.ZodObject).extend(version))
    .min(1)
    .optional(),
  notes: z.array(text).min(1).optional(),
};
const said = differences(line) as z.ZodObject;

/** A series as its file says it. */
export const seriesSchema = z.strictObject({
  series: text,
  defaults: said.extend(listed),
  lines: z.array(said.extend({ ...listed, ...identity, like: identity.id.optional() })).min(1),
});

export type { Device, Series };
