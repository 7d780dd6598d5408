/** Commands of telnet (RFC 854) that a port server and its host use. */
export const IAC = 255;
export const DONT = 254;
export const DO = 253;
export const WONT = 252;
export const WILL = 251;
const SB = 250;
const SE = 240;

/** What is heard on a telnet connection. */
export interface TelnetEars {
  data(bytes: Uint8Array): void;
  /** `verb` is WILL, WONT, DO or DONT. */
  option(verb: number, option: number): void;
  /** What lay between SB and SE, the option first. */
  subnegotiation(bytes: readonly number[]): void;
}

/** Takes what arrives on a telnet connection apart, in whatever pieces it comes. */
export function telnetReader(ears: TelnetEars): (chunk: Uint8Array) => void {
  const parser = parse(ears);
  parser.next();
  return (chunk) => {
    const data: number[] = [];
    for (const byte of chunk) {
      const heard = parser.next(byte).value as number | undefined;
      if (heard !== undefined) data.push(heard);
    }
    if (data.length > 0) ears.data(Uint8Array.from(data));
  };
}

/** Takes one byte at each `yield`, and gives a byte of data back at the next one. */
function* parse(ears: TelnetEars): Generator<number | undefined, never, number> {
  let data: number | undefined;
  for (;;) {
    const byte: number = yield data;
    data = byte;
    if (byte !== IAC) continue;
    const command: number = yield undefined;
    if (command === IAC) continue;
    data = undefined;
    if (command >= WILL) ears.option(command, yield undefined);
    else if (command === SB) ears.subnegotiation(yield* untilEnd());
  }
}

function* untilEnd(): Generator<undefined, number[], number> {
  const bytes: number[] = [];
  for (;;) {
    const byte: number = yield undefined;
    if (byte !== IAC) {
      bytes.push(byte);
      continue;
    }
    const command: number = yield undefined;
    if (command === SE) return bytes;
    bytes.push(command);
  }
}

/** Data as it is sent: 255 doubled. */
export function escaped(bytes: Iterable<number>): number[] {
  return [...bytes].flatMap((byte) => (byte === IAC ? [IAC, IAC] : [byte]));
}

/** A subnegotiation as it is sent. */
export function subnegotiation(option: number, value: Iterable<number>): Uint8Array {
  return Uint8Array.of(IAC, SB, option, ...escaped(value), IAC, SE);
}
