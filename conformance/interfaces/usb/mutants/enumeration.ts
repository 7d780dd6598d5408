import { madeOf } from '../../../mutants/kit.ts';
import type { Kind, Mutant } from '../../../mutants/kit.ts';
import type { usbRequests } from '../../../../families/index.ts';
import {
  NOTHING,
  asks,
  configures,
  describes,
  is,
  isClass,
  names,
  request,
  usbMutant,
} from './kit.ts';
import type { Ended, Setup } from './kit.ts';

/** A device whose device descriptor has another byte. */
const describesItself = (name: string, wrong: string, at: number, byte: number): Mutant =>
  describes(name, wrong, ({ device }) => ({ device: device.with(at, byte) }));

/** A device that answers where it should refuse. */
function takes(name: string, wrong: string, which: (setup: Setup) => boolean): Mutant {
  return usbMutant(name, wrong, (setup, answer) => {
    const right = answer();
    return right === 'stall' && which(setup) ? NOTHING : right;
  });
}

/** A device that answers one request with fixed bytes. */
function answers(
  name: string,
  wrong: string,
  asked: keyof typeof usbRequests,
  bytes: readonly number[],
): Mutant {
  return usbMutant(name, wrong, (setup, answer) => {
    const right = answer();
    return is(setup, asked) && right instanceof Uint8Array ? Uint8Array.from(bytes) : right;
  });
}

/** Devices that are wrong on USB before anything of DFU is asked. */
export const enumerating: readonly Kind[] = [
  usbMutant('always-ok', 'every request succeeds, in dfuIDLE', (setup, answer) => {
    if (!isClass(setup)) {
      const right = answer();
      return right === 'stall' ? NOTHING : right;
    }
    if (asks(setup, 'GETSTATUS')) return Uint8Array.of(0, 0, 0, 0, 2, 0);
    if (asks(setup, 'GETSTATE')) return Uint8Array.of(2);
    return asks(setup, 'UPLOAD') ? new Uint8Array(setup.wLength) : NOTHING;
  }),
  usbMutant('always-stalls', 'every request of DFU but GETSTATUS is refused', (setup, answer) =>
    isClass(setup) && !asks(setup, 'GETSTATUS') ? 'stall' : answer(),
  ),
  describesItself('product-id-wrong', 'the product ID is that of a serial adapter', 10, 0x10),
  describesItself('release-wrong', 'bcdDevice is 1.0', 13, 0x01),
  describesItself('two-configurations', 'the device claims two configurations', 17, 2),
  configures('runtime-mode', 'the interfaces say that they are in run-time mode', (bytes) =>
    bytes.with(9 + 7, 0x01),
  ),
  configures('transfer-size-told-wrong', 'the functional descriptor tells 4096 bytes', (bytes) =>
    bytes.with(bytes.length - 3, 0x10).with(bytes.length - 4, 0),
  ),
  configures('not-dfuse', 'the functional descriptor tells DFU 1.1', (bytes) =>
    bytes.with(bytes.length - 2, 0x10),
  ),
  configures('functional-missing', 'the configuration has no functional descriptor', (bytes) =>
    bytes.slice(0, -9).with(2, bytes[2]! - 9),
  ),
  describes('functional-alone-wrong', 'the functional descriptor alone is another', (right) => ({
    functional: right.functional.with(2, 0x0f),
  })),
  names('product-renamed', 'the product is called otherwise', (text, index) =>
    index === 2 ? 'DFU bootloader' : text,
  ),
  names('serial-short', 'the serial number has eleven digits', (text, index) =>
    index === 3 ? text.slice(1) : text,
  ),
  names('layout-shifted', 'the layout strings give flash another address', (text) =>
    text.replace('/0x08000000/', '/0x08004000/'),
  ),
  names('layouts-alike', 'all alternate settings are called Internal Flash', (text) =>
    text.replace(/^@.*/, '@Internal Flash  /0x08000000/04*016Kg'),
  ),
  answers('alternate-fixed', 'GET_INTERFACE always says 0', 'GET_INTERFACE', [0]),
  usbMutant('language-missing', 'string 0 lists no language', (setup, answer) =>
    is(setup, 'GET_DESCRIPTOR') && setup.wValue === 0x0300 ? Uint8Array.of(2, 3) : answer(),
  ),
  usbMutant('descriptors-not-cut', 'descriptors are sent as a whole', (setup, answer) =>
    is(setup, 'GET_DESCRIPTOR') ? answer({ ...setup, wLength: 255 }) : answer(),
  ),
  takes('any-descriptor', 'descriptors that there are not are empty', (setup) =>
    is(setup, 'GET_DESCRIPTOR'),
  ),
  answers('configuration-fixed', 'GET_CONFIGURATION always says 1', 'GET_CONFIGURATION', [1]),
  takes('any-configuration', 'any configuration can be set', (setup) =>
    is(setup, 'SET_CONFIGURATION'),
  ),
  takes('any-alternate', 'any alternate setting can be selected', (setup) =>
    is(setup, 'SET_INTERFACE'),
  ),
  answers('bus-powered', 'GET_STATUS says that it is not self-powered', 'GET_STATUS', [0, 0]),
  takes('any-request', 'requests that nobody knows succeed', (setup) =>
    isClass(setup) ? setup.bRequest > 6 : (setup.bmRequestType & 0x60) !== 0,
  ),
  usbMutant('any-interface', 'the interface of a DFU request is not looked at', (setup, answer) =>
    answer(isClass(setup) ? { ...setup, wIndex: 0 } : setup),
  ),
  configures('total-length-short', 'wTotalLength is one byte too low', (bytes) =>
    bytes.with(2, bytes[2]! - 1),
  ),
  configures('last-alternate-string-missing', 'the last alternate has no string', (bytes) =>
    bytes.with(bytes.length - 10, 0),
  ),
  configures('no-upload', 'the functional descriptor does not tell that it can upload', (bytes) =>
    bytes.with(bytes.length - 7, bytes.at(-7)! & ~0x02),
  ),
  configures('subclass-wrong', 'a bit of a subclass is wrong', (bytes) =>
    bytes.with(9 + 9 + 6, 0x03),
  ),
  configures('alternates-numbered-alike', 'two alternates have one number', (bytes) =>
    bytes.with(9 + 18 + 3, 1),
  ),
  names('layout-page-missing', 'the layout string of flash tells a sector less', (text) =>
    text.replace('07*128Kg', '06*128Kg'),
  ),
  names(
    'options-read-only',
    'the layout string of the option bytes says that they are read only',
    (text) => (text.startsWith('@Option') ? text.replace(/e$/, 'a').replace(/ e/, ' a') : text),
  ),
  usbMutant('string-length-wrong', 'a string tells two bytes too many', (setup, answer) => {
    const right = answer();
    const isString = is(setup, 'GET_DESCRIPTOR') && setup.wValue >> 8 === 3;
    return isString && right instanceof Uint8Array && right.length > 4
      ? right.with(0, right[0]! + 2)
      : right;
  }),
  usbMutant('alternate-resets', 'SET_INTERFACE ends what goes on', (setup, answer): Ended => {
    const right = answer();
    if (is(setup, 'SET_INTERFACE')) answer(request('ABORT'), NOTHING);
    return right;
  }),
  ...madeOf('generation-b', [
    usbMutant('strings-4-and-5-missing', 'strings 4 and 5 are refused', (setup, answer) =>
      is(setup, 'GET_DESCRIPTOR') && [0x0304, 0x0305].includes(setup.wValue) ? 'stall' : answer(),
    ),
  ]),
];
