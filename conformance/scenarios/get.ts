import type { CommandName } from '../part/commands.ts';
import { scratchPages, since } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import type { Scenario } from '../run/scenario.ts';
import { ANY } from '../run/script.ts';
import type { Step } from '../run/script.ts';
import type { SetUp } from '../run/target.ts';
import type { FramedHost } from './kit/framed-host.ts';
import { scenariosOf } from './kit/shared.ts';
import type { Shared } from './kit/shared.ts';

/** What is judged of the answer to Get; the other bytes are any. */
export interface JudgedList {
  readonly count?: true;
  readonly version?: number;
  readonly opcodes?: true;
  readonly seventh?: true;
}

/** Get, Get Version and Get ID, as shared scenarios play them. */
export interface GetHost {
  readonly host: FramedHost;
  /** Of Get, Get Version and Get ID. */
  readonly sections: readonly [string, string, string];
  /** All of Get: the list is the answer to its second step, or to its only one. */
  readonly get: (part: Part, judged: JudgedList) => readonly Step[];
  /** All of Get Version; bytes below 0 are not judged. */
  readonly getVersion: (part: Part, version: number, behind?: readonly number[]) => readonly Step[];
  /** All of Get ID, with its two bytes, of which a version that sends one sends the last. */
  readonly getId: (part: Part, id: readonly number[]) => readonly Step[];
}

/** The protocol version in two nibbles. */
export function versionByte({ protocol }: Part): number {
  const [major, minor] = protocol.split('.');
  return Number(major) * 16 + Number(minor);
}

/** Versions of the protocols: AN3155 §4, AN4221, AN4286, AN5405. */
const VERSIONS = [0x10, 0x11, 0x12, 0x13, 0x20, 0x21, 0x22, 0x30, 0x31, 0x32, 0x33, 0x40];

/** The list of Get: how many commands there are, the version, and the opcodes. */
export function listOf(
  part: Part,
  opcodes: Readonly<Partial<Record<CommandName, number>>>,
  { count, version = ANY, opcodes: all, seventh }: JudgedList,
): readonly number[] {
  const codes = part.commands!.map((name) => opcodes[name]!);
  return [
    count ? codes.length : ANY,
    version,
    ...codes.map((code, at) => (all || (seventh && at === 6) ? code : ANY)),
  ];
}

/** Why what Get lists cannot be judged, nor what it leaves out; undefined when it can. */
export function noList(part: Part): string | undefined {
  return part.commands === undefined
    ? 'the list differs by product, and that of this line is not known'
    : undefined;
}

/** The ID of the line, high byte first. */
const idOf = ({ device }: Part): readonly number[] => [
  device.productId >> 8,
  device.productId & 0xff,
];

const shortId = (part: Part): string | undefined =>
  since(part, '2.1') ? undefined : 'one byte before protocol 2.1';

/** Flash in which it shows that a command erased what it should not. */
const fewBytes = (part: Part): SetUp => ({
  flash: [{ address: scratchPages(part)[0]!.start, bytes: Uint8Array.of(1, 2, 3, 4) }],
});

/** What Get, Get Version and Get ID must do over every framed interface. */
export function getScenarios({
  host,
  sections,
  get,
  getVersion,
  getId,
}: GetHost): readonly Scenario[] {
  const { connected, over, waiting } = host;
  const base = {
    strength: 'must',
    destroys: 'nothing',
    entries: [...waiting, 'write-protected', 'rdp-1'],
  } as const;
  const listed = { ...base, unsupported: noList } as const;
  const list: readonly Shared[] = [
    {
      ...listed,
      name: 'count',
      requirement: 'Get begins with the number of the commands that it lists.',
      on: {
        usart: [1],
        i2c: [1],
        spi: [1],
        fdcan: { covers: [1, 2], known: ['fdcan-get-counts-13'] },
      },
      script: (part) => ({ steps: get(part, { count: true }) }),
    },
    {
      ...listed,
      name: 'version',
      requirement: 'Get reports the protocol version in its two nibbles.',
      on: {
        usart: [2],
        i2c: [2, '4-1'],
        spi: [2],
        fdcan: { covers: [3], known: ['fdcan-version-1.1'] },
      },
      script: (part) => ({ steps: get(part, { version: versionByte(part) }) }),
    },
    {
      ...listed,
      name: 'list',
      requirement:
        'Get lists the commands of the protocol version in the order of the note, however often it is asked.',
      on: {
        usart: [3, '3-13', '4-1'],
        i2c: [3, '4-1'],
        spi: [3, '3-1'],
        can: [1, 2, 3, '3-3', '4-1'],
        fdcan: [4],
      },
      script: (part) => {
        const asked = get(part, { opcodes: true });
        return { steps: [...asked, ...asked, ...asked] };
      },
    },
    {
      ...listed,
      name: 'list-under-rdp',
      requirement: 'The list is the same under readout protection.',
      strength: 'observed',
      entries: ['rdp-1'],
      on: { usart: [5], i2c: [4], spi: [5], fdcan: [5] },
      script: (part) => ({ steps: get(part, { count: true, opcodes: true }) }),
    },
    {
      ...listed,
      name: 'erase-in-seventh-place',
      requirement: 'The erase command is the seventh of the list, where hosts look for it.',
      strength: 'observed',
      entries: [connected],
      protection: 'any',
      on: { usart: [6, '3-13'], i2c: [5] },
      script: (part) => ({ steps: get(part, { seventh: true }) }),
    },
    {
      ...listed,
      name: 'closing-ack',
      requirement: 'The list ends in an ACK, and nothing follows it.',
      on: {
        usart: [4],
        i2c: {
          covers: [6],
          name: 'one-answer',
          sharesKills: 'what Get leaves out shows wherever Get is asked (3.3)',
        },
        spi: [4],
        fdcan: [6],
      },
      script: (part) => ({ steps: get(part, {}) }),
    },
  ];
  const version: readonly Shared[] = [
    {
      ...base,
      name: 'version',
      requirement: 'Get Version answers the protocol version.',
      on: {
        usart: [1, 2],
        i2c: [1, 2],
        spi: [1, 2],
        can: [1, 2, '3-3'],
        fdcan: { covers: [1], known: ['fdcan-version-1.1'], setUp: fewBytes },
      },
      script: (part) => ({ steps: getVersion(part, versionByte(part)) }),
    },
    {
      ...base,
      name: 'option-bytes-zero',
      requirement: 'The two bytes behind the version are zero.',
      on: { usart: [3], fdcan: { covers: [2, 3], name: 'two-zeros' } },
      script: (part) => ({ steps: getVersion(part, ANY, [0, 0]) }),
    },
    {
      ...listed,
      name: 'same-version-as-get',
      requirement: 'Get and Get Version report the same version.',
      strength: 'should',
      entries: [connected, 'rdp-1'],
      on: { usart: [2], i2c: [2], spi: [2], fdcan: { covers: [4], name: 'same-as-get' } },
      script: (part) => {
        const steps = get(part, {});
        const at = Math.min(1, steps.length - 1);
        const replies = [...new Set([versionByte(part), ...VERSIONS])].flatMap((told) =>
          get(part, { version: told })[at]!.replies.map((reply) => ({
            ...reply,
            goOn: [...steps.slice(at + 1), ...getVersion(part, told)],
          })),
        );
        return { steps: [...steps.slice(0, at), { ...steps[at]!, replies }] };
      },
    },
  ];
  const id: readonly Shared[] = [
    {
      ...base,
      name: 'product-id',
      requirement: 'Get ID answers the product ID of the line in two bytes, high byte first.',
      on: {
        usart: { covers: [1, 2], unsupported: shortId },
        i2c: [1, 2],
        spi: [1, 2],
        can: {
          covers: [1, '3-3'],
          sharesKills: 'in other sections it proves that the device is in step',
        },
        fdcan: [1],
      },
      script: (part) => ({ steps: getId(part, idOf(part)) }),
    },
    {
      ...base,
      name: 'count',
      requirement: 'Get ID counts the bytes of the ID less one, and ends in an ACK.',
      on: {
        usart: { covers: [2], unsupported: shortId },
        i2c: [2],
        spi: [1],
        fdcan: {
          covers: [2],
          name: 'closing-ack',
          requirement: 'The product ID stands between two ACKs, and nothing follows them.',
          sharesKills: 'Get ID is asked in every section',
        },
      },
      script: (part) => ({ steps: getId(part, [ANY, ANY]) }),
    },
    {
      ...base,
      name: 'one-byte-id-before-2.1',
      requirement: 'Before protocol 2.1 Get ID answers one byte.',
      entries: [connected],
      on: { usart: [3, '4-1'] },
      unsupported: (part) => (since(part, '2.1') ? 'two bytes from protocol 2.1 on' : undefined),
      script: (part) => ({ steps: getId(part, idOf(part)) }),
      sharesKills: 'only protocol 2.0 answers so, and no mutant is made of it',
    },
    {
      ...listed,
      name: 'asking-changes-nothing',
      requirement: 'Get, Get Version and Get ID leave the memory as it was.',
      entries: [connected, 'write-protected'],
      on: { usart: [4], i2c: [3], spi: [3] },
      setUp: fewBytes,
      script: (part) => ({
        steps: [...get(part, {}), ...getVersion(part, ANY), ...getId(part, [ANY, ANY])],
      }),
    },
  ];
  return [list, version, id].flatMap((shared, at) => scenariosOf(over, sections[at]!, shared));
}
