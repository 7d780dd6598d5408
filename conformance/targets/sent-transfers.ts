import { OPCODES as I2C_OPCODES } from '../host/i2c.ts';
import { OUTCOME, parseTransfer } from '../host/i2c-transactions.ts';
import { DUMMY, SYNC } from '../host/spi.ts';
import { parseBurst } from '../host/spi-exchanges.ts';
import { ACK_BYTE, OPCODES } from '../host/usart.ts';
import { SentCommands } from './sent-commands.ts';
import type { Asked, Dialect } from './sent-commands.ts';

/** AN4221 and AN4286 count pages and sectors apart; AN4221 has commands in two forms. */
const DIALECT: Dialect = {
  countsApart: true,
  meaning(opcode) {
    const [name] = Object.entries(I2C_OPCODES).find(([, each]) => each === opcode) ?? [];
    const [, usual] = /^no-stretch-(.+)$/.exec(name ?? '') ?? [];
    if (usual === undefined) return opcode;
    return OPCODES[(usual === 'erase' ? 'extended-erase' : usual) as keyof typeof OPCODES];
  },
};

/** Follows the transfers that are sent to a device on I2C: what is written to it is its packets (AN4221 §2). */
export class SentTransfers {
  readonly #commands: SentCommands;

  constructor(asked: Asked) {
    this.#commands = new SentCommands(asked, DIALECT);
  }

  /** Whom they are for is not looked at. */
  sent(bytes: Uint8Array): void {
    for (const { data } of parseTransfer(bytes)) {
      for (const byte of data) this.#commands.sent(byte);
    }
  }

  /** How transfers ended has other values than an ACK and a NACK. */
  heard(byte: number): void {
    if (!Object.values<number>(OUTCOME).includes(byte)) this.#commands.heard(byte);
  }

  restarted(): void {
    this.#commands.restarted();
  }
}

/** Single bytes of a master that belong to no packet (AN4286 §2): what it sends to clock an answer, and its own ACK. */
const ASIDE: readonly number[] = [DUMMY, SYNC, ACK_BYTE];

/** Follows what a master sends to a device on SPI. */
export class SentPieces {
  readonly #commands: SentCommands;

  constructor(asked: Asked) {
    this.#commands = new SentCommands(asked, DIALECT);
  }

  sent(bytes: Uint8Array): void {
    for (const { kind, data } of parseBurst(bytes)) {
      if (kind !== 'send' && kind !== 'exchange') continue;
      if (kind === 'exchange' && data.every((byte) => byte === DUMMY)) continue;
      if (data.length === 1 && ASIDE.includes(data[0]!)) continue;
      for (const byte of data) this.#commands.sent(byte);
    }
  }

  heard(byte: number): void {
    this.#commands.heard(byte);
  }

  restarted(): void {
    this.#commands.restarted();
  }
}
