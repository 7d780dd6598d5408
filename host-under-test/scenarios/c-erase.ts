import type { I2cFault } from '../faults/i2c.ts';
import type { ScenarioFault } from '../faults/faults.ts';
import type { Scenario } from '../scenario.ts';
import {
  F072,
  F103,
  FLASH,
  H743,
  I2C_TO_CHIP,
  I2C_TO_HOST,
  NO_STRETCH,
  SPI_TO_HOST,
  TO_CHIP,
  TO_HOST,
  USB,
  WRITE_ALONE,
  breaksOff,
  dfu,
  done,
  i2c,
  nonStrict,
  refuses,
  spi,
  succeeds,
  unchanged,
  usart,
  variants,
} from './define.ts';
import { frames } from './frames.ts';

/** The erase takes so many ms of wall time, with either command and any list. */
function slowErase(ms: number): readonly ScenarioFault[] {
  return (['erase: count', 'extended-erase: count'] as const).map((step) => ({
    ...TO_HOST,
    do: 'delay',
    step,
    nth: 1,
    ms,
  }));
}

const LOST_ACK: readonly ScenarioFault[] = (['erase: count', 'extended-erase: count'] as const).map(
  (step) => ({ ...TO_HOST, do: 'drop', step, nth: 1 }),
);

/** The ACK behind a list of pages. */
const I2C_LOST_ACK: readonly I2cFault[] = [
  { ...I2C_TO_HOST, do: 'drop', step: 'extended-erase: pages', nth: 1 },
];

const FOOLED = 'without reading back it can be fooled';

/** Group C: erase. */
export default [
  usart('C01', {
    symptom: 'A 128 KiB sector takes 2 s to erase',
    source: 'stm32flash, Google Code issue 63 (F405)',
    faults: slowErase(2_000),
    job: { do: 'erase', pages: { first: 5, count: 1 } },
    expect: [succeeds('pages')],
  }),
  usart('C02', {
    symptom: 'A mass erase takes 8 s',
    source: 'pyOCD pull request 421 (F439, 15 s); community.st.com 221364 (up to 30 s)',
    faults: slowErase(8_000),
    job: { do: 'erase' },
    expect: [succeeds('erased')],
  }),
  usart('C02b', {
    symptom: 'A mass erase takes 16 s, the maximum of the F405 data sheet',
    source: 'pyOCD pull request 421 (F439, 15 s); community.st.com 221364 (up to 30 s)',
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
    faults: slowErase(40_000),
    job: { do: 'erase' },
    expect: [
      succeeds('erased'),
      { exit: 'nonzero', flash: ['erased'], causes: ['erase-failed', 'timeout'] },
    ],
    limitMs: 60_000,
  }),
  dfu('C02U', {
    symptom: 'A mass erase holds its GETSTATUS for 8 s',
    source: 'pyOCD pull request 421 (F439, 15 s); fwupd pull request 6249',
    board: { device: 'STM32F427VI', speed: 'instant' },
    faults: [{ ...USB, do: 'delay', step: 'mass-erase: GETSTATUS 2', nth: 1, ms: 8_000 }],
    job: { do: 'erase' },
    expect: [succeeds('erased')],
  }),
  i2c('C02I', {
    symptom: 'A mass erase that holds SCL for 8 s',
    source: 'pyOCD pull request 421 (F439, 15 s)',
    board: { speed: 'real' },
    job: { do: 'erase' },
    expect: [succeeds('erased')],
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
  ...variants(
    {
      symptom: 'An image at page 300 of 512: page numbers of two bytes',
      source: 'stm32loader issue 44',
      job: { address: FLASH + 300 * 2048 },
      expect: [done],
    },
    { id: 'C04b', transport: 'USART', board: { device: 'STM32L476RG' } },
    { id: 'C04I', transport: 'I2C', board: NO_STRETCH },
  ),
  usart('C05', {
    symptom: 'The chip has Erase only',
    source: 'AN3155 §3.7',
    board: F103,
    expect: [done],
  }),
  usart('C05b', {
    symptom: 'The chip has Extended Erase only',
    source: 'AN3155 §3.8',
    expect: [done],
  }),
  ...variants(
    {
      symptom: 'The chip is read-protected: erasing is refused',
      source: 'keirf/flashfloppy issue 15; DMD_STM32 issue 100; DirtyJTAG issue 70',
      board: { rdp: 1 },
      job: { do: 'erase' },
      expect: [refuses('protected')],
    },
    { id: 'C06', transport: 'USART', board: { ...F103, rdp: 1 } },
    { id: 'C06I', transport: 'I2C' },
    ...frames('C06'),
  ),
  usart('C06b', {
    symptom: 'The mass erase is refused behind the command',
    source: 'DMD_STM32 issue 100',
    faults: [
      { ...TO_CHIP, do: 'corrupt', step: 'extended-erase: count', nth: 1, byte: 2, value: 0x01 },
    ],
    job: { do: 'erase' },
    expect: [refuses('erase-failed', 'protected'), succeeds('erased')],
  }),
  i2c('C06Ib', {
    symptom: 'The mass erase is refused behind the command',
    source: 'DMD_STM32 issue 100',
    faults: [
      {
        ...I2C_TO_CHIP,
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
    expect: [done, refuses('erase-failed')],
  }),
  usart('C07b', {
    symptom: 'L1 refuses the mass erase code',
    source: 'stm32flash, flag of L1 in its table',
    board: { device: 'STM32L152RB' },
    meets: 'erase',
    expect: [done, refuses('erase-failed')],
  }),
  usart('C08', {
    symptom: 'The flash is erased, and the ACK is lost',
    source: 'community.st.com 221364',
    faults: LOST_ACK,
    job: { do: 'erase' },
    expect: [
      succeeds('erased'),
      { exit: 'nonzero', flash: ['erased'], causes: ['erase-failed', 'timeout'] },
    ],
    limitMs: 60_000,
  }),
  i2c('C08I', {
    symptom: 'The pages are erased, and the ACK is lost: the host reads 0xFF',
    source: 'community.st.com 221364',
    faults: I2C_LOST_ACK,
    job: { do: 'erase', pages: { first: 0, count: 2 } },
    expect: [
      succeeds('pages'),
      { exit: 'nonzero', flash: ['pages'], causes: ['erase-failed', 'timeout', 'protocol'] },
    ],
  }),
  usart('C09', {
    symptom: 'A part with two banks: the image fits the first, and the end of the second is told',
    source: 'own inference from AN3155 §3.8',
    board: { device: 'STM32F427VI' },
    expect: [done],
  }),
  ...variants(
    {
      symptom: 'Pages are asked for that the part does not have',
      source: 'own inference; ROMs pass over them, some refuse',
      expect: [
        { exit: 'nonzero', flash: ['same', 'pages'], causes: ['erase-failed', 'too-large'] },
        nonStrict(succeeds('pages'), 'it does not say that the part ends before'),
      ],
    },
    {
      id: 'C10',
      transport: 'USART',
      board: F103,
      job: { do: 'erase', pages: { first: 120, count: 20 } },
    },
    { id: 'C10I', transport: 'I2C', job: { do: 'erase', pages: { first: 6, count: 4 } } },
  ),
  usart('C11', {
    symptom: 'Old content lies where the image goes; the tool verifies',
    source: 'jsnyder/stm32loader issue 8; stm32duino/Arduino_Tools pull request 98',
    board: { filled: 0xa5, until: 64 * 1024 },
    expect: [done, breaksOff('verify-failed')],
  }),
  usart('C11b', {
    symptom: 'Old content lies where the image goes; the tool does not verify',
    source: 'jsnyder/stm32loader issue 8; stm32duino/Arduino_Tools pull request 98',
    board: { ...F103, filled: 0xa5, until: 64 * 1024 },
    job: WRITE_ALONE,
    expect: [done],
  }),
  dfu('C11U', {
    symptom: 'Old content lies where the image goes; the tool does not verify',
    source: 'jsnyder/stm32loader issue 8; stm32duino/Arduino_Tools pull request 98',
    board: { filled: 0xa5, until: 64 * 1024 },
    expect: [done],
  }),
  i2c('C11I', {
    symptom: 'Old content lies where the image goes; the tool verifies',
    source: 'jsnyder/stm32loader issue 8; stm32duino/Arduino_Tools pull request 98',
    board: { filled: 0xa5, until: 64 * 1024 },
    expect: [done, breaksOff('verify-failed')],
  }),
  ...variants(
    {
      symptom: 'Old content lies where the image goes; the tool verifies',
      source: 'jsnyder/stm32loader issue 8; stm32duino/Arduino_Tools pull request 98',
      board: { filled: 0xa5, until: 64 * 1024 },
      expect: [done, breaksOff('verify-failed')],
    },
    ...frames('C11'),
  ),
  ...variants(
    {
      symptom: 'Flash is full of zeros: a tool that forgets to erase writes nothing',
      source: 'community.st.com 60241 (STM32CubeProgrammer without its data base)',
      board: { filled: 0x00, until: 64 * 1024 },
      expect: [done],
    },
    { id: 'C12', transport: 'USART', job: WRITE_ALONE },
    { id: 'C12U', transport: 'DFU', board: { ...F072, filled: 0x00, until: 16 * 1024 } },
    ...frames('C12', () => ({ job: WRITE_ALONE })),
  ),
  i2c('C12I', {
    symptom: 'Flash is full of zeros: a tool that forgets to erase writes nothing',
    source: 'community.st.com 60241 (STM32CubeProgrammer without its data base)',
    board: { ...NO_STRETCH, filled: 0x00, until: 16 * 1024 },
    job: WRITE_ALONE,
    expect: [done],
  }),
  usart('C13', {
    symptom: 'The image ends in the middle of a page that holds other data behind it',
    source: 'stm32flash, remark in its main file',
    board: { ...F103, filled: 0xa5, until: 8 * 1024 },
    job: { image: { length: 1536 }, address: FLASH + 1024 },
    expect: [done],
  }),
  dfu('C14', {
    symptom: 'After an erase beyond 1 MiB the state stays dfuDNBUSY until CLRSTATUS comes twice',
    source: 'betaflight-configurator pull requests 1972 and 1861 (H743 revision V)',
    board: { ...H743, quirks: { 'dfu-stuck-busy-after-bank-2-erase': true } },
    job: { address: FLASH + 1024 * 1024 },
    expect: [done, breaksOff('erase-failed', 'timeout')],
    limitMs: 30_000,
  }),
  dfu('C15', {
    symptom: 'Erasing bank 2 erases another sector than was asked for (F767)',
    source: 'AN2606, limitations of F76x V9.3; rusefi issue 3775',
    board: {
      device: 'STM32F767ZI',
      filled: 0x00,
      quirks: { 'dfu-bank-2-erase-shifted': true },
      options: { nDBANK: 0 },
      speed: 'instant',
    },
    job: { address: FLASH + 1024 * 1024 },
    expect: [
      { exit: 'nonzero', flash: ['any'], causes: ['verify-failed'] },
      nonStrict(succeeds('any'), FOOLED),
    ],
  }),
  dfu('C15b', {
    symptom: 'A mass erase is acknowledged and does nothing (H743)',
    source: 'AN2606, limitations of H74x V13.3; dfu-util ticket 231',
    board: { ...H743, quirks: { 'dfu-mass-erase-broken': true }, speed: 'instant' },
    job: { do: 'erase' },
    expect: [refuses('erase-failed'), nonStrict(unchanged, FOOLED)],
  }),
  dfu('C16', {
    symptom: 'The GETSTATUS behind an erase is answered after 2.2 s',
    source: 'fwupd pull requests 6249 and 1944',
    faults: [{ ...USB, do: 'delay', step: 'erase: GETSTATUS 2', nth: 1, ms: 2_200 }],
    expect: [done],
  }),
  spi('C17', {
    symptom: 'A 128 KiB sector takes longer than 2 s: the chip answers 0xA5 meanwhile',
    source: 'community.st.com 290376 (F446, STM32CubeProgrammer 2.2.1)',
    faults: [{ ...SPI_TO_HOST, do: 'delay', step: 'extended-erase: pages', nth: 1, ms: 2_500 }],
    job: { do: 'erase', pages: { first: 5, count: 1 } },
    expect: [succeeds('pages')],
  }),
] satisfies readonly Scenario[];
