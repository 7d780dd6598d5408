import { z } from 'zod';
import { ConformanceError } from '../errors.ts';
import { DEFAULT_INTERFACE, interfaceNames } from '../interfaces/names.ts';
import { DESTROYS } from '../run/destroys.ts';
import { ResetWiring } from '../boards/wiring.ts';
import type { ResetBy, TargetSpec } from './spec.ts';
import { WAYS, boardAddress, interfacesOf } from './target-address.ts';
import type { BoardAddress } from './target-address.ts';

const text = (what: string): z.ZodString => z.string().min(1).describe(what);

/** A target in the words of the command line and of bench files. */
export const targetDescription = z.strictObject({
  device: text('Part to examine, as STM32F405RG'),
  target: text(`memory, pty, ${WAYS}`).default('memory'),
  name: text('What the reports call it').optional(),
  'flash-size': z
    .int()
    .positive()
    .describe('Flash size in KiB, where the name does not tell it')
    .optional(),
  bootloader: text('Bootloader version, as "9.1"').optional(),
  interface: z
    .enum(interfaceNames, { error: `takes ${interfaceNames.join(', ')}` })
    .describe('Interface that it is examined over; default usart')
    .optional(),
  protocol: z
    .string()
    .regex(/^[1-4]\.\d$/, 'takes a version as 3.1')
    .describe('Protocol version in place of the ROM’s own')
    .optional(),
  mutant: text('Name of a device that is wrong on purpose; in memory only').optional(),
  speed: z
    .string()
    .regex(
      /^(instant|real|(?=.*[1-9])\d+(\.\d+)?x)$/,
      'takes instant, real, or over a pty a factor as 10x',
    )
    .describe(
      'What the work of the emulated chip costs: instant (default), real, or 10x over a pty',
    )
    .optional(),
  wire: text(
    'How DTR and RTS are wired, as dtr=nrst,rts=boot0; those of another serial port as …@/dev/ttyUSB0',
  ).optional(),
  'reset-command': text('Command that resets the board into its bootloader').optional(),
  ask: z.boolean().describe('A person resets the board when asked').optional(),
  baud: z
    .int({ error: 'takes bits per second' })
    .min(1200, 'takes 1200 bits per second or more')
    .describe('Bits per second; default 115200')
    .optional(),
  allow: z
    .enum(DESTROYS as [(typeof DESTROYS)[number], ...typeof DESTROYS], {
      error: `takes ${DESTROYS.join(', ')}`,
    })
    .describe('The most that may be spoilt; a board is saved before and restored after it')
    .optional(),
  'time-budget': z
    .string()
    .regex(/^\d+(s|m|h)$/, 'takes 30s, 10m or 2h')
    .describe('Time that the cases on the board may take')
    .optional(),
  'wear-budget': z
    .int()
    .positive()
    .describe('Erases that a page of the board may be put through; default 100')
    .optional(),
});

export type TargetDescription = z.input<typeof targetDescription>;

/** What a description means. @throws ConformanceError for one that contradicts itself. */
export function specOf(description: TargetDescription): TargetSpec {
  const { target = 'memory', device, bootloader, protocol, name, mutant } = description;
  const flashKiB = description['flash-size'];
  const common = {
    part: {
      device,
      ...(flashKiB === undefined ? {} : { flashKiB }),
      ...(bootloader === undefined ? {} : { version: bootloader }),
      ...(description.interface === undefined ? {} : { interface: description.interface }),
      ...(protocol === undefined ? {} : { protocol }),
    },
    ...(name === undefined ? {} : { name }),
  };
  if (target === 'memory' || target === 'pty') {
    const foreign = (
      ['wire', 'reset-command', 'ask', 'baud', 'time-budget', 'wear-budget'] as const
    ).find((field) => description[field] !== undefined);
    if (foreign !== undefined) throw new ConformanceError(`${foreign} belongs to a board`);
    if (target === 'pty' && mutant !== undefined) {
      throw new ConformanceError('--mutant belongs to --target memory');
    }
    if (target === 'pty' && (description.interface ?? DEFAULT_INTERFACE) !== DEFAULT_INTERFACE) {
      throw new ConformanceError(
        `--interface ${description.interface} is examined on the emulator with --target memory only`,
      );
    }
    const allow = description.allow ?? 'chip';
    const speed = speedOf(description);
    return {
      kind: target,
      ...common,
      allow,
      ...(mutant === undefined ? {} : { mutant }),
      ...(speed === undefined ? {} : { speed }),
    };
  }
  if (mutant !== undefined) throw new ConformanceError('--mutant belongs to --target memory');
  if (description.speed !== undefined) {
    throw new ConformanceError('--speed belongs to the emulator: --target memory or pty');
  }
  const { baud, allow = 'nothing', 'wear-budget': wearBudget } = description;
  if (allow === 'chip') {
    throw new ConformanceError('a board may be spoilt up to its options: --allow options');
  }
  const timeBudgetMs = milliseconds(description['time-budget']);
  const address = boardAddress(target);
  const reset = resetOf(description);
  refuseContradiction(address, reset, description);
  const board = {
    ...common,
    allow,
    reset,
    ...(baud === undefined ? {} : { baud }),
    ...(timeBudgetMs === undefined ? {} : { timeBudgetMs }),
    ...(wearBudget === undefined ? {} : { wearBudget }),
  };
  return { ...address, ...board };
}

/** Refuses what does not go together. @throws ConformanceError */
function refuseContradiction(
  address: BoardAddress,
  reset: ResetBy,
  { baud, interface: over = DEFAULT_INTERFACE }: TargetDescription,
): void {
  const { kind } = address;
  const offered = interfacesOf(address);
  if (!offered.includes(over)) {
    throw new ConformanceError(
      `${article(kind)} ${kind} target is examined with --interface ${offered.join(' or ')}`,
    );
  }
  const lines = kind === 'serial' || kind === 'rfc2217';
  if (!lines && reset.by === 'wiring' && reset.port === undefined) {
    throw new ConformanceError(
      `${article(kind)} ${kind} target has no DTR and RTS: name the serial port that has them, as --wire ${reset.wire}@/dev/ttyUSB0, or use --reset-command or --ask`,
    );
  }
  if (!lines && kind !== 'tcp' && baud !== undefined) {
    throw new ConformanceError(
      `--baud belongs to a serial line, not to ${article(kind)} ${kind} target`,
    );
  }
}

function article(kind: string): string {
  return kind.startsWith('i') ? 'an' : 'a';
}

function resetOf({ wire, ask, 'reset-command': command }: TargetDescription): ResetBy {
  const ways: ResetBy[] = [];
  if (wire !== undefined) {
    const [, lines = wire, port] = /^(.*?)@(.+)$/.exec(wire) ?? [];
    new ResetWiring(lines); // only to complain about it here
    ways.push({ by: 'wiring', wire: lines, ...(port === undefined ? {} : { port }) });
  }
  if (command !== undefined) ways.push({ by: 'command', command });
  if (ask === true) ways.push({ by: 'person' });
  const [way] = ways;
  if (way !== undefined && ways.length === 1) return way;
  throw new ConformanceError(
    `say ${way === undefined ? '' : 'only once '}how the board is reset into its bootloader: --wire dtr=nrst,rts=boot0, --reset-command COMMAND or --ask`,
  );
}

/** The speed of an emulated chip; undefined for `instant`. @throws ConformanceError for a factor in memory */
function speedOf({ target, speed = 'instant' }: TargetDescription): 'real' | number | undefined {
  if (speed === 'instant' || speed === 'real') return speed === 'real' ? speed : undefined;
  if (target === 'pty') return Number.parseFloat(speed);
  throw new ConformanceError(
    `--speed ${speed} belongs to --target pty: in memory it is instant or real`,
  );
}

/** A time as `30s`, `10m` or `2h`, in ms. */
function milliseconds(time: string | undefined): number | undefined {
  if (time === undefined) return undefined;
  const seconds = { s: 1, m: 60, h: 3600 }[time.at(-1) as 's' | 'm' | 'h'];
  return Number.parseInt(time, 10) * seconds * 1000;
}
