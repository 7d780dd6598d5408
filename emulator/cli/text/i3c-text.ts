/** Why there is no `--i3c`, and what reaches the interface instead. */
export const I3C_IN_MEMORY =
  'in memory alone, for no host program speaks I3C: board.i3c() in a program, vstm32 conform --interface i3c';
