import { be32 } from '../interfaces/usart/host.ts';
import type { Page, Part } from '../part/part.ts';
import type { Protocol } from '../interfaces/protocol.ts';
import type { SetUp } from '../run/target.ts';
import { noRam } from './kit/replies.ts';
import type { Common } from './kit/common.ts';

/** A vector table of an application that starts at `start`: stack in RAM, reset handler behind it. */
export function vectors(part: Part, start: number): number[] {
  const stack = part.device.ram[0]!.start + 1024;
  return [...be32(stack).reverse(), ...be32(start + 0x101).reverse()];
}

/** An application at the start of each of these pages. */
export function applications(part: Part, pages: readonly Page[]): SetUp {
  return {
    flash: pages.map(({ start }) => ({
      address: start,
      bytes: Uint8Array.from(vectors(part, start)),
    })),
  };
}

/** How the bootloader is left. */
export function startScenarios({ moves, connected }: Protocol): readonly Common[] {
  return [
    {
      name: 'start-from-flash',
      requirement: 'An application in flash can be started, and the bootloader is left.',
      covers: ['common-9'],
      known: ['go-broken'],
      strength: 'must',
      destroys: 'chip', // the application that runs may do anything
      moves: ['go'],
      setUp: (part) => applications(part, part.pages.slice(0, 1)),
      script: (part) => ({ steps: moves.go(part, part.pages[0]!.start), ends: 'gone' }),
    },
    {
      name: 'start-from-ram',
      requirement: 'An application that was written to RAM can be started.',
      covers: ['common-9'],
      known: ['ram-write-refused', 'go-broken'],
      strength: 'must',
      destroys: 'chip', // the application that runs may do anything
      entries: [connected],
      moves: ['write', 'go'],
      unsupported: noRam,
      script: (part) => {
        const start = Math.ceil(part.ram!.start / 512) * 512;
        return {
          steps: [...moves.write(part, start, vectors(part, start)), ...moves.go(part, start)],
          ends: 'gone',
        };
      },
    },
  ];
}
