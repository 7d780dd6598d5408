import type { ScenarioFault } from '../faults/faults.ts';
import type { Scenario } from '../scenario.ts';
import {
  F103,
  F405,
  FLASH,
  TO_CHIP,
  TO_HOST,
  WRITE,
  breaksOff,
  done,
  nonStrict,
  refuses,
  succeeds,
  usart,
} from './define.ts';

/** The erase takes so many ms of wall time, with either command and any list. */
function slowErase(ms: number): readonly ScenarioFault[] {
  return ['erase: count', 'extended-erase: count'].map((step) => ({
    ...TO_HOST,
    do: 'delay',
    step,
    nth: 1,
    ms,
  }));
}

const LOST_ACK: readonly ScenarioFault[] = ['erase: count', 'extended-erase: count'].map(
  (step) => ({ ...TO_HOST, do: 'drop', step, nth: 1 }),
);

/** Group C: erase. */
export default [
  usart('C01', {
    symptom: 'A 128 KiB sector takes 2 s to erase',
    source: 'stm32flash, Google Code issue 63 (F405)',
    board: F405,
    faults: slowErase(2_000),
    job: { do: 'erase', pages: { first: 5, count: 1 } },
    expect: [succeeds('pages')],
  }),
  usart('C02', {
    symptom: 'A mass erase takes 8 s',
    source: 'pyOCD pull request 421 (F439, 15 s); community.st.com 221364 (up to 30 s)',
    board: F405,
    faults: slowErase(8_000),
    job: { do: 'erase' },
    expect: [succeeds('erased')],
  }),
  usart('C02b', {
    symptom: 'A mass erase takes 16 s, the maximum of the F405 data sheet',
    source: 'pyOCD pull request 421 (F439, 15 s); community.st.com 221364 (up to 30 s)',
    board: F405,
    faults: slowErase(16_000),
    job: { do: 'erase' },
    expect: [succeeds('erased')],
  }),
  usart('C02c', {
    symptom: 'A mass erase takes 32 s, the maximum of 2 MiB parts',
    source: 'community.st.com 221364 (up to 30 s)',
    board: { device: 'STM32F427VI' },
    faults: slowErase(32_000),
    job: { do: 'erase' },
    expect: [succeeds('erased')],
    limitMs: 60_000,
  }),
  usart('C02d', {
    symptom: 'A mass erase takes 40 s, longer than any data sheet allows',
    source: 'community.st.com 221364',
    board: F405,
    faults: slowErase(40_000),
    job: { do: 'erase' },
    expect: [
      succeeds('erased'),
      { exit: 'nonzero', flash: ['erased'], causes: ['erase-failed', 'timeout'] },
    ],
    limitMs: 60_000,
  }),
  usart('C03', {
    symptom: '154 pages to erase in one job',
    source: 'SourceForge stm32flash ticket 140 (F103 XL)',
    board: { device: 'STM32F103ZG', flashKiB: 1024, filled: 0xa5, until: 400 * 1024 },
    job: { do: 'erase', pages: { first: 0, count: 154 } },
    expect: [succeeds('pages')],
  }),
  usart('C04', {
    symptom: 'Page numbers above 255: only those listed are erased',
    source: 'stm32loader issue 44',
    board: { device: 'STM32L431RC', flashKiB: 256 },
    job: { do: 'erase', pages: { first: 100, count: 28 } },
    expect: [succeeds('pages')],
  }),
  usart('C04b', {
    symptom: 'An image at page 300 of 512: page numbers of two bytes',
    source: 'stm32loader issue 44',
    board: { device: 'STM32L476RG' },
    job: { ...WRITE, address: FLASH + 300 * 2048 },
    expect: [done],
  }),
  usart('C05', {
    symptom: 'The chip has Erase only',
    source: 'AN3155 §3.7',
    board: F103,
    job: WRITE,
    expect: [done],
  }),
  usart('C05b', {
    symptom: 'The chip has Extended Erase only',
    source: 'AN3155 §3.8',
    board: F405,
    job: WRITE,
    expect: [done],
  }),
  usart('C06', {
    symptom: 'The chip is read-protected: erasing is refused',
    source: 'keirf/flashfloppy issue 15; DMD_STM32 issue 100; DirtyJTAG issue 70',
    board: { ...F103, rdp: 1 },
    job: { do: 'erase' },
    expect: [refuses('protected')],
  }),
  usart('C06b', {
    symptom: 'The mass erase is refused behind the command',
    source: 'DMD_STM32 issue 100',
    board: F405,
    faults: [
      {
        ...TO_CHIP,
        do: 'corrupt',
        step: 'extended-erase: count',
        nth: 1,
        byte: 2,
        value: 0x01,
      },
    ],
    job: { do: 'erase' },
    expect: [refuses('erase-failed', 'protected'), succeeds('erased')],
  }),
  usart('C07', {
    symptom: 'L0 refuses the mass erase code',
    source: 'stm32loader pull request 65; community.st.com 228962 (L041)',
    board: { device: 'STM32L053R8' },
    meets: 'erase',
    job: WRITE,
    expect: [done, refuses('erase-failed')],
  }),
  usart('C07b', {
    symptom: 'L1 refuses the mass erase code',
    source: 'stm32flash, flag of L1 in its table',
    board: { device: 'STM32L152RB' },
    meets: 'erase',
    job: WRITE,
    expect: [done, refuses('erase-failed')],
  }),
  usart('C08', {
    symptom: 'The flash is erased, and the ACK is lost',
    source: 'community.st.com 221364',
    board: F405,
    faults: LOST_ACK,
    job: { do: 'erase' },
    expect: [
      succeeds('erased'),
      { exit: 'nonzero', flash: ['erased'], causes: ['erase-failed', 'timeout'] },
    ],
    limitMs: 60_000,
  }),
  usart('C09', {
    symptom: 'A part with two banks: the image fits the first, and the end of the second is told',
    source: 'own inference from AN3155 §3.8',
    board: { device: 'STM32F427VI' },
    job: WRITE,
    expect: [done],
  }),
  usart('C10', {
    symptom: 'Pages are asked for that the part does not have',
    source: 'own inference; ROMs pass over them, some refuse',
    board: F103,
    job: { do: 'erase', pages: { first: 120, count: 20 } },
    expect: [
      { exit: 'nonzero', flash: ['same', 'pages'], causes: ['erase-failed', 'too-large'] },
      nonStrict(succeeds('pages'), 'it does not say that the part ends before'),
    ],
  }),
  usart('C11', {
    symptom: 'Old content lies where the image goes; the tool verifies',
    source: 'jsnyder/stm32loader issue 8; stm32duino/Arduino_Tools pull request 98',
    board: { ...F405, filled: 0xa5, until: 64 * 1024 },
    job: WRITE,
    expect: [done, breaksOff('verify-failed')],
  }),
  usart('C11b', {
    symptom: 'Old content lies where the image goes; the tool does not verify',
    source: 'jsnyder/stm32loader issue 8; stm32duino/Arduino_Tools pull request 98',
    board: { ...F103, filled: 0xa5, until: 64 * 1024 },
    job: { do: 'write' },
    expect: [done],
  }),
  usart('C12', {
    symptom: 'Flash is full of zeros: a tool that forgets to erase writes nothing',
    source: 'community.st.com 60241 (STM32CubeProgrammer without its data base)',
    board: { ...F405, filled: 0x00, until: 64 * 1024 },
    job: { do: 'write' },
    expect: [done],
  }),
  usart('C13', {
    symptom: 'The image ends in the middle of a page that holds other data behind it',
    source: 'stm32flash, remark in its main file',
    board: { ...F103, filled: 0xa5, until: 8 * 1024 },
    job: { ...WRITE, image: { length: 1536 }, address: FLASH + 1024 },
    expect: [done],
  }),
] satisfies readonly Scenario[];
