import type { CommandName } from '../../../families/index.ts';
import type { Dialogue } from '../../bootloader/dialogue.ts';
import type { Memory, Rom, RomHost } from '../../bootloader/rom.ts';
import type { Wire } from './wire.ts';

/** What a command works with. */
export interface Environment {
  readonly wire: Wire;
  readonly memory: Memory;
  readonly rom: Rom;
  readonly host: RomHost;
}

/** One command of a framed protocol. */
export interface Command {
  readonly name: CommandName;
  readonly opcode: number;
  /** Answered under readout protection level 1 too. */
  readonly unprotected: boolean;
  readonly run: (environment: Environment) => Dialogue<void>;
}
