import type { Corrupts, Does, Replaces, Selected } from './selected.ts';

/**
 * Selects the messages of one direction, `to-chip` those that write and `to-host` those that read, by the
 * step as `Board.waiting` names it: `command` at the address of a command's message and `command 31` from its
 * first byte on, `write-memory: length`; a message that reads has the step of the one written last. Messages
 * that a chip at work answers are not counted.
 */
interface SelectedMessage extends Selected<'i2c'> {
  readonly direction: 'to-chip' | 'to-host';
}

/** Faults at the I2C pins. */
export type I2cFault =
  /** `address-nack`: nobody acknowledges the address, and the chip sees nothing of the message. The last byte is known only of what is read. */
  | (SelectedMessage & (Does<'address-nack'> | Corrupts))
  | (SelectedMessage & {
      readonly direction: 'to-chip';
      /** This byte, from 0, never reaches the chip and is not acknowledged, which ends the message. */
      readonly do: 'data-nack';
      readonly byte: number;
    })
  /** `drop`: the chip gives its bytes, and the host hears 0xFF; `replace`: these bytes are heard, then 0xFF. */
  | (SelectedMessage & { readonly direction: 'to-host' } & (Does<'drop'> | Replaces))
  | (SelectedMessage & {
      /** SCL is low at the address for so many ms of wall time, or until the chip is reset by its pin or its power; the chip itself knows nothing of it. */
      readonly do: 'hold';
      readonly ms?: number;
    })
  /** `silence`: no address is acknowledged from here on; `disconnect`: the adapter vanishes; `reset`: a pulse on NRST, and the address is not acknowledged. */
  | (SelectedMessage & Does<'silence' | 'disconnect' | 'reset'>)
  | {
      readonly at: 'i2c';
      /** The controller does not wait while the chip works and holds SCL: it reads 0xFF then, and its bytes are not acknowledged. */
      readonly do: 'no-stretching';
    }
  | {
      readonly at: 'i2c';
      /** The adapter gives a message up when SCL has been held for so many ms; default 10 s. */
      readonly do: 'adapter-patience';
      readonly ms: number;
    };
