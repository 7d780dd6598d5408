/** Telnet as RFC 854 has it, without sockets: the codec of a byte stream with commands in it. */

/** Commands that follow IAC (RFC 854). */
export const TELNET = {
  SE: 0xf0,
  BREAK: 0xf3,
  SB: 0xfa,
  WILL: 0xfb,
  WONT: 0xfc,
  DO: 0xfd,
  DONT: 0xfe,
  IAC: 0xff,
} as const;

const { SE, SB, WILL, DONT, IAC } = TELNET;

/** A subnegotiation longer than this is none that anybody here understands, bytes. */
const LONGEST_SUBNEGOTIATION = 1024;

/** What a telnet stream consists of; a `verb` is WILL, WONT, DO or DONT. */
export type TelnetToken =
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'command'; readonly command: number }
  | { readonly kind: 'negotiation'; readonly verb: number; readonly option: number }
  | { readonly kind: 'subnegotiation'; readonly option: number; readonly value: Uint8Array };

/** Takes a telnet stream apart, in any chunking; neighbouring data of one chunk stays in one piece. */
export class TelnetDecoder {
  #state: 'data' | 'command' | 'option' = 'data';
  #verb = 0;
  #subnegotiation: number[] | undefined;

  *decode(chunk: Uint8Array): Generator<TelnetToken, void, void> {
    let data = new Uint8Array(chunk.length);
    let length = 0;
    for (const byte of chunk) {
      if (this.#state === 'data' && byte === IAC) {
        this.#state = 'command';
      } else if (this.#state === 'data' || (this.#state === 'command' && byte === IAC)) {
        this.#state = 'data';
        if (this.#subnegotiation === undefined) data[length++] = byte;
        else if (this.#subnegotiation.length <= LONGEST_SUBNEGOTIATION)
          this.#subnegotiation.push(byte);
      } else {
        const token = this.#command(byte);
        if (token === undefined) continue;
        if (length > 0) {
          yield { kind: 'data', bytes: data.subarray(0, length) };
          data = data.subarray(length);
          length = 0;
        }
        yield token;
      }
    }
    if (length > 0) yield { kind: 'data', bytes: data.subarray(0, length) };
  }

  /** A byte after IAC, or the option after a verb. */
  #command(byte: number): TelnetToken | undefined {
    if (this.#state === 'option') {
      this.#state = 'data';
      return { kind: 'negotiation', verb: this.#verb, option: byte };
    }
    // Any command but IAC ends a subnegotiation; only SE completes it.
    const subnegotiation = this.#subnegotiation;
    this.#subnegotiation = byte === SB ? [] : undefined;
    this.#state = 'data';
    if (byte >= WILL && byte <= DONT) {
      this.#state = 'option';
      this.#verb = byte;
      return undefined;
    }
    if (byte === SB) return undefined;
    if (byte !== SE) return { kind: 'command', command: byte };
    const [option, ...value] = subnegotiation ?? [];
    if (option === undefined || value.length >= LONGEST_SUBNEGOTIATION) return undefined;
    return { kind: 'subnegotiation', option, value: Uint8Array.from(value) };
  }
}

/** Data as it travels: each 0xFF doubled. */
export function escapeTelnet(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(IAC)) return bytes;
  return Uint8Array.from(Array.from(bytes).flatMap((byte) => (byte === IAC ? [IAC, IAC] : [byte])));
}

/** A whole subnegotiation, ready to be sent. */
export function encodeSubnegotiation(option: number, value: Uint8Array): Uint8Array {
  return Uint8Array.of(IAC, SB, option, ...escapeTelnet(value), IAC, SE);
}
