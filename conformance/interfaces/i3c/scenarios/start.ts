import * as fc from 'fast-check';
import {
  ACK,
  ADDRESS,
  NOBODY,
  OPCODES,
  SYNC,
  TAKEN,
  ask,
  assign,
  begins,
  broadcast,
  cameBack,
  command,
  fetchAcknowledged,
  getId,
  interrupt,
  read,
  step,
  sync,
} from '../host.ts';
import { complement } from '../../usart/host.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { ANY, anyBytes } from '../../../run/script.ts';
import type { Reply, Step } from '../../../run/script.ts';

/** Addresses that MIPI I3C Basic leaves to targets: not the reserved ones, nor those a bit away from 0x7E. */
const ASSIGNABLE: readonly number[] = Array.from(
  { length: 0x78 - 0x08 },
  (_, at) => 0x08 + at,
).filter((address) => !Array.from({ length: 7 }, (_, bit) => 0x7e ^ (1 << bit)).includes(address));

/** ms for which a host listens to what it did not ask for. */
const QUIET_MS = 100;

const ID_FRAME = [OPCODES['get-id'], complement(OPCODES['get-id'])];

/** A write to an address that nobody has. */
const elsewhere = (address: number, write: readonly number[] = ID_FRAME): Step =>
  step(`address 0x${address.toString(16)}`, [{ write, address }], NOBODY);

/** What a device tells of itself in ENTDAA, a byte below 0 being any. */
const tells = (which: Readonly<Record<number, number>>): Reply =>
  read(...anyBytes(8).map((any, at) => which[at] ?? any));

/** Two bits of BCR: it raises interrupts, and a byte comes with them; the upper two: it is a target. */
const isInterrupting = (bcr: number): boolean => (bcr & 0b1100_0110) === 0b0000_0110;

const bytesThat = (fit: (byte: number) => boolean): readonly number[] =>
  Array.from({ length: 256 }, (_, byte) => byte).filter(fit);

/** All that a host does at another address than the usual one. */
const servedAt = (address: number): readonly Step[] => {
  const acknowledged = cameBack({ kind: 'taken' }, interrupt(0x79, address));
  const at = (name: string, write: readonly number[]): Step =>
    step(name, [{ write, address }], acknowledged);
  return [assign(address), at('sync', [SYNC]), at('Get ID', ID_FRAME)];
};

const base = { strength: 'must', destroys: 'nothing' } as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'i3c/start/no-address-of-its-own',
    requirement: 'Before ENTDAA no address is acknowledged.',
    covers: ['i3c-start-1', 'i3c-start-3'],
    entries: ['reset'],
    protection: 'any',
    script: () => ({
      steps: [...ASSIGNABLE.map((address) => elsewhere(address)), ...begins()],
    }),
  },
  {
    ...base,
    id: 'i3c/start/address-given',
    requirement: 'ENTDAA gives the address that the host chooses, and frames to it are taken.',
    covers: ['i3c-start-1', 'i3c-start-2'],
    entries: ['reset'],
    protection: 'any',
    script: () =>
      fc.constantFrom(...ASSIGNABLE.filter((each) => each !== ADDRESS)).map((address) => ({
        steps: [...servedAt(address), elsewhere(ADDRESS)],
        ends: 'open',
      })),
  },
  {
    ...base,
    id: 'i3c/start/other-addresses',
    requirement: 'No address is acknowledged but the one that was given.',
    covers: ['i3c-start-3'],
    entries: ['connected', 'after-nack', 'rdp-1'],
    script: () => ({
      steps: [
        ...ASSIGNABLE.filter((each) => each !== ADDRESS).map((address) => elsewhere(address)),
        ...getId(),
      ],
    }),
  },
  {
    ...base,
    id: 'i3c/start/traffic-of-others',
    requirement: 'What is said to another address does not disturb a command.',
    covers: ['i3c-start-3'],
    entries: ['connected', 'rdp-1'],
    script: () =>
      fc.constantFrom(0x01, 0x02, 0x04, 0x10, 0x20, 0x40).map((bit) => ({
        steps: [
          command('get-id'),
          elsewhere(ADDRESS ^ bit, [0x00, 0xff]),
          fetchAcknowledged('the ID', [ANY], [ANY, ANY]),
        ],
      })),
  },
  {
    ...base,
    id: 'i3c/start/one-address',
    requirement: 'A device that has an address does not take part in a further ENTDAA.',
    covers: ['i3c-start-4'],
    entries: ['connected', 'after-nack', 'rdp-1'],
    script: () => ({ steps: [assign(0x09, NOBODY), elsewhere(0x09), ...getId()] }),
  },
  {
    ...base,
    id: 'i3c/start/interrupts-told',
    requirement:
      'In ENTDAA the device tells that it is a target, raises interrupts, and sends a byte with them.',
    covers: ['i3c-start-5'],
    entries: ['reset'],
    protection: 'any',
    script: () => ({
      steps: [
        assign(ADDRESS, ...bytesThat(isInterrupting).map((bcr) => tells({ 6: bcr }))),
        sync(),
      ],
    }),
  },
  {
    ...base,
    id: 'i3c/start/provisioned-id',
    requirement: 'Its provisioned ID names ST as the manufacturer, and instance 0xB.',
    covers: ['i3c-start-6'],
    strength: 'observed',
    entries: ['reset'],
    protection: 'any',
    script: () => ({
      steps: [
        assign(
          ADDRESS,
          ...bytesThat((byte) => byte >> 4 === 0xb).map((byte) =>
            tells({ 0: 0x02, 1: 0x08, 4: byte }),
          ),
        ),
        sync(),
      ],
    }),
  },
  {
    ...base,
    id: 'i3c/start/device-characteristics',
    requirement: 'Its DCR is 2, as AN5927 prints, or 1, as was read from a chip.',
    covers: ['i3c-start-7'],
    strength: 'observed',
    entries: ['reset'],
    protection: 'any',
    script: () => ({ steps: [assign(ADDRESS, tells({ 7: 2 }), tells({ 7: 1 })), sync()] }),
  },
  {
    ...base,
    id: 'i3c/start/sync-acknowledged',
    requirement:
      'The byte 0x5A is answered by one interrupt with ACK, and commands are served then.',
    covers: ['i3c-start-8', 'i3c-start-11', 'i3c-commands-3'],
    entries: ['reset'],
    protection: 'any',
    script: () => ({ steps: [assign(), sync(), ...getId()] }),
  },
  {
    ...base,
    id: 'i3c/start/silent-before-sync',
    requirement: 'A device that has an address raises no interrupt before 0x5A came.',
    covers: ['i3c-start-9'],
    entries: ['reset'],
    protection: 'any',
    script: () => ({
      steps: [
        assign(),
        step('nothing for a while, then the sync', [{ pauseMs: QUIET_MS }, { write: [SYNC] }], ACK),
      ],
    }),
  },
  {
    ...base,
    id: 'i3c/start/other-first-bytes',
    requirement: 'A first byte that is not 0x5A is not answered, and the sync behind it is.',
    covers: ['i3c-start-10'],
    strength: 'observed',
    entries: ['reset'],
    protection: 'any',
    script: () =>
      fc
        .uniqueArray(
          fc.nat(0xff).filter((byte) => byte !== SYNC),
          { minLength: 1, maxLength: 6 },
        )
        .map((bytes) => ({
          steps: [assign(), ...bytes.map((byte) => ask('no sync', [byte], TAKEN)), sync()],
        })),
  },
  {
    ...base,
    id: 'i3c/start/command-before-sync',
    requirement: 'A command before the sync is not answered, nor is anything offered to be read.',
    covers: ['i3c-start-10'],
    strength: 'observed',
    entries: ['reset'],
    protection: 'any',
    script: () =>
      fc.constantFrom(OPCODES['get'], OPCODES['get-version'], OPCODES['get-id']).map((opcode) => ({
        steps: [
          assign(),
          ask('a command', [opcode, complement(opcode)], TAKEN),
          step('its answer', [{ pauseMs: 1 }, { read: 1 }], NOBODY),
          sync(),
        ],
      })),
  },
  {
    ...base,
    id: 'i3c/start/new-address-after-reset',
    requirement: 'A reset takes the address away; behind it ENTDAA gives another one.',
    covers: ['i3c-start-12'],
    entries: ['connected', 'after-nack', 'rdp-1'],
    script: () =>
      fc.constantFrom(...ASSIGNABLE.filter((each) => each !== ADDRESS)).map((address) => ({
        steps: [{ ...elsewhere(ADDRESS), restart: true }, ...servedAt(address), elsewhere(ADDRESS)],
        ends: 'open',
      })),
  },
  {
    ...base,
    id: 'i3c/start/address-taken-away',
    requirement:
      'Behind RSTDAA the address is not acknowledged until ENTDAA gives it again, and the dialogue goes on.',
    covers: ['i3c-start-13'],
    strength: 'observed',
    entries: ['connected', 'after-nack', 'rdp-1'],
    script: () => ({
      steps: [broadcast('RSTDAA'), elsewhere(ADDRESS), assign(), ...getId()],
    }),
  },
  {
    ...base,
    id: 'i3c/start/interrupts-off',
    requirement: 'An interrupt that the host has switched off waits until it is on again.',
    covers: ['i3c-start-14'],
    strength: 'observed',
    entries: ['connected', 'after-nack', 'rdp-1'],
    script: () => ({
      steps: [
        broadcast('DISEC', [0x01]),
        ask('Get ID', ID_FRAME, TAKEN),
        step(
          'interrupts on, after a while',
          [{ pauseMs: QUIET_MS }, { broadcast: 0x00, data: [0x01] }],
          ACK,
        ),
        fetchAcknowledged('the ID', [ANY], [ANY, ANY]),
      ],
    }),
  },
];

export default scenarios;
