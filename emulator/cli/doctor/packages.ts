import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { packageManifest } from '../../package-files.ts';
import { ask } from './asked.ts';
import { findProgram } from './programs.ts';
import { aptGet, TESTS, type Group, type Probe } from './finding.ts';

const BOARDS = 'Real boards: conform, record, compare';

const PYTHON = 'Python';

/** The npm packages that are installed by who needs them; their versions are those of package.json. */
const PEERS: Readonly<Record<string, string>> = {
  usb: 'boards on USB: --target usb',
  'i2c-bus': 'boards on I2C: --target i2c:/dev/i2c-1 (Linux)',
  'spi-device': 'boards on SPI: --target spi:/dev/spidev0.0 (Linux)',
  socketcan: 'boards on CAN and FDCAN: --target can:can0 (Linux)',
};

/** The same, which the package itself imports: they are of use beside it alone. */
const BESIDE: Readonly<Record<string, string>> = {
  vitest: 'what conform examines with, on boards and in memory',
};

/** Native code that comes with vstm32, and may not fit this machine. */
const NATIVE: Readonly<Record<string, readonly [group: Group, feature: string]>> = {
  'fs-native-extensions': ['vstm32 run', 'locks the files of --state and --usart pty:PATH'],
  serialport: [BOARDS, 'boards on serial ports: --target serial:/dev/ttyUSB0'],
};

/** Python modules, with the Debian package of each, the name of its distribution, and what it is for. */
const MODULES: Readonly<
  Record<string, readonly [module: string, distribution: string, group: Group, feature: string]>
> = {
  'python3-serial': [
    'serial',
    'pyserial',
    PYTHON,
    'Python hosts on serial ports; opens rfc2217:// too',
  ],
  'python3-usb': ['usb', 'pyusb', PYTHON, 'Python hosts over USB'],
  'python3-can': ['can', 'python-can', PYTHON, 'Python hosts over CAN and CAN FD'],
  'python3-pytest': ['pytest', 'pytest', PYTHON, 'the fixtures of the Python client'],
  'python3-pip': ['pip', 'pip', PYTHON, 'installs the Python client'],
  'python3-setuptools': ['setuptools', 'setuptools', TESTS, 'builds the Python client offline'],
  'python3-wheel': ['wheel', 'wheel', TESTS, 'builds the Python client offline'],
};

/** Python modules that findings are about. */
export const pythonModules: readonly string[] = Object.values(MODULES).map(([module]) => module);

/** Probes for what npm and Python bring. */
export function packageProbes(): readonly Probe[] {
  const python = new Pythons();
  return [
    ...Object.entries(NATIVE).map(([name, [group, feature]]) => ({
      name,
      group,
      feature,
      needed: false,
      install: `npm rebuild ${name}`,
      look: () => loaded(name),
    })),
    ...peerProbes(BESIDE, []),
    ...peerProbes(PEERS, startFolders()),
    {
      name: 'python3',
      group: PYTHON,
      feature: 'the Python client, and hosts in Python',
      needed: false,
      install: aptGet(['python3']),
      packages: ['python3'],
      look: async (signal) => await python.versions(signal),
    },
    ...Object.entries(MODULES).map(([name, [module, , group, feature]]) => ({
      name,
      group,
      feature,
      needed: false,
      install: aptGet([name]),
      packages: [name],
      look: async (signal: AbortSignal) => await python.module(module, signal),
    })),
  ];
}

function peerProbes(
  peers: Readonly<Record<string, string>>,
  folders: readonly string[],
): readonly Probe[] {
  return Object.entries(peers).map(([name, feature]) => {
    const wanted = peerVersion(name);
    const install = `npm install ${name}@${wanted}`;
    const look = (): string => peer(name, wanted, folders);
    return { name, group: BOARDS, feature, needed: false, install, look };
  });
}

function peerVersion(name: string): string {
  const { devDependencies, peerDependencies } = packageManifest();
  return devDependencies[name] ?? peerDependencies[name]!; // that it is tried with, else that it may be
}

async function loaded(name: string): Promise<string> {
  try {
    await import(name);
  } catch (cause) {
    const [why] = (cause as Error).message.split('\n');
    throw new Error(`it does not load on ${process.platform}-${process.arch}: ${why}`, { cause });
  }
  return versionOf(name, [import.meta.url]) ?? 'version unknown';
}

/** The folder in which the command was started, where the boards look for packages. */
function startFolders(): readonly string[] {
  const started = process.env['INIT_CWD']; // npm and npx may have left the folder
  return [process.cwd(), ...(started === undefined ? [] : [started])];
}

/** The version of a package beside vstm32 or in these folders. */
function peer(name: string, wanted: string, folders: readonly string[]): string {
  const from = [import.meta.url, ...folders.map((each) => join(each, 'package.json'))];
  const version = versionOf(name, from);
  if (version === undefined) throw new Error('not installed');
  return version === wanted ? version : `${version}; vstm32 was tried with ${wanted}`;
}

const manifest = z.looseObject({ version: z.string() });

/** The version of a package that is found from one of some places. */
function versionOf(name: string, from: readonly string[]): string | undefined {
  for (const place of from) {
    for (const folder of createRequire(place).resolve.paths(name) ?? []) {
      try {
        const text = readFileSync(join(folder, name, 'package.json'), 'utf8');
        return manifest.parse(JSON.parse(text)).version;
      } catch {
        // it may be in the next one
      }
    }
  }
  return undefined;
}

/** Asks for all modules at once, since starting Python is what takes time; none of them is run. */
const QUESTION = `
import importlib.metadata, importlib.util, json, sys
def version(module, distribution):
    if importlib.util.find_spec(module) is None: return None
    try: return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError: return 'version unknown'
print(json.dumps({module: version(module, distribution) for module, distribution in json.loads(sys.argv[1])}
      | {'': sys.version.split()[0]}))
`;

/** Versions by the names of modules, null for one that is not there. */
const answer = z.record(z.string(), z.string().nullable());
type Answers = ReadonlyMap<string, z.infer<typeof answer>>;

/** The Pythons of this machine: the first on the PATH, and Debian's, whose modules are Debian packages. */
class Pythons {
  #asked?: Promise<Answers>;

  async versions(signal: AbortSignal): Promise<string> {
    const answers = [...(await this.#answers(signal))];
    if (answers.length === 0) throw new Error('no python3 on the PATH');
    return answers.map(([python, { '': version }]) => `${version} (${python})`).join(', ');
  }

  async module(name: string, signal: AbortSignal): Promise<string> {
    for (const [python, { [name]: version }] of await this.#answers(signal)) {
      if (typeof version === 'string') return `${version} for ${python}`;
    }
    throw new Error(`no python3 with the module ${name}`);
  }

  #answers(signal: AbortSignal): Promise<Answers> {
    return (this.#asked ??= askPythons(signal));
  }
}

async function askPythons(signal: AbortSignal): Promise<Answers> {
  const found = [findProgram('python3'), findProgram('/usr/bin/python3')];
  const pythons = [...new Set(found.filter((each) => each !== undefined))];
  const modules = JSON.stringify(Object.values(MODULES).map(([module, name]) => [module, name]));
  const answers = pythons.map(async (python) => {
    const { said } = await ask(python, ['-c', QUESTION, modules], signal);
    try {
      return [[python, answer.parse(JSON.parse(said))] as const];
    } catch {
      return []; // too old, or a shim of a version that is not there
    }
  });
  return new Map((await Promise.all(answers)).flat());
}
