import { fileURLToPath } from 'node:url';

/** Path of the dissector for Wireshark and tshark; in the built package too, where it lies as in the source. */
export const DISSECTOR: string = fileURLToPath(
  new URL('../../trace/wireshark/stm32-bootloader.lua', import.meta.url),
);

/** What to type to read a capture with it, in a shell. */
export function tsharkLine(capture: string): string {
  return `tshark -X ${quoted(`lua_script:${DISSECTOR}`)} -r ${quoted(capture)}`;
}

/** A word of a shell's line. */
function quoted(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
