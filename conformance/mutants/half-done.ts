import { frameMutant, instead, isOperation, memoryMutant, mutantsOn } from './kit.ts';
import type { Memory, Mutant } from './kit.ts';

/** The block ends with a memory that is RAM. */
function endsRam(memory: Memory, address: number, length: number): boolean {
  const region = memory.regionAt(address);
  return region?.kind === 'sram' && region.end === address + length;
}

/** What is wrong over every protocol alike. */
const halves: readonly Mutant[] = [
  memoryMutant(
    'option-write-ignored',
    'a write to the option bytes is acknowledged and followed by a reset, and changes none of them',
    (memory) => ({
      write(address, data) {
        const result = memory.write(address, data);
        if (memory.regionAt(address)?.kind !== 'option-bytes' || !isOperation(result)) {
          return result;
        }
        return instead(result, () => {});
      },
    }),
  ),
  memoryMutant('ram-end-lost', 'a block that ends with RAM is not written', (memory) => ({
    write(address, data) {
      const result = memory.write(address, data);
      return isOperation(result) && endsRam(memory, address, data.length)
        ? instead(result, () => {})
        : result;
    },
  })),
  memoryMutant(
    'write-protect-first-code-only',
    'Write Protect protects the first sector of its list alone',
    (memory) => ({ writeProtect: (codes) => memory.writeProtect(codes.slice(0, 1)) }),
  ),
  memoryMutant(
    'write-protect-last-code-only',
    'Write Protect protects the last sector of its list alone',
    (memory) => ({ writeProtect: (codes) => memory.writeProtect(codes.slice(-1)) }),
  ),
];

/** A device that loses the frame that comes a second late. */
const impatient = (over: 'can' | 'fdcan'): Mutant =>
  frameMutant(
    over,
    'commands-time-out',
    'a command is given up when its next frame is a second late: that frame is lost',
    (pins, time) => {
      let last = time.now;
      return {
        receive(frame, rate) {
          const isLate = time.now - last > 1_000_000;
          last = time.now;
          return isLate ? 'acknowledged' : pins.receive(frame, rate);
        },
      };
    },
  );

/** Devices that do a part of what they acknowledge, over each protocol with commands. */
export const doingHalf: readonly Mutant[] = [
  ...(['usart', 'can', 'fdcan', 'i2c', 'spi'] as const).flatMap((over) => mutantsOn(over, halves)),
  impatient('can'),
  impatient('fdcan'),
];
