/**
 * Selects the messages of one direction, `to-chip` those that write and `to-host` those that read, by the
 * step of the protocol that the host is in, as `Board.waiting` names it: `command` at the address of a
 * command's message and `command 31` from its first byte on, `write-memory: length`; a message that reads
 * has the step of the one written last. A shorter text stands for all that begin with it, none for every
 * step; counted from 1 for each fault on its own, messages that a chip at work answers apart.
 */
interface SelectedMessage {
  readonly at: 'i2c';
  readonly direction: 'to-chip' | 'to-host';
  readonly step?: string;
  readonly nth: number;
  /** The nth and every one after it. */
  readonly on?: true;
}

/** Faults at the I2C pins. */
export type I2cFault =
  | (SelectedMessage & {
      /** Nobody acknowledges the address, and the chip sees nothing of the message. */
      readonly do: 'address-nack';
    })
  | (SelectedMessage & {
      readonly direction: 'to-chip';
      /** This byte, from 0, never reaches the chip and is not acknowledged, which ends the message. */
      readonly do: 'data-nack';
      readonly byte: number;
    })
  | (SelectedMessage & {
      /** Flips these bits of one byte; the last is known only of what is read. */
      readonly do: 'corrupt';
      readonly byte: number | 'last';
      readonly value: number;
    })
  | (SelectedMessage & {
      readonly direction: 'to-host';
      /** The chip gives its bytes, and the host hears 0xFF. */
      readonly do: 'drop';
    })
  | (SelectedMessage & {
      readonly direction: 'to-host';
      /** These bytes are heard, then 0xFF, and the chip gives its own to nobody. */
      readonly do: 'replace';
      readonly bytes: readonly number[];
    })
  | (SelectedMessage & {
      /** SCL is low at the address for so many ms of wall time, or until the chip is reset by its pin or its power; the chip itself knows nothing of it. */
      readonly do: 'hold';
      readonly ms?: number;
    })
  | (SelectedMessage & {
      /** `silence`: no address is acknowledged from here on; `disconnect`: the adapter vanishes; `reset`: a pulse on NRST, and the address is not acknowledged. */
      readonly do: 'silence' | 'disconnect' | 'reset';
    })
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
