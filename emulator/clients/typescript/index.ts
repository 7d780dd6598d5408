export { Board } from './board.ts';
export type {
  ArmedFault,
  BoardState,
  Dropped,
  Event,
  EventFilter,
  Fault,
  Level,
  Memory,
  OptionField,
  PinName,
  ProtectionLevel,
  Speed,
  WaitOptions,
} from './board.ts';
export { Refusal } from './control-client.ts';
export { Server } from './server.ts';
export type { BoardOptions } from './server.ts';
export { EmulatorError } from '../../errors.ts';
