import { REQUESTS, STANDARD } from '../interfaces/usb/host.ts';
import { dfuMutant, usbMutant } from './kit.ts';
import type { Ended, Mutant, Setup } from './kit.ts';

const NOTHING = new Uint8Array();

const isClass = ({ bmRequestType }: Setup): boolean => (bmRequestType & 0x60) === 0x20;

const is = (setup: Setup, name: keyof typeof STANDARD): boolean =>
  (setup.bmRequestType & 0x60) === 0 && setup.bRequest === STANDARD[name];

const asks = (setup: Setup, name: keyof typeof REQUESTS): boolean =>
  isClass(setup) && setup.bRequest === REQUESTS[name];

/** A device whose device descriptor has another byte. */
function describes(name: string, wrong: string, at: number, byte: number): Mutant {
  return dfuMutant(name, wrong, ({ descriptors }) => ({
    descriptors: { ...descriptors, device: descriptors.device.with(at, byte) },
  }));
}

/** A device whose configuration is another. */
function configures(
  name: string,
  wrong: string,
  change: (bytes: Uint8Array) => Uint8Array,
): Mutant {
  return dfuMutant(name, wrong, ({ descriptors }) => ({
    descriptors: { ...descriptors, configuration: change(descriptors.configuration) },
  }));
}

/** A device that names something otherwise. */
function names(
  name: string,
  wrong: string,
  change: (text: string, index: number) => string,
): Mutant {
  return dfuMutant(name, wrong, ({ descriptors }) => ({
    descriptors: {
      ...descriptors,
      strings: Object.fromEntries(
        Object.entries(descriptors.strings).map(([index, text]) => [
          index,
          change(text, Number(index)),
        ]),
      ),
    },
  }));
}

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
  request: keyof typeof STANDARD,
  bytes: readonly number[],
): Mutant {
  return usbMutant(name, wrong, (setup, answer) => {
    const right = answer();
    return is(setup, request) && right instanceof Uint8Array ? Uint8Array.from(bytes) : right;
  });
}

/** Devices that are wrong on USB before anything of DFU is asked. */
export const enumerating: readonly Mutant[] = [
  usbMutant(
    'always-ok',
    'every request succeeds, and the state is always dfuIDLE',
    (setup, answer) => {
      if (!isClass(setup)) {
        const right = answer();
        return right === 'stall' ? NOTHING : right;
      }
      if (asks(setup, 'GETSTATUS')) return Uint8Array.of(0, 0, 0, 0, 2, 0);
      if (asks(setup, 'GETSTATE')) return Uint8Array.of(2);
      return asks(setup, 'UPLOAD') ? new Uint8Array(setup.wLength) : NOTHING;
    },
  ),
  usbMutant('always-stalls', 'every request of DFU but GETSTATUS is refused', (setup, answer) =>
    isClass(setup) && !asks(setup, 'GETSTATUS') ? 'stall' : answer(),
  ),
  describes('product-id-wrong', 'the product ID is that of a serial adapter', 10, 0x10),
  describes('release-wrong', 'bcdDevice is 1.0', 13, 0x01),
  describes('two-configurations', 'the device claims two configurations', 17, 2),
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
  dfuMutant(
    'functional-alone-wrong',
    'the functional descriptor alone is another',
    ({ descriptors }) => ({
      descriptors: { ...descriptors, functional: descriptors.functional.with(2, 0x0f) },
    }),
  ),
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
  {
    ...usbMutant('strings-4-and-5-missing', 'strings 4 and 5 are refused', (setup, answer) =>
      is(setup, 'GET_DESCRIPTOR') && [0x0304, 0x0305].includes(setup.wValue) ? 'stall' : answer(),
    ),
    part: 'generation-b',
  },
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
  usbMutant('alternate-resets', 'SET_INTERFACE ends what is under way', (setup, answer): Ended => {
    const right = answer();
    if (is(setup, 'SET_INTERFACE')) {
      const abort = {
        bmRequestType: 0x21,
        bRequest: REQUESTS.ABORT,
        wValue: 0,
        wIndex: 0,
        wLength: 0,
      };
      answer(abort, NOTHING);
    }
    return right;
  }),
];
