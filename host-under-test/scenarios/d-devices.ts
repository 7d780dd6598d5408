import type { Scenario } from '../scenario.ts';
import {
  F072,
  FLASH,
  G474,
  USB,
  dfu,
  done,
  nonStrict,
  refuses,
  succeeds,
  unchanged,
} from './define.ts';

const DEVICE = { at: 'device' } as const;

/** A layout string that is wrong in a way that parts in the field are. */
function strings(...alternates: readonly string[]): { readonly faults: Scenario['faults'] & {} } {
  return { faults: [{ ...DEVICE, do: 'strings', alternates }] };
}

/** Group D, second half: which device it is, and what it says of itself. */
export default [
  dfu('D15', {
    symptom: 'The option bytes of both banks are in one string (G4)',
    source: 'betaflight-configurator, comment in usbdfu.js; community.st.com 574815',
    board: { ...G474, filled: 0xa5, until: 16 * 1024 },
    job: { address: FLASH + 2048 },
    expect: [done],
  }),
  dfu('D15b', {
    symptom: 'More is to be written to the option bytes than their string has (G4)',
    source: 'community.st.com 574815 (“Last page at 0x1fff782f is not writeable”)',
    board: G474,
    job: { do: 'write-options', address: 0x1fff_7800, image: { length: 64 } },
    expect: [refuses('too-large', 'bad-address')],
  }),
  dfu('D16', {
    symptom: 'The second alternate setting is called “@Option byte” (AT32)',
    source: 'betaflight-configurator, usbdfu.js',
    ...strings(
      '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg',
      '@Option byte   /0x1FFFC000/01*016 g',
    ),
    expect: [done],
  }),
  dfu('D16b', {
    symptom: 'The flash is called “@InternalFlash” (GD32H7)',
    source: 'betaflight-configurator pull request 4826',
    ...strings('@InternalFlash/0x08000000/04*016Kg,01*064Kg,07*128Kg'),
    expect: [done],
  }),
  dfu('D16c', {
    symptom: 'A unit of bytes in capitals: “01*016Be” (GD32VF103)',
    source: 'pineflash issue 45',
    board: F072,
    ...strings('@Internal Flash  /0x08000000/064*0002Kg', '@Option Bytes  /0x1FFFF800/01*016Be'),
    expect: [done],
  }),
  dfu('D16d', {
    symptom: 'The layout string breaks off in the middle',
    source: 'betaflight-configurator pull request 4826 (H750 EXST: wrong string)',
    ...strings('@Internal Flash  /0x08000000/04*016'),
    expect: [done, refuses('layout', 'bad-address')],
  }),
  dfu('D16e', {
    symptom: 'The layout string is only a name',
    source: 'betaflight-configurator pull request 4826 (H750 EXST: wrong string)',
    ...strings('@External Storage'),
    expect: [done, refuses('layout', 'bad-address')],
  }),
  dfu('D16f', {
    symptom: 'Characters that do not belong to it follow the layout string (F42x with 1 MiB)',
    source: 'logs of F429 with 1 MiB: dfu-util 0.9 fails on them, 0.11 does not',
    board: { device: 'STM32F429ZG', quirks: { 'dfu-garbage-behind-flash-string': true } },
    expect: [done],
  }),
  dfu('D17', {
    symptom: 'Two boards with the same serial number, and nobody says which',
    source: 'TAStm32 pull request 71; pineflash issue 45; community.st.com 9234',
    board: { ...F072, second: 'same-serial' },
    expect: [done, refuses('several-devices')],
  }),
  dfu('D17b', {
    symptom: 'Two boards with the same serial number, and it is given to choose one',
    source: 'TAStm32 pull request 71; community.st.com 9234',
    board: { ...F072, second: 'same-serial' },
    job: { selects: 'serial' },
    expect: [done, refuses('several-devices')],
  }),
  dfu('D18', {
    symptom: 'Two boards, and nobody says which',
    source:
      'EmuConfigurator issue 674; micropython pull request 15946; ODrive pull request 82; libDaisy issue 195',
    board: { second: 'other-serial' },
    expect: [done, refuses('several-devices')],
  }),
  dfu('D18b', {
    symptom: 'Two boards, and the second is chosen by its path',
    source: 'ODrive pull request 82; libDaisy issue 195',
    board: { second: 'other-serial' },
    job: { selects: 'path' },
    expect: [done],
  }),
  dfu('D18c', {
    symptom: 'Two boards, and the second is chosen by its serial number',
    source: 'ODrive pull request 82; libDaisy issue 195',
    board: { second: 'other-serial' },
    job: { selects: 'serial' },
    expect: [done],
  }),
  dfu('D20', {
    symptom: 'A binary file is to be written, and the address is forgotten',
    source: 'unicorne issue 8; community.st.com 9234 (“Only DfuSe file version 1.1a is supported”)',
    job: { withoutAddress: true },
    expect: [refuses('no-address')],
  }),
  dfu('D21', {
    symptom: 'The image is for an external flash that the bootloader does not reach',
    source: 'DaisySeedProjects issue 15 (“Last page at 0x90061c6f is not writeable”)',
    job: { address: 0x9000_0000 },
    expect: [refuses('bad-address', 'too-large')],
  }),
  dfu('D21b', {
    symptom: 'The image is longer than the flash',
    source: 'DaisySeedProjects issue 15',
    board: F072,
    job: { image: { length: 129 * 1024 } },
    expect: [refuses('bad-address', 'too-large')],
  }),
  dfu('D22', {
    symptom: 'The chip is read-protected, and is to be written',
    source: 'betaflight-configurator issue 200',
    board: { rdp: 1 },
    expect: [refuses('protected')],
  }),
  dfu('D22b', {
    symptom: 'The protection is taken away: the chip erases all, drops off the bus and comes back',
    source: 'betaflight-configurator pull request 350',
    board: { rdp: 1, speed: 'instant' },
    job: { do: 'unprotect' },
    expect: [succeeds('erased')],
  }),
  dfu('D22c', {
    symptom: 'The protection is taken away, and the erase takes as long as it does in life',
    source: 'betaflight-configurator pull request 350 (18 to 20 s)',
    board: { rdp: 1 },
    job: { do: 'unprotect' },
    expect: [succeeds('erased')],
  }),
  dfu('D22d', {
    symptom: 'The chip is read-protected, and is to be erased',
    source: 'betaflight-configurator issue 200 (a full erase hangs)',
    board: { rdp: 1, speed: 'instant', quirks: { 'mass-erase-poll': false } },
    job: { do: 'erase' },
    expect: [refuses('protected')],
    limitMs: 15_000,
  }),
  dfu('D22e', {
    symptom: 'Under protection writes are acknowledged and dropped (U5)',
    source: 'inertial-sense-sdk pull request 1186',
    board: { device: 'STM32U585CI', rdp: 1, quirks: { 'dfu-rdp-writes-dropped': true } },
    expect: [
      refuses('protected', 'verify-failed'),
      nonStrict(succeeds('same'), 'without reading back it can be fooled: nothing is written'),
    ],
  }),
  dfu('D24', {
    symptom: 'One alternate setting, 104 ms for everything, and a mass erase that stalls GETSTATUS',
    source: 'gd32-dfu-utils pull requests 6 and 8; pine64_updater issue 5; cargo-dfu issue 7',
    board: { ...F072, speed: 'instant' },
    faults: [
      { ...DEVICE, do: 'poll', ms: 104 },
      { ...USB, do: 'stall', step: 'mass-erase: GETSTATUS 2', nth: 1 },
    ],
    job: { do: 'erase' },
    expect: [
      succeeds('erased'),
      { exit: 'nonzero', flash: ['erased'], causes: ['erase-failed', 'usb-stall'] },
    ],
  }),
  dfu('D27', {
    symptom: 'The device does not answer while it is enumerated',
    source: 'ST FAQ “DFU mode not working”; efton.sk gotcha 125',
    board: { quirks: { 'dfu-does-not-enumerate': true } },
    expect: [refuses('no-device')],
    limitMs: 30_000,
  }),
  dfu('D29', {
    symptom: 'The usual F7 is found and written',
    source: 'betaflight issue 15707',
    board: { device: 'STM32F746ZG' },
    expect: [done],
  }),
  dfu('D29b', {
    symptom: 'All alternate settings have the string of the flash (G0B1)',
    source: 'community.st.com 839156; logs of G0B1',
    board: {
      device: 'STM32G0B1RE',
      options: { nBOOT_SEL: 0 },
      quirks: { 'dfu-alternates-duplicated': true },
    },
    expect: [done],
  }),
  dfu('D29c', {
    symptom: 'The usual F7 is listed',
    source: 'betaflight issue 15707',
    board: { device: 'STM32F746ZG' },
    job: { do: 'detect' },
    expect: [unchanged],
  }),
] satisfies readonly Scenario[];
