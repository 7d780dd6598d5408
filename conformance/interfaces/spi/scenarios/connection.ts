import * as fc from 'fast-check';
import {
  ACK_BYTE,
  DUMMY,
  FILLER,
  NACK,
  NACK_BYTE,
  OPCODES,
  SILENCE,
  SYNC,
  ask,
  command,
  fetchAcknowledged,
  frame,
  getAck,
  step,
  sync,
} from '../host.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { ANY } from '../../../run/script.ts';
import type { Step } from '../../../run/script.ts';

/** Get ID; what it says is judged in its own section. */
const getId: readonly Step[] = [command('get-id'), fetchAcknowledged('the ID', [ANY, ANY, ANY])];

const ID_FRAME = frame(OPCODES['get-id']);

const zeros = (length: number): number[] => Array.from({ length }, () => DUMMY);

/** Three bytes in pieces, cut behind these of them. */
const cut = (bytes: readonly number[], at: readonly number[]): readonly (readonly number[])[] =>
  [0, ...at].map((from, index) => bytes.slice(from, at[index]));

const searchesOn = (part: Part): string | undefined =>
  part.quirks.has('spi-deaf-after-bad-sync')
    ? 'on this ROM a first byte that is not 0x5A ends the search for a host (seen on silicon)'
    : undefined;

const scenarios: readonly Scenario[] = [
  {
    id: 'spi/1/sync-acknowledged',
    requirement: 'After reset the bootloader acknowledges the byte 0x5A.',
    covers: ['spi-1-1', 'spi-1-4'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: () => ({ steps: [sync()] }),
  },
  {
    id: 'spi/1/busy-byte-after-sync',
    requirement: 'The byte that follows 0x5A is answered 0xA5, and an ACK comes behind it.',
    covers: ['spi-1-2'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: () => ({
      steps: [
        step('sync', [{ send: [SYNC] }, { exchange: [DUMMY] }, ...getAck()], {
          bytes: [FILLER, ACK_BYTE],
        }),
      ],
    }),
  },
  {
    id: 'spi/1/answers-in-fixed-slots',
    requirement:
      'A host that does not poll finds the ACK of 0x5A in the third slot, and that of a frame in the second behind it.',
    covers: ['spi-1-17'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: () => ({
      steps: [
        step('sync, without polling', [{ exchange: [SYNC, DUMMY, DUMMY, ACK_BYTE] }], {
          bytes: [ANY, FILLER, ACK_BYTE, ANY],
        }),
        step(
          'Get ID, without polling',
          [{ exchange: [...ID_FRAME, DUMMY, DUMMY, ACK_BYTE] }, { send: [DUMMY] }],
          { bytes: [ANY, ANY, ANY, ANY, ACK_BYTE, ANY] },
        ),
        step('the ID and its ACK', [{ exchange: [...zeros(5), ACK_BYTE] }], {
          bytes: [ANY, ANY, ANY, ANY, ACK_BYTE, ANY],
        }),
      ],
    }),
  },
  {
    id: 'spi/1/command-follows-sync',
    requirement: 'Once its ACK is acknowledged the bootloader waits for commands.',
    covers: ['spi-1-3'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: () => ({ steps: [sync(), ...getId] }),
  },
  {
    id: 'spi/1/nothing-before-sync',
    requirement: 'Before it was sent 0x5A the bootloader answers no poll.',
    covers: ['spi-1-5'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    unsupported: searchesOn,
    script: () => ({ steps: [step('polls', [{ pollMs: 5 }], SILENCE), sync()] }),
  },
  {
    id: 'spi/1/wrong-first-byte',
    requirement: 'First bytes other than 0x5A are not answered, and do not hinder the right one.',
    covers: ['spi-1-6'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: () =>
      fc
        .integer({ min: 0, max: 0xff })
        .filter((byte) => byte !== SYNC)
        .map((byte) => ({
          steps: [
            step('a wrong first byte', [{ send: [byte] }], SILENCE),
            sync(
              { bytes: [ACK_BYTE] },
              { ...SILENCE, verdict: 'informational', says: 'it is deaf after another first byte' },
            ),
          ],
          ends: 'deaf',
        })),
  },
  {
    id: 'spi/1/second-sync-starts-a-frame',
    requirement:
      'A further 0x5A is the start of a frame: the dummies behind it are no command, and refused.',
    covers: ['spi-1-7'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack', 'nss-low', 'rdp-1'],
    script: () => ({
      steps: [
        ask(
          'second 0x5A',
          [SYNC],
          [NACK, { bytes: [ACK_BYTE], verdict: 'non-strict', says: 'acknowledged like the first' }],
        ),
      ],
    }),
  },
  {
    id: 'spi/1/nss-high-before-sync',
    requirement: 'While NSS is high 0x5A is not heard; once it is low it is.',
    covers: ['spi-1-8'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: () => ({
      steps: [
        step('0x5A beside NSS', [{ nss: 'high' }, { send: [SYNC] }, { pollMs: 5 }], SILENCE),
        step('NSS falls', [{ nss: 'each' }], SILENCE),
        sync(),
      ],
    }),
  },
  {
    id: 'spi/1/nss-high-in-a-frame',
    requirement: 'Bytes that are clocked while NSS is high are no part of a frame.',
    covers: ['spi-1-8'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'rdp-1'],
    script: () => ({
      steps: [
        step(
          'Get ID, and bytes for somebody else in its middle',
          [
            { send: ID_FRAME.slice(0, 2) },
            { nss: 'high' },
            { send: [0x12, 0x34, 0x56] },
            { nss: 'each' },
            { send: ID_FRAME.slice(2) },
            ...getAck(),
          ],
          { bytes: [ACK_BYTE] },
        ),
        fetchAcknowledged('the ID', [ANY, ANY, ANY]),
      ],
    }),
  },
  {
    id: 'spi/1/nss-toggles-anywhere',
    requirement: 'NSS may rise and fall between any two bytes.',
    covers: ['spi-1-9'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack', 'rdp-1'],
    script: () =>
      fc.subarray([1, 2], { minLength: 1 }).map((cuts) => ({
        steps: [
          step(
            `Get ID in transfers, cut at ${cuts.join(' and ')}`,
            [...cut(ID_FRAME, cuts).map((bytes) => ({ send: bytes })), ...getAck()],
            { bytes: [ACK_BYTE] },
          ),
          step(
            'the ID in such transfers',
            [
              { send: [DUMMY] },
              ...cut(zeros(3), cuts).map((bytes) => ({ exchange: bytes })),
              ...getAck(),
            ],
            { bytes: [ANY, ANY, ANY, ACK_BYTE] },
          ),
        ],
      })),
  },
  {
    id: 'spi/1/nss-stays-low',
    requirement: 'NSS may stay low for a whole session.',
    covers: ['spi-1-10'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: () => ({
      steps: [
        step('NSS falls', [{ nss: 'low' }], SILENCE),
        sync(),
        ...getId,
        ask('complement missing', frame(0x00, 0xff), [NACK]),
        ...getId,
      ],
    }),
  },
  {
    id: 'spi/1/ack-behind-a-dummy',
    requirement:
      'A host may send a dummy before it polls, and poll on before it acknowledges the answer.',
    covers: ['spi-1-11'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack', 'nss-low', 'rdp-1'],
    script: () =>
      fc.integer({ min: 0, max: 20 }).map((more) => ({
        steps: [
          step(
            `Get ID, a dummy, and ${more} polls more`,
            [
              { send: ID_FRAME },
              { send: [DUMMY] },
              { pollMs: 1000 },
              ...(more === 0 ? [] : [{ send: zeros(more) }]),
              { send: [ACK_BYTE] },
            ],
            { bytes: [ACK_BYTE] },
          ),
          fetchAcknowledged('the ID', [ANY, ANY, ANY]),
        ],
      })),
  },
  ...([ACK_BYTE, NACK_BYTE] as const).map((answer): Scenario => {
    const name = answer === ACK_BYTE ? 'ACK' : 'NACK';
    const asked = answer === ACK_BYTE ? ID_FRAME : frame(OPCODES['get-id'], 0xff);
    const behind =
      answer === ACK_BYTE ? [fetchAcknowledged('the ID', [ANY, ANY, ANY])] : [...getId];
    return {
      id: `spi/1/${name.toLowerCase()}-waits-for-the-host`,
      requirement: `Behind an ${name} nothing is heard until the host has acknowledged it.`.replace(
        'an NACK',
        'a NACK',
      ),
      covers: ['spi-1-12'],
      strength: 'observed',
      destroys: 'nothing',
      entries: ['synchronised', 'nss-low', 'rdp-1'],
      script: () => ({
        steps: [
          step(`${name} not acknowledged`, [{ send: asked }, { pollMs: 1000 }], {
            bytes: [answer],
          }),
          step('a frame that nobody hears', [{ send: frame(OPCODES['get-version']) }], SILENCE),
          step('the acknowledgement', [{ send: [ACK_BYTE] }], SILENCE),
          ...behind,
        ],
      }),
    };
  }),
  {
    id: 'spi/1/no-time-out',
    requirement: 'A frame may pause anywhere, for longer than hosts were seen to.',
    covers: ['spi-1-13'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['synchronised', 'nss-low', 'rdp-1'],
    script: () =>
      fc
        .tuple(fc.integer({ min: 1, max: 2 }), fc.constantFrom(30, 300, 1500))
        .map(([at, pauseMs]) => ({
          steps: [
            step(
              `Get ID, ${pauseMs} ms of pause behind byte ${at}`,
              [
                { send: ID_FRAME.slice(0, at) },
                { pauseMs },
                { send: ID_FRAME.slice(at) },
                ...getAck(),
              ],
              { bytes: [ACK_BYTE] },
            ),
            fetchAcknowledged('the ID', [ANY, ANY, ANY]),
          ],
        })),
  },
  {
    id: 'spi/1/answer-waits',
    requirement: 'An answer waits for the host however late it polls.',
    covers: ['spi-1-13'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['synchronised', 'rdp-1'],
    script: () => ({
      steps: [
        step('Get ID, polled late', [{ send: ID_FRAME }, { pauseMs: 2000 }, ...getAck()], {
          bytes: [ACK_BYTE],
        }),
        fetchAcknowledged('the ID', [ANY, ANY, ANY]),
      ],
    }),
  },
];

export default scenarios;
