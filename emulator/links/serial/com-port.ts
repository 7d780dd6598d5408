import type { Line } from '../../interfaces/usart/pins.ts';
import type { ControlTarget } from './com-port-control.ts';
import { ComPortControl } from './com-port-control.ts';
import type { LineSetting } from './com-port-line.ts';
import { baudRate, dataSize, holds, parity, stopSize } from './com-port-line.ts';
import { TelnetOptions } from './telnet-options.ts';
import { encodeSubnegotiation, escapeTelnet, TELNET, TelnetDecoder } from './telnet.ts';

/** Telnet options: RFC 856, 857, 858, 2217. */
const OPTION = { binary: 0, echo: 1, suppressGoAhead: 3, comPort: 44 } as const;

/** What the host sends (RFC 2217 §3); the number of the answer is 100 higher. */
const COM_PORT = {
  signature: 0,
  setBaudRate: 1,
  setDataSize: 2,
  setParity: 3,
  setStopSize: 4,
  setControl: 5,
  notifyLineState: 6,
  notifyModemState: 7,
  flowControlSuspend: 8,
  flowControlResume: 9,
  setLineStateMask: 10,
  setModemStateMask: 11,
  purgeData: 12,
} as const;

const ANSWER = 100;
const PURGE_RECEIVED = 0b01; // received from the chip, not yet sent to the host
const SIGNATURE = 'vstm32';

/** Transfer shift register and transfer holding register empty. */
const LINE_STATE = 0x60;
/** CD, DSR and CTS, as on a cable that ties them: a host that waits for one need not wait. */
const MODEM_STATE = 0xb0;

/** Output held back for a host that has suspended it, bytes; more is lost, as in any port server. */
const MOST_HELD = 1 << 20;

/** What a host with the COM-PORT option does to the port, in the order in which it does it. */
export interface ComPortTarget extends ControlTarget {
  receive(bytes: Uint8Array, line: Line): void;
  setLine(line: Line): void;
}

/**
 * The port server's end of one RFC 2217 connection, without sockets. The port counts as opened when the
 * host first shows that it knows the COM-PORT option: DTR and RTS are asserted then, as Linux does on
 * open, and released by `close`. A plain telnet host, which could not release them, leaves them alone.
 */
export class ComPort {
  readonly #target: ComPortTarget;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #control: ComPortControl;
  readonly #decoder = new TelnetDecoder();
  readonly #options = new TelnetOptions(
    [OPTION.binary, OPTION.echo, OPTION.suppressGoAhead, OPTION.comPort],
    [OPTION.binary, OPTION.suppressGoAhead, OPTION.comPort],
  );
  #open = false;
  #line: Line = {};
  #modemStateMask = 0xff; // RFC 2217 §3: the defaults
  #lineStateMask = 0;
  #held: Uint8Array[] | undefined;
  #heldLength = 0;

  /** `send` takes what goes over the connection, telnet and all. */
  constructor(target: ComPortTarget, send: (bytes: Uint8Array) => void) {
    this.#target = target;
    this.#control = new ComPortControl(target);
    this.#send = send;
  }

  /** Speaks first: binary both ways, no echo and no line mode at the host, and the COM-PORT option. */
  start(): void {
    this.#send(
      Uint8Array.from([
        ...this.#options.will(OPTION.echo),
        ...this.#options.will(OPTION.suppressGoAhead),
        ...this.#options.will(OPTION.binary),
        ...this.#options.do(OPTION.binary),
        ...this.#options.do(OPTION.comPort),
      ]),
    );
  }

  /** Takes what arrived over the connection. */
  receive(chunk: Uint8Array): void {
    for (const token of this.#decoder.decode(chunk)) {
      switch (token.kind) {
        case 'data':
          this.#target.receive(token.bytes, this.#line);
          break;
        case 'command':
          if (token.command === TELNET.BREAK) this.#control.pulseBreak();
          break;
        case 'negotiation':
          this.#negotiate(token.verb, token.option);
          break;
        case 'subnegotiation':
          if (token.option === OPTION.comPort) this.#comPort(token.value);
          break;
      }
    }
  }

  /** Takes what the chip transmits. */
  transmit(bytes: Uint8Array): void {
    if (this.#held === undefined) return this.#send(escapeTelnet(bytes));
    if (this.#heldLength + bytes.length > MOST_HELD) return;
    this.#held.push(bytes);
    this.#heldLength += bytes.length;
  }

  /** The connection is gone: releases what its host held. */
  close(): void {
    this.#control.release();
  }

  #negotiate(verb: number, option: number): void {
    const answer = this.#options.heard(verb, option);
    if (answer.length > 0) this.#send(Uint8Array.from(answer));
    const agreed = verb === TELNET.DO || verb === TELNET.WILL;
    if (option === OPTION.comPort && agreed) this.#opened();
  }

  #opened(): void {
    if (this.#open) return;
    this.#open = true;
    this.#control.assert();
    // Unasked, once: pyserial knows no CTS before the first notification.
    this.#answer(COM_PORT.notifyModemState, [MODEM_STATE]);
  }

  #comPort([command = -1, ...value]: Uint8Array): void {
    this.#opened();
    const [first = 0] = value;
    switch (command) {
      case COM_PORT.signature:
        if (value.length > 0) return; // the host tells its own
        return this.#answer(command, new TextEncoder().encode(SIGNATURE));
      case COM_PORT.setBaudRate:
        return this.#setLine(command, baudRate, value);
      case COM_PORT.setDataSize:
        return this.#setLine(command, dataSize, value);
      case COM_PORT.setParity:
        return this.#setLine(command, parity, value);
      case COM_PORT.setStopSize:
        return this.#setLine(command, stopSize, value);
      case COM_PORT.setControl: {
        const inForce = this.#control.set(first);
        return inForce === undefined ? undefined : this.#answer(command, [inForce]);
      }
      case COM_PORT.notifyLineState:
        return this.#answer(command, [LINE_STATE & this.#lineStateMask]);
      case COM_PORT.notifyModemState:
        return this.#answer(command, [MODEM_STATE & this.#modemStateMask]);
      case COM_PORT.flowControlSuspend:
        this.#held ??= [];
        return;
      case COM_PORT.flowControlResume:
        return this.#resume();
      case COM_PORT.setLineStateMask:
        this.#lineStateMask = first;
        return this.#answer(command, [first]);
      case COM_PORT.setModemStateMask:
        this.#modemStateMask = first;
        return this.#answer(command, [first]);
      case COM_PORT.purgeData:
        if ((first & PURGE_RECEIVED) !== 0) this.#dropHeld();
        return this.#answer(command, [first]);
      default:
        return; // nothing that RFC 2217 has
    }
  }

  #setLine(command: number, setting: LineSetting, value: readonly number[]): void {
    const asked = setting.read(value);
    if (!holds(this.#line, asked)) {
      this.#line = { ...this.#line, ...asked };
      this.#target.setLine(this.#line);
    }
    this.#answer(command, setting.answer(this.#line));
  }

  #resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#heldLength = 0;
    for (const bytes of held) this.transmit(bytes);
  }

  #dropHeld(): void {
    if (this.#held !== undefined) this.#held = [];
    this.#heldLength = 0;
  }

  #answer(command: number, value: Iterable<number>): void {
    this.#send(encodeSubnegotiation(OPTION.comPort, Uint8Array.of(command + ANSWER, ...value)));
  }
}
