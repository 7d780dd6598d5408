import { packageFile } from '../../package-files.ts';

/** Path of the dissector for Wireshark and tshark. */
export const DISSECTOR: string = packageFile('emulator/trace/wireshark/stm32-bootloader.lua');

/** What to type to read a capture with it, in a shell. */
export function tsharkLine(capture: string): string {
  return `tshark -X ${quoted(`lua_script:${DISSECTOR}`)} -r ${quoted(capture)}`;
}

/** A word of a shell's line. */
function quoted(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
