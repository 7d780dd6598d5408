import { z } from 'zod';
import { ConformanceError } from '../errors.ts';
import { interfaceNames } from '../interfaces.ts';
import { DESTROYS } from '../scenario.ts';
import { ResetWiring } from './wiring.ts';
import type { ResetBy, TargetSpec } from './spec.ts';

const text = (what: string): z.ZodString => z.string().min(1).describe(what);

/** A target in the words of the command line and of bench files. */
export const targetDescription = z.strictObject({
  device: text('Part to examine, as STM32F405RG'),
  target: text('memory, pty, serial:PATH, tcp:HOST:PORT or rfc2217:HOST:PORT').default('memory'),
  name: text('What the reports call it').optional(),
  flash: z
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
  wire: text('How DTR and RTS are wired, as dtr=nrst,rts=boot0').optional(),
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
  const { target = 'memory', device, flash, bootloader, protocol, name, mutant } = description;
  const over = description.interface ?? 'usart';
  if (over !== 'usart' && target !== 'memory') {
    throw new ConformanceError(`--interface ${over} is examined with --target memory only`);
  }
  const common = {
    part: {
      device,
      ...(flash === undefined ? {} : { flashKiB: flash }),
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
    const allow = description.allow ?? 'chip';
    return { kind: target, ...common, allow, ...(mutant === undefined ? {} : { mutant }) };
  }
  if (mutant !== undefined) throw new ConformanceError('--mutant belongs to --target memory');
  const { baud, allow = 'nothing', 'wear-budget': wearBudget } = description;
  if (allow === 'chip') {
    throw new ConformanceError('a board may be spoilt up to its options: --allow options');
  }
  const timeBudgetMs = milliseconds(description['time-budget']);
  const board = {
    ...common,
    allow,
    reset: resetOf(description),
    ...(baud === undefined ? {} : { baud }),
    ...(timeBudgetMs === undefined ? {} : { timeBudgetMs }),
    ...(wearBudget === undefined ? {} : { wearBudget }),
  };
  const [, path] = /^serial:(.+)$/.exec(target) ?? [];
  if (path !== undefined) return { kind: 'serial', path, ...board };
  const [, kind, name6, name4, port] =
    /^(tcp|rfc2217):(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(target) ?? [];
  const host = name6 ?? name4;
  if ((kind === 'tcp' || kind === 'rfc2217') && host !== undefined && Number(port) < 65_536) {
    if (kind === 'tcp' && board.reset.by === 'wiring') {
      throw new ConformanceError(
        'a tcp target has no DTR and RTS: use rfc2217, --reset-command or --ask',
      );
    }
    return { kind, host, port: Number(port), ...board };
  }
  throw new ConformanceError(
    `--target takes memory, pty, serial:PATH, tcp:HOST:PORT or rfc2217:HOST:PORT, not ${target}`,
  );
}

function resetOf({ wire, ask, 'reset-command': command }: TargetDescription): ResetBy {
  const ways: ResetBy[] = [];
  if (wire !== undefined) {
    new ResetWiring(wire); // only to complain about it here
    ways.push({ by: 'wiring', wire });
  }
  if (command !== undefined) ways.push({ by: 'command', command });
  if (ask === true) ways.push({ by: 'person' });
  const [way] = ways;
  if (way !== undefined && ways.length === 1) return way;
  throw new ConformanceError(
    `say ${way === undefined ? '' : 'only once '}how the board is reset into its bootloader: --wire dtr=nrst,rts=boot0, --reset-command COMMAND or --ask`,
  );
}

/** A time as `30s`, `10m` or `2h`, in ms. */
function milliseconds(time: string | undefined): number | undefined {
  if (time === undefined) return undefined;
  const seconds = { s: 1, m: 60, h: 3600 }[time.at(-1) as 's' | 'm' | 'h'];
  return Number.parseInt(time, 10) * seconds * 1000;
}
