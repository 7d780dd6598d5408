import type { Scenario } from '../scenario.ts';
import { SPI_TO_HOST, breaksOff, done, refuses, spi } from './define.ts';

/** Group H over SPI. */
export default [
  spi('H04', {
    symptom: 'Nobody answers 0x5A: MISO stays high',
    source: 'community.st.com 122396 (F429)',
    faults: [{ at: 'spi', do: 'miso', value: 0xff }],
    expect: [refuses('no-answer', 'timeout')],
    limitMs: 20_000,
  }),
  spi('H04b', {
    symptom: 'Nobody answers 0x5A: MISO stays low',
    source: 'community.st.com 122396 (F429)',
    faults: [{ at: 'spi', do: 'miso', value: 0x00 }],
    expect: [refuses('no-answer', 'timeout')],
    limitMs: 20_000,
  }),
  spi('H04c', {
    symptom: 'The chip answers 0xA5 for ever',
    source: 'community.st.com 122396 (F429) and 85999 (L476)',
    faults: [{ at: 'spi', do: 'miso', value: 0xa5 }],
    expect: [refuses('no-answer', 'timeout')],
    limitMs: 20_000,
  }),
  spi('H04d', {
    symptom: 'The ACK comes after forty dummies more',
    source: 'community.st.com 122806 (H750)',
    faults: [{ ...SPI_TO_HOST, do: 'busy', nth: 1, on: true, slots: 40 }],
    job: { image: { length: 1024 } },
    expect: [done],
  }),
  spi('H04e', {
    symptom: 'The chip hears only the third 0x5A',
    source: 'community.st.com thread 25768 (F401)',
    faults: [{ at: 'spi', do: 'deaf-at-first', syncs: 2 }],
    expect: [done, refuses('no-answer', 'timeout')],
  }),
  spi('H04f', {
    symptom: 'The chip answers 0xA5 from the ACK of a block on',
    source: 'community.st.com 85999 (L476)',
    faults: [{ ...SPI_TO_HOST, do: 'silence', step: 'write-memory: length', nth: 3, value: 0xa5 }],
    expect: [breaksOff('timeout', 'no-answer', 'write-failed')],
    limitMs: 40_000,
  }),
  spi('H04g', {
    symptom: 'The part wants NSS to fall before it hears anything',
    source: 'AN2606, limitations of L01x and L02x V12.2 and V12.3',
    board: { quirks: { 'spi-needs-nss-edge': true } },
    expect: [done],
  }),
  spi('H04h', {
    symptom: 'The chip hears nothing on SPI until it is reset a second time',
    source: 'community.st.com, F412 (no bootloader version named)',
    board: { device: 'STM32F412CG', quirks: { 'spi-needs-two-resets': true } },
    expect: [refuses('no-answer', 'reset-target')],
    limitMs: 20_000,
  }),
] satisfies readonly Scenario[];
