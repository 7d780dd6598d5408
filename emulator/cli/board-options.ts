import type { Argv } from 'yargs';
import { parseApplication } from '../chip/application.ts';
import { EmulatorError } from '../errors.ts';
import type { CreateBoardOptions } from '../connect/create-board.ts';
import { WIRING_NAMES } from '../links/serial/wiring.ts';
import { parseFault } from './text/fault-text.ts';
import { parseLevel, parsePair, parseSpeed, parseUid, parseWhole } from './text/text-values.ts';
import { parseUsbStrings } from './text/usb-string-text.ts';
import { parseTraceChoice, type TraceChoice } from './traces/trace-options.ts';

/** The options that describe a board, as yargs hands them over: all text, repeatable ones as lists. */
export interface BoardArguments {
  readonly device: string;
  readonly 'flash-size'?: string | undefined;
  readonly bootloader?: string | undefined;
  readonly quirk?: readonly string[] | undefined;
  readonly usart?: readonly string[] | undefined;
  readonly usb?: string | undefined;
  readonly i2c?: readonly string[] | undefined;
  readonly spi?: readonly string[] | undefined;
  readonly can?: readonly string[] | undefined;
  readonly boot0?: string | undefined;
  readonly boot1?: string | undefined;
  readonly wire?: string | undefined;
  readonly rdp?: string | undefined;
  readonly option?: readonly string[] | undefined;
  readonly uid?: string | undefined;
  readonly 'usb-string'?: readonly string[] | undefined;
  readonly app?: string | undefined;
  readonly fault?: readonly string[] | undefined;
  readonly load?: readonly string[] | undefined;
  readonly save?: string | undefined;
  readonly state?: string | undefined;
  readonly speed?: string | undefined;
  readonly trace?: string | undefined;
  readonly pcapng?: string | undefined;
  readonly control?: string | undefined;
  readonly http?: string | undefined;
  readonly token?: string | undefined;
  readonly json?: boolean | undefined;
}

/** What the options of a board mean. */
export interface BoardSetup {
  /** The device as the user named it. */
  readonly name: string;
  readonly options: CreateBoardOptions;
  readonly loads: readonly string[];
  readonly save?: string;
  readonly stateFolder?: string;
  readonly trace: TraceChoice;
  readonly pcapng?: string;
}

/** One option in the help: what stands for its value, and what it does. */
interface OptionHelp {
  readonly value: string;
  readonly describe: string;
  readonly repeatable?: true;
}

const groups: Readonly<Record<string, Readonly<Record<string, OptionHelp>>>> = {
  'The chip:': {
    'flash-size': { value: 'KIB', describe: 'Flash size, where the part number does not tell it' },
    bootloader: { value: 'VERSION', describe: 'ROM version, as 9.1 (default: the newest)' },
    quirk: {
      value: 'NAME=on|off',
      describe: 'Switch a known deviation of the ROM',
      repeatable: true,
    },
    rdp: { value: '0|1|2', describe: 'Readout protection at power-on' },
    option: {
      value: 'NAME=VALUE',
      describe: "Option byte field by ST's name, as nRST_STOP=0",
      repeatable: true,
    },
    uid: { value: 'HEX', describe: 'Unique ID, 24 hex digits' },
    'usb-string': {
      value: 'NAME=TEXT',
      describe:
        'What a chip that is not known here says of itself: manufacturer, product, serial, alt0, alt1, …',
      repeatable: true,
    },
    app: {
      value: 'NAME',
      describe:
        'What runs after a flash boot or Go: silent, banner, echo, jump:ADDRESS; with ,iwdg:26s the watchdog',
    },
    fault: {
      value: 'FAULT',
      describe:
        'flash:power-cut:3[:done=0.5][:mask=a5], link:drop:to-chip:17[:value=ff], reply:refuse:write-memory[:address=8000100][:nth=2], …',
      repeatable: true,
    },
  },
  'Pins, links and time:': {
    boot0: { value: '0|1', describe: 'Level of BOOT0 (default 1: the bootloader)' },
    boot1: { value: '0|1', describe: 'Level of BOOT1 (default 0)' },
    usart: {
      value: '[NAME=]LINK',
      describe:
        'pty[:PATH], tcp:HOST:PORT, rfc2217:HOST:PORT or usbip (a USB serial adapter), of the first USART or another, as USART3=pty (default pty)',
      repeatable: true,
    },
    usb: {
      value: 'LINK',
      describe: 'usbip[:HOST:PORT]: a USB device for any Linux (default 127.0.0.1:3240)',
    },
    i2c: {
      value: '[NAME=]LINK',
      describe:
        'buspirate[:PATH]: a Bus Pirate on a pty, or usbip: an i2c-tiny-usb, with I2C1 or another on its pins',
      repeatable: true,
    },
    spi: {
      value: '[NAME=]LINK',
      describe: 'buspirate[:PATH]: a Bus Pirate on a pty, with SPI1 or another on its pins',
      repeatable: true,
    },
    can: {
      value: '[NAME=]LINK',
      describe:
        'slcan[:PATH]: an slcan adapter on a pty, or usbip: a candleLight (gs_usb), with CAN2, FDCAN1 or another on its bus',
      repeatable: true,
    },
    wire: {
      value: 'SIGNALS',
      describe: `How DTR and RTS are wired, with --boot0 0: as dtr=nrst,rts=boot0 (while the line is asserted, NRST is low and BOOT0 high; of !dtr while it is released), or ${WIRING_NAMES.join(', ')}, none`,
    },
    speed: {
      value: 'SPEED',
      describe: 'Time that chip work takes: instant (default), real, or a factor as 10x',
    },
  },
  'Files:': {
    load: {
      value: 'FILE',
      describe: 'Content of main flash: FILE.bin[@0xADDRESS], FILE.hex or FILE.elf',
      repeatable: true,
    },
    save: {
      value: 'FILE',
      describe: 'Write main flash at the end: .bin is all of it, .hex what is not erased',
    },
    state: {
      value: 'DIR',
      describe: 'Keep flash, option bytes and OTP in a folder across runs',
    },
    trace: {
      value: 'text|json|none[:FILE]',
      describe: 'Everything that happens, to stderr or a file',
    },
    pcapng: { value: 'FILE', describe: 'Everything that happens, as a capture for Wireshark' },
    control: { value: 'SOCKET', describe: 'Serve the control API on this path, for vstm32 ctl' },
    http: {
      value: 'HOST:PORT',
      describe: 'Serve a page and the control API over HTTP (127.0.0.1:0: any free port here)',
    },
    token: { value: 'WORDS', describe: 'What clients of --http must bring' },
  },
};

/** Adds the device and the options of a board to a command; not all commands need a device. */
export function boardOptions<T>(yargs: Argv<T>, needsDevice = true): Argv<T & BoardArguments> {
  yargs.positional('device', {
    type: 'string',
    demandOption: needsDevice,
    describe: 'A part (STM32F405RG), a line or a product ID; vstm32 devices lists them',
  });
  for (const [group, options] of Object.entries(groups)) {
    for (const [name, { value, describe, repeatable = false }] of Object.entries(options)) {
      yargs.option(name, {
        group,
        type: 'string',
        array: repeatable,
        requiresArg: true,
        describe: `${value}  ${describe}`,
      });
    }
  }
  yargs.option('json', { type: 'boolean', describe: 'Say it as one line of JSON' });
  const singles = Object.values(groups)
    .flatMap((options) => Object.entries(options))
    .flatMap(([name, { repeatable }]) => (repeatable === true ? [] : [name]));
  yargs.check((argv) => {
    onlyOnce(argv, singles);
    return true;
  });
  return yargs as unknown as Argv<T & BoardArguments>;
}

/** Options of the process that serves boards: it has one control API, however many they are. */
const OF_THE_SERVER: ReadonlySet<string> = new Set(['control', 'http', 'token']);

/** The options of a board by name, and whether each may be given several times. */
export const optionNames: ReadonlyMap<string, { readonly repeatable: boolean }> = new Map(
  Object.values(groups)
    .flatMap((options) => Object.entries(options))
    .filter(([name]) => !OF_THE_SERVER.has(name))
    .map(([name, { repeatable = false }]) => [name, { repeatable }]),
);

/** Refuses an option given twice where only one value makes sense. */
export function onlyOnce(argv: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  for (const name of names) {
    if (Array.isArray(argv[name]))
      throw new EmulatorError(`--${name} is given twice: give it once`);
  }
}

/** Understands the options of a board; an EmulatorError names the first that makes no sense. */
export function readBoardOptions(argv: BoardArguments): BoardSetup {
  const { bootloader, usb, wire } = argv;
  refuseEmptyPaths(argv);
  const options: CreateBoardOptions = {
    usart: argv.usart ?? ['pty'],
    ...(usb === undefined ? {} : { usb }),
    ...(argv.i2c === undefined ? {} : { i2c: argv.i2c }),
    ...(argv.spi === undefined ? {} : { spi: argv.spi }),
    ...(argv.can === undefined ? {} : { can: argv.can }),
    ...given('flashKiB', argv['flash-size'], (text) => parseWhole('--flash-size', text)),
    ...(bootloader === undefined ? {} : { bootloader }),
    ...given('quirks', argv.quirk, (texts) => Object.fromEntries(texts.map(parseQuirk))),
    ...given('boot0', argv.boot0, (text) => parseLevel('--boot0', text)),
    ...given('boot1', argv.boot1, (text) => parseLevel('--boot1', text)),
    ...(wire === undefined ? {} : { wire }),
    ...given('rdp', argv.rdp, parseRdp),
    ...given('options', argv.option, (texts) => Object.fromEntries(texts.map(parseOption))),
    ...given('uid', argv.uid, parseUid),
    ...given('usbStrings', argv['usb-string'], parseUsbStrings),
    ...given('application', argv.app, parseApplication),
    ...given('faults', argv.fault, (texts) => texts.map(parseFault)),
    ...given('speed', argv.speed, parseSpeed),
  };
  return {
    name: argv.device,
    options,
    loads: argv.load ?? [],
    trace: parseTraceChoice(argv.trace ?? 'none'),
    ...(argv.save === undefined ? {} : { save: argv.save }),
    ...(argv.state === undefined ? {} : { stateFolder: argv.state }),
    ...(argv.pcapng === undefined ? {} : { pcapng: argv.pcapng }),
  };
}

/** A variable of a script that is not set, most likely. */
function refuseEmptyPaths(argv: BoardArguments): void {
  for (const name of ['load', 'save', 'state', 'control', 'http', 'pcapng'] as const) {
    if (![argv[name]].flat().includes('')) continue;
    const what = name === 'state' ? 'a folder' : 'a file';
    throw new EmulatorError(`--${name} '': name ${what}, or leave --${name} out`);
  }
}

/** One property, when its option is given at all. */
function given<K extends string, T, V>(
  key: K,
  value: T | undefined,
  parse: (value: T) => V,
): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: parse(value) } as Partial<Record<K, V>>);
}

function parseQuirk(text: string): readonly [name: string, on: boolean] {
  const [name, value] = parsePair('--quirk', text);
  if (value !== 'on' && value !== 'off') {
    throw new EmulatorError(`--quirk ${text}: write ${name}=on or ${name}=off`);
  }
  return [name, value === 'on'];
}

function parseOption(text: string): readonly [name: string, value: number] {
  const [name, value] = parsePair('--option', text);
  return [name, parseWhole(`--option ${name}`, value)];
}

function parseRdp(text: string): 0 | 1 | 2 {
  if (text === '0') return 0;
  if (text === '1') return 1;
  if (text === '2') return 2;
  throw new EmulatorError(`--rdp ${text}: the level is 0, 1 or 2`);
}
