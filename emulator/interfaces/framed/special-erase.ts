import type { Erase } from '../../chip/chip.ts';

/** What the special codes of Erase Memory mean on every bus (AN3155 §3.8); FFF0 to FFFC are reserved. */
export const SPECIAL_ERASES: ReadonlyMap<number, Erase> = new Map<number, Erase>([
  [0xffff, { mass: true }],
  [0xfffe, { bank: 0 }],
  [0xfffd, { bank: 1 }],
]);
