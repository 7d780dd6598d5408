/** How DTR and RTS of the adapter go to NRST and BOOT0, as `--wire` takes it, where nobody says otherwise. */
export const USUAL_WIRE = 'dtr=nrst,rts=boot0';

/** What is wrong with the wiring: both lines inverted, or one in the other's place. */
export type WrongWiring = 'inverted' | 'swapped';

/** The wiring that the tool was not told of. */
export function wrongly(wiring: WrongWiring | undefined, wire: string): string {
  if (wiring === undefined) return wire;
  return wire
    .split(',')
    .map((each) => {
      if (wiring === 'inverted') return each.startsWith('!') ? each.slice(1) : `!${each}`;
      return each.replace(/dtr|rts/i, (line) => (line.toLowerCase() === 'dtr' ? 'rts' : 'dtr'));
    })
    .join(',');
}
