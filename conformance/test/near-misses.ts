import { findDevice } from '../../families/index.ts';
import type { Entry } from '../run/entry.ts';
import type { Excusable } from '../run/excuses.ts';
import { identify } from '../run/identify.ts';
import { protocolNamed } from '../interfaces/index.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import { mutants } from '../mutants/index.ts';
import { partOf } from '../part/part.ts';
import { runCase } from '../run/run.ts';
import type { CaseResult } from '../run/run.ts';
import { scenarios } from '../scenarios/index.ts';
import { EmulatedTarget } from '../targets/emulated.ts';

/** A device with a quirk, asked where the quirk shows, and one that is wrong beyond it. */
interface NearMiss {
  readonly device: string;
  readonly version: string;
  readonly over: InterfaceName;
  readonly id: string;
  readonly entry: Entry;
  readonly mutant: string;
}

const h743 = 'STM32H743';

/** For each limitation that excuses something, what its excuse does not cover. */
export const nearMisses: Readonly<Record<Excusable, NearMiss>> = {
  'bank-2-erase-returns-early': {
    ...of(h743, '9.1', 'spi/2.8/bank-2@synchronised'),
    mutant: 'spi-acks-while-busy',
  },
  'bank-2-multi-page-erase-broken': {
    ...of('STM32G0B1', '9.2', 'fdcan/erase-memory/several-pages@connected'),
    mutant: 'fdcan-erase-off-by-one',
  },
  'bank-erase-broken': {
    ...of(h743, '13.3', 'spi/2.8/bank-1@synchronised'),
    mutant: 'spi-bank-erase-erases-all',
  },
  'bank-erase-refused': {
    ...of('STM32L496', '9.3', 'usart/3.8/bank-1@synchronised'),
    mutant: 'nack-twice',
  },
  'can-write-unprotect-broken': {
    ...of('STM32F405', '9.0', 'can/3.10/opens@write-protected'),
    mutant: 'can-protected-write-refused',
  },
  'dfu-bank-2-erase-broken': {
    ...of('STM32F427', '9.1', 'dfu/5.3/one-page@idle'),
    mutant: 'dfu-erase-verified',
  },
  'dfu-mass-erase-broken': {
    ...of(h743, '13.3', 'dfu/5.3/mass-erase@idle'),
    mutant: 'dfu-not-busy-first',
  },
  'fdcan-erase-pages-low-byte-first': {
    ...of('STM32L552', '9.0', 'fdcan/erase-memory/most-significant-byte-first@connected'),
    mutant: 'fdcan-erase-not-acked',
  },
  'fdcan-get-counts-13': {
    ...of(h743, '9.0', 'fdcan/get/count@connected'),
    mutant: 'fdcan-get-count-of-bytes',
  },
  'fdcan-long-write-fails': {
    ...of(h743, '9.0', 'fdcan/write-memory/256-bytes@connected'),
    mutant: 'fdcan-nack-twice',
  },
  'fdcan-version-1.1': {
    ...of(h743, '9.0', 'fdcan/get/version@connected'),
    mutant: 'fdcan-get-version-higher',
  },
  'go-broken': {
    ...of(h743, '13.2', 'usart/3.5/flash@synchronised'),
    mutant: 'command-ack-missing',
  },
  'i2c-mass-erase-bank-2-only': {
    ...of(h743, '13.2', 'i2c/3.7/mass-erase@connected'),
    mutant: 'i2c-extended-erase-all-spares-one',
  },
  'i2c-no-stretch-stretches': {
    ...of('STM32G051', '5.1', 'i2c/3.13/busy-meanwhile@connected'),
    mutant: 'i2c-no-stretch-erase-does-nothing',
  },
  'multi-page-erase-broken': {
    ...of('STM32G071', '11.3', 'usart/3.8/several-pages@synchronised'),
    mutant: 'erase-does-nothing',
  },
  'option-load-missing': {
    ...of('STM32G071', '11.2', 'usart/3.6/option-bytes@synchronised'),
    mutant: 'option-write-does-nothing',
  },
  'ram-write-corrupted': {
    ...of('STM32L476', '10.1', 'usart/3.6/ram@synchronised'),
    mutant: 'ram-write-does-nothing',
  },
  'ram-write-refused': {
    ...of('STM32L031', '12.0', 'usart/3.5/ram@synchronised'),
    mutant: 'nack-twice',
  },
  'spi-write-leaves-blanks': {
    ...of('STM32L476', '9.2', 'spi/2.7/polls-while-programming@synchronised'),
    mutant: 'spi-write-not-acked',
  },
};

function of(device: string, version: string, name: string): Omit<NearMiss, 'mutant'> {
  const [id, entry] = name.split('@') as [string, Entry];
  const { interface: over } = protocolNamed(id)!;
  return { device, version, over, id, entry };
}

/** What the case comes to on the line, and on the wrong device that is made of it. */
export async function examineNearMiss(
  quirk: Excusable,
): Promise<{ readonly right: CaseResult; readonly wrong: CaseResult }> {
  const { device, version, over, id, entry, mutant } = nearMisses[quirk];
  const [line] = findDevice(device).devices;
  const scenario = scenarios.find((each) => each.id === id)!;
  const planted = mutants.find(({ name }) => name === mutant);
  const run = async (target: EmulatedTarget): Promise<CaseResult> => {
    await identify(target);
    return runCase(target, { scenario, entry }, { seed: 1, inputs: 2 });
  };
  const part = partOf(line!, { interface: over, version });
  if (!part.quirks.has(quirk) || planted === undefined) {
    throw new Error(`unreachable: ${device} ${version} lacks ${quirk}, or there is no ${mutant}`);
  }
  return {
    right: await run(new EmulatedTarget(part)),
    wrong: await run(new EmulatedTarget(part, planted)),
  };
}
