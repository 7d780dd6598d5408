import fc from 'fast-check';
import type { Line } from '../interfaces/usart/pins.ts';
import type { Happening, TraceEvent } from '../trace/trace.ts';

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('two\nlines \u001b[31m'));
const port = fc.constantFrom('USART1', 'USART3:PC11/PC10');
const bytes = fc.uint8Array({ maxLength: 300 });
const address = fc.nat({ max: 0xffff_ffff });
const length = fc.nat({ max: 1 << 21 });
const on = fc.boolean();

const message = fc.record(
  { address: fc.nat(0x7f), acknowledged: fc.boolean() },
  { noNullPrototype: true },
);
const frame = fc
  .record({ extended: on, fd: on, brs: on, acknowledged: on }, { noNullPrototype: true })
  .chain((rest) =>
    fc
      .nat(rest.extended ? 0x1fff_ffff : 0x7ff)
      .map((id) => ({ id, ...rest, brs: rest.brs && rest.fd })),
  );
const transfer: { requiredKeys: ('kind' | 'port' | 'bytes')[]; noNullPrototype: true } = {
  requiredKeys: ['kind', 'port', 'bytes'],
  noNullPrototype: true,
};

const line: fc.Arbitrary<Line> = fc.record(
  {
    baud: fc.integer({ min: 1, max: 4_000_000 }),
    parity: fc.constantFrom('none', 'even', 'odd', 'mark', 'space'),
    dataBits: fc.constantFrom(5, 6, 7, 8),
    stopBits: fc.constantFrom(1, 1.5, 2),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const setup = fc.record(
  {
    bmRequestType: fc.nat(0xff),
    bRequest: fc.nat(0xff),
    wValue: fc.nat(0xffff),
    wIndex: fc.nat(0xffff),
    wLength: fc.nat(0xffff),
  },
  { noNullPrototype: true },
);

/** A generator for every kind of happening: a kind without one does not compile. */
const happenings: {
  readonly [Kind in Happening['kind']]: fc.Arbitrary<Happening & { readonly kind: Kind }>;
} = {
  rx: fc.record({ kind: fc.constant('rx'), port, bytes, message, frame }, transfer),
  tx: fc.record({ kind: fc.constant('tx'), port, bytes, message, frame }, transfer),
  line: fc.record({ kind: fc.constant('line'), port, line }),
  break: fc.record({ kind: fc.constant('break'), port, on }),
  select: fc.record(
    { kind: fc.constant('select'), port, baud: fc.double({ min: 1, max: 4e6, noNaN: true }) },
    { requiredKeys: ['kind', 'port'], noNullPrototype: true },
  ),
  command: fc.record({ kind: fc.constant('command'), port, name: text, opcode: fc.nat(0xff) }),
  request: fc.record(
    {
      kind: fc.constant('request'),
      port,
      address,
      length,
      pages: fc.array(fc.nat(0xffff), { maxLength: 40 }),
      bank: fc.constantFrom<number | 'all'>(0, 1, 'all'),
      code: fc.nat(0xffff),
    },
    { requiredKeys: ['kind', 'port'], noNullPrototype: true },
  ),
  done: fc.record({ kind: fc.constant('done'), port, name: text }),
  nack: fc.record({ kind: fc.constant('nack'), port, reason: text }),
  assigned: fc.record({ kind: fc.constant('assigned'), port, address: fc.nat(0x7f) }),
  broadcast: fc.record({
    kind: fc.constant('broadcast'),
    port,
    code: fc.nat(0x7f),
    bytes,
    acknowledged: on,
  }),
  interrupt: fc.record({ kind: fc.constant('interrupt'), port, address: fc.nat(0x7f), bytes }),
  attach: fc.record({ kind: fc.constant('attach'), port, on }),
  'bus-reset': fc.record({ kind: fc.constant('bus-reset'), port }),
  setup: fc.record({ kind: fc.constant('setup'), port, request: text, setup, bytes }),
  answer: fc.record(
    {
      kind: fc.constant('answer'),
      port,
      setup,
      answer: fc.constantFrom('done', 'stall', 'none'),
      reason: text,
      bytes,
    },
    { requiredKeys: ['kind', 'port', 'setup', 'answer', 'bytes'], noNullPrototype: true },
  ),
  'dfu-state': fc.record({ kind: fc.constant('dfu-state'), port, state: text, status: text }),
  program: fc.record({ kind: fc.constant('program'), address, length }),
  erase: fc.record({ kind: fc.constant('erase'), address, length }),
  lost: fc.record({ kind: fc.constant('lost'), operation: text, address, length, why: text }),
  dropped: fc.record(
    { kind: fc.constant('dropped'), port, what: text, why: text },
    { requiredKeys: ['kind', 'what', 'why'], noNullPrototype: true },
  ),
  options: fc.record({ kind: fc.constant('options'), area: address, bytes }),
  protection: fc.record({ kind: fc.constant('protection'), from: fc.nat(2), to: fc.nat(2) }),
  pin: fc.record({
    kind: fc.constant('pin'),
    name: fc.constantFrom('NRST', 'BOOT0', 'BOOT1'),
    level: fc.constantFrom(0, 1),
  }),
  power: fc.record({ kind: fc.constant('power'), on }),
  reset: fc.record({ kind: fc.constant('reset'), cause: fc.constantFrom('NRST', 'option bytes') }),
  boot: fc.record({ kind: fc.constant('boot'), area: text, why: text }),
  jump: fc.record({ kind: fc.constant('jump'), address, stack: address, to: text }),
  fault: fc.record({ kind: fc.constant('fault'), fault: text }),
  surprise: fc.record({ kind: fc.constant('surprise'), text }),
  note: fc.record({ kind: fc.constant('note'), text }),
};

/** Any event of a Trace. */
export const traceEvent: fc.Arbitrary<TraceEvent> = fc
  .tuple(
    fc.double({ min: 0, max: 1e12, noNaN: true }),
    fc.oneof(...(Object.values(happenings) as fc.Arbitrary<Happening>[])),
  )
  .map(([time, happening]) => ({ time: time + 0, ...happening }));
