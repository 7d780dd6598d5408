import type { Wait } from './dialogue.ts';

/** The bootloader at work on one port. */
export interface Listening {
  /** What it waits for; undefined when it is over. */
  readonly waiting: Wait | undefined;
  /** Abandons what it does, as power loss and reset do. */
  end(): void;
}

/** A bootloader at work on a port that hands it items. */
export interface Receiving<Items extends readonly unknown[]> extends Listening {
  receive(...items: Items): void;
}

/**
 * The bootloader on a port, begun with the first items: few ports of a board ever get any, and a dialogue
 * that waits takes 16 KiB. `first` is what it waits for until then.
 */
export function fromFirstUse<Items extends readonly unknown[]>(
  first: Wait,
  begin: () => Receiving<Items>,
): Receiving<Items> {
  let begun: Receiving<Items> | undefined;
  let ended = false;
  return {
    get waiting() {
      if (ended) return undefined;
      return begun === undefined ? first : begun.waiting;
    },
    receive(...items) {
      if (!ended) (begun ??= begin()).receive(...items);
    },
    end() {
      ended = true;
      begun?.end();
    },
  };
}
