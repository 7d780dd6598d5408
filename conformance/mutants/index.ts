import { findDevice } from '../../families/index.ts';
import { canMutants } from '../interfaces/can/mutants/index.ts';
import { fdcanMutants } from '../interfaces/fdcan/mutants/index.ts';
import { i2cMutants } from '../interfaces/i2c/mutants/index.ts';
import { i3cMutants } from '../interfaces/i3c/mutants/index.ts';
import { rooms } from '../interfaces/index.ts';
import { DEFAULT_INTERFACE, interfaceNames } from '../interfaces/names.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import { spiMutants } from '../interfaces/spi/mutants/index.ts';
import { usartMutants } from '../interfaces/usart/mutants/index.ts';
import { usbMutants } from '../interfaces/usb/mutants/index.ts';
import { partOf } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import { acknowledging } from './dialogue/acknowledged.ts';
import { misanswering } from './dialogue/answers.ts';
import { checkingInPart } from './dialogue/compared-in-part.ts';
import { framing } from './dialogue/frames.ts';
import { describing } from './dialogue/listed.ts';
import { protecting } from './dialogue/protected.ts';
import { withMemory } from './kit.ts';
import type { Kinds, Mutant, Planting } from './kit.ts';
import { admitting } from './memory/access.ts';
import { miserasing } from './memory/erases.ts';
import { misprotecting } from './memory/protection.ts';
import { misreading } from './memory/reads.ts';
import { miswriting } from './memory/writes.ts';

export type { Mutant } from './kit.ts';

const kinds: readonly Kinds[] = [
  acknowledging,
  misanswering,
  checkingInPart,
  describing,
  protecting,
  misreading,
  admitting,
  miswriting,
  miserasing,
  misprotecting,
  framing,
];

/** What is planted on each interface. */
const plantings: Readonly<Record<InterfaceName, Planting>> = {
  usart: usartMutants,
  usb: usbMutants,
  i2c: i2cMutants,
  can: canMutants,
  fdcan: fdcanMutants,
  spi: spiMutants,
  i3c: i3cMutants,
};

/** Every wrong device. */
export const mutants: readonly Mutant[] = interfaceNames.flatMap(plantedOn);

/** The wrong devices of an interface; they are named after protocols other than that on USART. */
function plantedOn(over: InterfaceName): readonly Mutant[] {
  const { groups, without = [], called = {}, own, lines } = plantings[over];
  const ofMemory = plantings[over].withMemory ?? withMemory;
  const otherwise = [...without, ...own.map(({ name }) => name)];
  const shared = kinds
    .flatMap((each) => groups.flatMap((group) => each[group] ?? []))
    .filter(({ name, part = 'usual' }) => part in lines && !otherwise.includes(name))
    .map((kind) => ({ ...kind, name: called[kind.name] ?? kind.name }));
  const { protocol } = rooms[over];
  const naming = (name: string): Pick<Mutant, 'name' | 'interface'> =>
    over === DEFAULT_INTERFACE ? { name } : { name: `${protocol.name}-${name}`, interface: over };
  return [...shared, ...own].map((kind) => {
    const { part } = kind;
    return {
      ...('change' in kind ? ofMemory(kind) : kind),
      ...naming(kind.name),
      ...(part === undefined ? {} : { part }),
    };
  });
}

/** The part that a mutant is made of. */
export function partOfMutant({ interface: over = DEFAULT_INTERFACE, part }: Mutant): Part {
  const { lines, made } = plantings[over];
  const name = lines[part ?? 'usual']!;
  const [device] = findDevice(name).devices;
  if (device === undefined) throw new Error(`unreachable: no line is called ${name}`);
  return made?.(device, part) ?? partOf(device, { interface: over });
}
