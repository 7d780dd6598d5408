/** What is to happen before the firmware goes on: a byte of the host, or the end of a held bit. */
export type Need = 'byte' | 'retry';

/** A part of the firmware: it is resumed with a byte of the host where it needed one. */
export type Firmware<T> = Generator<Need, T, number>;

/** What the firmware has around it. */
export interface BusPirateSide {
  reply(...bytes: readonly number[]): void;
  replyText(text: string): void;
}

/** The next byte of the host. */
export function* nextByte(): Firmware<number> {
  return yield 'byte';
}

/** The two lengths of write-then-read and the bytes to write; undefined where a length is too long. */
export function* writeThenRead(): Firmware<
  { readonly write: readonly number[]; readonly read: number } | undefined
> {
  const lengths: number[] = [];
  for (let half = 0; half < 2; half++) {
    const high = yield* nextByte();
    lengths.push((high << 8) | (yield* nextByte()));
  }
  if (lengths.some((length) => length > 4096)) return undefined;
  const write: number[] = [];
  while (write.length < lengths[0]!) write.push(yield* nextByte());
  return { write, read: lengths[1]! };
}
