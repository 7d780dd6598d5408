import { dfuOf } from '../../../../families/index.ts';
import {
  STALL,
  control,
  data,
  getDescriptor,
  getState,
  getStatus,
  le16,
  report,
  setConfiguration,
  setInterface,
  transferSize,
} from '../host.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { ANY } from '../../../run/script.ts';
import type { Reply, Step } from '../../../run/script.ts';
import { layoutStrings } from './layout-strings.ts';

/** STMicroelectronics, and the product of every bootloader in system memory. */
const VENDOR = 0x0483;
const PRODUCT = 0xdf11;

const LONGEST = 255;

/** Between a name and its address: logs show one to four. */
const SPACES = ['', ' ', '  ', '   ', '    ', '     '];

/** Alternate settings in the order of their numbers. */
function layouts(part: Part): readonly string[] {
  const { device, bootloader, quirks } = part;
  const own = layoutStrings(part);
  const wrong = quirks.has('dfu-flash-string-wrong') ? bootloader.wrongUsbStrings : undefined;
  const garbage = quirks.has('dfu-garbage-behind-flash-string')
    ? device.usbStrings?.garbage
    : undefined;
  const all = own
    .map((text, at) => wrong?.strings[at] ?? text)
    .map((text) => (text === garbage?.behind ? text + garbage.units : text));
  return quirks.has('dfu-alternates-duplicated') ? all.map(() => all[0]!) : all;
}

const deviceDescriptor = (part: Part): number[] => {
  const { bcdUSB, bcdDevice } = dfuOf(part.device);
  const numbers = [VENDOR, PRODUCT, bcdDevice].flatMap(le16);
  return [18, 1, ...le16(bcdUSB), 0, 0, 0, 64, ...numbers, 1, 2, 3, 1];
};

/** Downloads, uploads, detaches by itself, and does not tolerate a manifestation; 255 ms; DfuSe 1.1a. */
const functionalDescriptor = (part: Part): number[] => {
  const numbers = [255, transferSize(part), 0x011a].flatMap(le16);
  return [9, 0x21, 0x0b, ...numbers];
};

function configurationDescriptor(part: Part): number[] {
  const { iConfiguration, firstAlternateString } = dfuOf(part.device);
  const dfuMode = [0xfe, 0x01, 0x02];
  const interfaces = layouts(part).flatMap((_, at) => {
    return [9, 4, 0, at, 0, ...dfuMode, firstAlternateString + at];
  });
  const functional = functionalDescriptor(part);
  const length = le16(9 + interfaces.length + functional.length);
  const maxPower = ANY; // differs by part
  const own = [9, 2, ...length, 1, 1, iConfiguration, 0xc0, maxPower];
  return [...own, ...interfaces, ...functional];
}

function textReply(text: string): Reply {
  const units = Array.from(text, (_, at) => le16(text.charCodeAt(at))).flat();
  return data([2 + units.length, 3, ...units]);
}

/** A fixed text, or twelve digits made of the unique ID, which only the part knows. */
function serialReply(part: Part): Reply {
  const wrong = part.quirks.has('dfu-flash-string-wrong')
    ? part.bootloader.wrongUsbStrings
    : undefined;
  if (wrong !== undefined) return textReply(wrong.serial);
  const rule = dfuOf(part.device).serial;
  if ('fixed' in rule) return textReply(rule.fixed);
  return data([26, 3, ...Array.from({ length: 12 }, () => [ANY, 0]).flat()]);
}

const classRequest = (name: string, bRequest: number, wIndex: number, reply: Reply): Step =>
  control(name, { bmRequestType: 0x21, bRequest, wIndex }, [], reply);

const standardIn = (name: string, bRequest: number, recipient: number, reply: Reply): Step =>
  control(
    name,
    { bmRequestType: 0x80 + recipient, bRequest, wLength: reply.bytes.length - 1 },
    [],
    reply,
  );

/** The descriptor is part of the configuration alone, which has it for all hosts. */
const notByItself = (reply: Reply): Reply => ({
  ...reply,
  verdict: 'non-strict',
  says: 'it has the functional descriptor in its configuration only',
});

/** The beginning of a layout string up to its address, however many spaces are before that. */
function beginsWithAddress(text: string): readonly Reply[] {
  const [name = '', address] = text.split('/');
  const wanted = SPACES.map((spaces) => `${name.trimEnd()}${spaces}/${address}/`);
  const length = Math.max(...wanted.map((each) => each.length));
  return wanted.map((each) => {
    const units = Array.from(each, (_, at) => le16(each.charCodeAt(at))).flat();
    const rest = Array.from({ length: length - each.length }, () => [ANY, 0]).flat();
    return data([ANY, 3, ...units, ...rest]);
  });
}

/** String descriptors of every length, whatever their text. */
const STRINGS: readonly Reply[] = Array.from({ length: 127 }, (_, units) =>
  data([2 + 2 * units, 3, ...Array<number>(2 * units).fill(ANY)]),
);

const base = { destroys: 'nothing', entries: ['idle'] } as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'dfu/1/device-descriptor',
    requirement: 'The device descriptor names 0483:DF11 and the release of the bootloader.',
    covers: ['dfu-1-1', 'dfu-1-2'],
    strength: 'must',
    entries: ['reset', 'idle', 'download-idle', 'upload-idle', 'rdp-1'],
    script: (part) => ({ steps: [getDescriptor('device', 0, 18, data(deviceDescriptor(part)))] }),
  },
  {
    ...base,
    id: 'dfu/1/configuration-descriptor',
    requirement:
      'The configuration has one interface in DFU mode with an alternate setting for each memory, and the functional descriptor behind them.',
    covers: ['dfu-1-3', 'dfu-1-4'],
    strength: 'must',
    entries: ['idle', 'rdp-1'],
    script: (part) => ({
      steps: [getDescriptor('configuration', 0, LONGEST, data(configurationDescriptor(part)))],
    }),
  },
  {
    ...base,
    id: 'dfu/1/functional-descriptor-alone',
    requirement: 'The functional descriptor can be asked for by itself.',
    covers: ['dfu-1-5'],
    strength: 'must',
    protection: 'any',
    script: (part) => ({
      steps: [
        getDescriptor(
          'functional',
          0,
          9,
          data(functionalDescriptor(part)),
          notByItself(STALL),
          notByItself({ bytes: [] }),
        ),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/1/descriptor-cut',
    requirement: 'A host that asks for fewer bytes than a descriptor has gets the first of them.',
    covers: ['dfu-1-6'],
    strength: 'must',
    protection: 'any',
    script: (part) => ({
      steps: [
        getDescriptor('device', 0, 8, data(deviceDescriptor(part).slice(0, 8))),
        getDescriptor('configuration', 0, 9, data(configurationDescriptor(part).slice(0, 9))),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/1/languages',
    requirement: 'String 0 lists one language, English.',
    covers: ['dfu-1-7'],
    strength: 'must',
    protection: 'any',
    script: () => ({ steps: [getDescriptor('string', 0, LONGEST, data([4, 3, 0x09, 0x04]))] }),
  },
  {
    ...base,
    id: 'dfu/1/names',
    requirement: 'Manufacturer and product are those of the generation of the ROM.',
    covers: ['dfu-1-8'],
    strength: 'observed',
    protection: 'any',
    script: (part) => ({
      steps: [
        getDescriptor('string', 1, LONGEST, textReply('STMicroelectronics')),
        getDescriptor('string', 2, LONGEST, textReply(dfuOf(part.device).product)),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/1/strings-tell-their-length',
    requirement: 'A string descriptor begins with its own length in bytes.',
    covers: ['dfu-1-21'],
    strength: 'must',
    protection: 'any',
    script: (part) => ({
      steps: [1, 2, 3, dfuOf(part.device).firstAlternateString].map((index) =>
        getDescriptor('string', index, LONGEST, ...STRINGS),
      ),
    }),
  },
  {
    ...base,
    id: 'dfu/1/serial-number',
    requirement: 'The serial number has twelve digits, or is the fixed text of the ROM.',
    covers: ['dfu-1-9'],
    strength: 'observed',
    protection: 'any',
    script: (part) => ({ steps: [getDescriptor('string', 3, LONGEST, serialReply(part))] }),
  },
  {
    ...base,
    id: 'dfu/1/layout-begins-at-flash',
    requirement: 'The layout string of the first alternate setting begins where main flash does.',
    covers: ['dfu-1-20'],
    strength: 'must',
    entries: ['idle', 'rdp-1'],
    script: (part) => {
      const { firstAlternateString } = dfuOf(part.device);
      const replies = beginsWithAddress(layouts(part)[0]!);
      const length = replies[0]!.bytes.length - 1;
      return { steps: [getDescriptor('string', firstAlternateString, length, ...replies)] };
    },
  },
  {
    ...base,
    id: 'dfu/1/layout-strings',
    requirement: 'Each alternate setting is named by the layout of its memory.',
    covers: ['dfu-1-10'],
    strength: 'observed',
    entries: ['idle', 'rdp-1'],
    script: (part) => {
      const first = dfuOf(part.device).firstAlternateString;
      return {
        steps: layouts(part).map((text, at) =>
          getDescriptor('string', first + at, LONGEST, textReply(text)),
        ),
      };
    },
  },
  {
    ...base,
    id: 'dfu/1/strings-in-a-row',
    requirement: 'The strings have no gap: a host that asks for one after the other reaches all.',
    covers: ['dfu-1-19'],
    strength: 'observed',
    protection: 'any',
    script: (part) => {
      const { firstAlternateString: first } = dfuOf(part.device);
      // four bytes of each: length, type, and the first letter
      return {
        steps: Array.from({ length: first + layouts(part).length - 1 }, (_, at) =>
          getDescriptor('string', 1 + at, 4, data([ANY, 3, ANY, ANY])),
        ),
      };
    },
  },
  {
    ...base,
    id: 'dfu/1/no-such-descriptor',
    requirement: 'A descriptor that there is not is refused with a STALL.',
    covers: ['dfu-1-11'],
    strength: 'must',
    protection: 'any',
    script: () => ({
      steps: [
        getDescriptor('string', 0xee, 18, STALL),
        control(
          'GET_DESCRIPTOR qualifier',
          { bmRequestType: 0x80, bRequest: 6, wValue: 0x0600, wLength: 10 },
          [],
          STALL,
        ),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/1/start-state',
    requirement:
      'Out of reset the state is dfuERROR, errFIRMWARE or dfuIDLE, by the generation of the ROM.',
    covers: ['dfu-1-12'],
    strength: 'observed',
    entries: ['reset'],
    protection: 'any',
    script: (part) => ({
      steps: [
        getDescriptor('device', 0, 18, data(deviceDescriptor(part))),
        setConfiguration(1),
        getStatus(
          part.quirks.has('dfu-starts-in-error')
            ? report('dfuERROR', 'errFIRMWARE')
            : report('dfuIDLE'),
        ),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/1/configured',
    requirement: 'The configuration that was set is the one that is reported.',
    covers: ['dfu-1-13'],
    strength: 'must',
    protection: 'any',
    script: () => ({
      steps: [
        standardIn('GET_CONFIGURATION', 8, 0, data([1])),
        setConfiguration(0),
        standardIn('GET_CONFIGURATION', 8, 0, data([0])),
        setConfiguration(1),
        setConfiguration(2, STALL),
        standardIn('GET_CONFIGURATION', 8, 0, data([1])),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/1/alternate-settings',
    requirement: 'Every alternate setting can be selected, and is the one that is reported.',
    covers: ['dfu-1-14'],
    strength: 'must',
    entries: ['idle', 'download-idle', 'upload-idle', 'rdp-1'],
    script: (part) => ({
      steps: layouts(part).flatMap((_, at) => [
        setInterface(at),
        standardIn('GET_INTERFACE', 10, 1, data([at])),
      ]),
    }),
  },
  {
    ...base,
    id: 'dfu/1/no-such-alternate',
    requirement: 'An alternate setting that there is not is refused, and the selected one stays.',
    covers: ['dfu-1-14'],
    strength: 'must',
    protection: 'any',
    script: (part) => ({
      steps: [
        setInterface(layouts(part).length, STALL),
        standardIn('GET_INTERFACE', 10, 1, data([0])),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/1/alternate-keeps-state',
    requirement: 'The selection of an alternate setting leaves the DFU state as it is.',
    covers: ['dfu-1-15'],
    strength: 'observed',
    entries: ['download-idle'],
    script: () => ({ steps: [setInterface(0), getState('dfuDNLOAD-IDLE')] }),
  },
  {
    ...base,
    id: 'dfu/1/self-powered',
    requirement:
      'GET_STATUS tells a device that is self-powered and an interface without features.',
    covers: ['dfu-1-13'],
    strength: 'must',
    protection: 'any',
    script: () => ({
      steps: [
        standardIn('GET_STATUS of the device', 0, 0, data([1, 0])),
        standardIn('GET_STATUS of the interface', 0, 1, data([0, 0])),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/1/unknown-requests',
    requirement:
      'Requests that neither USB nor DFU has are refused with a STALL, and change nothing.',
    covers: ['dfu-1-16'],
    strength: 'must',
    entries: ['idle', 'upload-idle', 'rdp-1'],
    script: () => ({
      steps: [
        classRequest('class request 7', 7, 0, STALL),
        classRequest('class request 255', 255, 0, STALL),
        control('vendor request', { bmRequestType: 0xc0, bRequest: 1, wLength: 4 }, [], STALL),
        control(
          'standard request 13',
          { bmRequestType: 0x80, bRequest: 13, wLength: 1 },
          [],
          STALL,
        ),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/1/no-such-interface',
    requirement: 'A DFU request to an interface that there is not is refused with a STALL.',
    covers: ['dfu-1-16'],
    strength: 'must',
    protection: 'any',
    script: () => ({
      steps: [
        control(
          'GETSTATUS of interface 1',
          { bmRequestType: 0xa1, bRequest: 3, wIndex: 1, wLength: 6 },
          [],
          STALL,
        ),
        getState('dfuIDLE'),
      ],
    }),
  },
];

export default scenarios;
