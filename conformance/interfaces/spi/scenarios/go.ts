import { goPackets, goes } from '../../../scenarios/go.ts';
import { spiHost } from '../framed-host.ts';
import * as fc from 'fast-check';
import { NACK, SILENCE, getAck, goCommand, isGone, step } from '../host.ts';
import { be32, packet } from '../../usart/host.ts';
import { nowhere } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { scratch } from '../../../scenarios/kit/scratch.ts';

const scenarios: readonly Scenario[] = [
  ...goes(spiHost, '2.6', {
    flash: [1],
    'any-page': [1],
    ram: { covers: [7], known: ['ram-write-refused', 'go-broken'] },
    'vectors-not-judged': [8],
    'no-memory-there': [3],
    'system-memory': [4],
    'option-bytes': [4],
    'bootloader-ram': [5],
    protected: [6],
  }),
  ...goPackets(spiHost, '2.6', {
    'wrong-address-checksum': [2, '2.1-1'],
  }),
  {
    id: 'spi/2.6/jumps-behind-the-acknowledgement',
    requirement: 'The jump comes when the host has acknowledged the ACK of the address.',
    covers: ['spi-2.6-9'],
    strength: 'observed',
    destroys: 'chip', // the application that runs may do anything
    entries: ['synchronised', 'nss-low'],
    commands: ['go'],
    script: (part) => ({
      steps: [
        goCommand(part),
        step(
          'address, not acknowledged',
          [{ send: packet(be32(scratch(part))) }, { pollMs: 1000 }],
          { bytes: [0x79] },
        ),
        step('its ACK is still there', [{ pauseMs: 50 }, { exchange: [0x00] }], { bytes: [0x79] }),
        step('the acknowledgement', [{ send: [0x79] }], SILENCE),
        isGone(),
      ],
      ends: 'gone',
    }),
  },
  {
    id: 'spi/2.6/address-waits',
    requirement: 'An address that breaks off is waited for without a time-out.',
    covers: ['spi-1-13'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['synchronised'],
    commands: ['go'],
    script: (part) =>
      fc.integer({ min: 1, max: 4 }).map((at) => {
        const sent = packet(be32(nowhere(part)[0]!));
        return {
          steps: [
            goCommand(part),
            step(
              'an address, its rest a second later',
              [
                { send: sent.slice(0, at) },
                { pauseMs: 1000 },
                { send: sent.slice(at) },
                ...getAck(),
              ],
              NACK,
            ),
          ],
        };
      }),
  },
];

export default scenarios;
