import type { CommandName } from '../../families/index.ts';
import { scratchPages, since } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import { ANY } from '../run/script.ts';
import type { Step } from '../run/script.ts';
import type { SetUp } from '../run/target.ts';
import type { FramedHost } from './kit/framed-host.ts';
import { shared } from './kit/shared.ts';

/** What is judged of the answer to Get; the other bytes are any. */
export interface JudgedList {
  readonly count?: true;
  readonly version?: number;
  readonly opcodes?: true;
  readonly seventh?: true;
}

/** Get, Get Version and Get ID, as shared scenarios play them. */
export interface GetHost {
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

/** Flash in which it shows that a command erased what it should not. */
export const fewBytes = (part: Part): SetUp => ({
  flash: [{ address: scratchPages(part)[0]!.start, bytes: Uint8Array.of(1, 2, 3, 4) }],
});

/** What every scenario of the three commands has, and what those have that need the list. */
function basesOf({ waiting }: FramedHost) {
  const base = {
    strength: 'must',
    destroys: 'nothing',
    entries: [...waiting, 'write-protected', 'rdp-1'],
  } as const;
  return { base, listed: { ...base, unsupported: noList } };
}

/** What Get must do over every framed interface. */
export const gets = shared((host: FramedHost, { get }: GetHost) => {
  const { listed } = basesOf(host);
  const { connected } = host;
  return {
    count: {
      ...listed,
      requirement: 'Get begins with the number of the commands that it lists.',
      script: (part) => ({ steps: get(part, { count: true }) }),
    },
    version: {
      ...listed,
      requirement: 'Get reports the protocol version in its two nibbles.',
      script: (part) => ({ steps: get(part, { version: versionByte(part) }) }),
    },
    list: {
      ...listed,
      requirement:
        'Get lists the commands of the protocol version in the order of the note, however often it is asked.',
      script: (part) => {
        const asked = get(part, { opcodes: true });
        return { steps: [...asked, ...asked, ...asked] };
      },
    },
    'list-under-rdp': {
      ...listed,
      requirement: 'The list is the same under readout protection.',
      strength: 'observed',
      entries: ['rdp-1'],
      script: (part) => ({ steps: get(part, { count: true, opcodes: true }) }),
    },
    'erase-in-seventh-place': {
      ...listed,
      requirement: 'The erase command is the seventh of the list, where hosts look for it.',
      strength: 'observed',
      entries: [connected],
      protection: 'any',
      script: (part) => ({ steps: get(part, { seventh: true }) }),
    },
    'closing-ack': {
      ...listed,
      requirement: 'The list ends in an ACK, and nothing follows it.',
      script: (part) => ({ steps: get(part, {}) }),
    },
  };
});

/** What Get Version must do over every framed interface. */
export const versions = shared((host: FramedHost, { get, getVersion }: GetHost) => {
  const { base, listed } = basesOf(host);
  const { connected } = host;
  return {
    version: {
      ...base,
      requirement: 'Get Version answers the protocol version.',
      script: (part) => ({ steps: getVersion(part, versionByte(part)) }),
    },
    'option-bytes-zero': {
      ...base,
      requirement: 'The two bytes behind the version are zero.',
      script: (part) => ({ steps: getVersion(part, ANY, [0, 0]) }),
    },
    'same-version-as-get': {
      ...listed,
      requirement: 'Get and Get Version report the same version.',
      strength: 'should',
      entries: [connected, 'rdp-1'],
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
  };
});

/** What Get ID must do over every framed interface. */
export const ids = shared((host: FramedHost, { get, getVersion, getId }: GetHost) => {
  const { base, listed } = basesOf(host);
  const { connected } = host;
  return {
    'product-id': {
      ...base,
      requirement: 'Get ID answers the product ID of the line in two bytes, high byte first.',
      script: (part) => ({ steps: getId(part, idOf(part)) }),
    },
    count: {
      ...base,
      requirement: 'Get ID counts the bytes of the ID less one, and ends in an ACK.',
      script: (part) => ({ steps: getId(part, [ANY, ANY]) }),
    },
    'one-byte-id-before-2.1': {
      ...base,
      requirement: 'Before protocol 2.1 Get ID answers one byte.',
      entries: [connected],
      unsupported: (part) => (since(part, '2.1') ? 'two bytes from protocol 2.1 on' : undefined),
      script: (part) => ({ steps: getId(part, idOf(part)) }),
      sharesKills: 'only protocol 2.0 answers so, and no mutant is made of it',
    },
    'asking-changes-nothing': {
      ...listed,
      requirement: 'Get, Get Version and Get ID leave the memory as it was.',
      entries: [connected, 'write-protected'],
      setUp: fewBytes,
      script: (part) => ({
        steps: [...get(part, {}), ...getVersion(part, ANY), ...getId(part, [ANY, ANY])],
      }),
    },
  };
});
