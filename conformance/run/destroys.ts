/** The most that a scenario may spoil on the device. */
export type Destroys = 'nothing' | 'page' | 'flash' | 'options' | 'chip';

/** How much is spoilt, least first. */
export const DESTROYS: readonly Destroys[] = ['nothing', 'page', 'flash', 'options', 'chip'];
