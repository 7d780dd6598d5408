import type { SpiPins } from '../../../../emulator/index.ts';
import { wireMutant } from '../../../mutants/kit.ts';
import type { Kind, Mutant, Wire } from '../../../mutants/kit.ts';

const SYNC = 0x5a;
const ACK = 0x79;
const NACK = 0x1f;
const FILLER = 0xa5;
const DUMMY = 0x00;

/** What a wrong device knows of the dialogue of the right one beside its pins. */
interface Known {
  /** A command is waited for. */
  idle: boolean;
  /** The chip works. */
  working: boolean;
  /** The dialogue waits that the host acknowledges an answer. */
  answering: boolean;
  /** The request of Write Memory comes. */
  writing: boolean;
}

/** A mutant of an SPI slave; `change` gets the right pins, once for each board. */
function spiMutant(
  name: string,
  wrong: string,
  change: (pins: SpiPins) => Partial<SpiPins>,
): Mutant {
  return {
    name,
    wrong,
    spi: (pins) => ({
      select: (nss) => pins.select(nss),
      exchange: (mosi) => pins.exchange(mosi),
      ...change(pins),
    }),
  };
}

/** A mutant of the pins that sees what the dialogue does. */
function seeing(
  name: string,
  wrong: string,
  change: (known: Known, pins: SpiPins) => Partial<SpiPins>,
): Mutant {
  const nothing: Known = { idle: false, working: false, answering: false, writing: false };
  const known = { ...nothing };
  return {
    ...spiMutant(name, wrong, (pins) => {
      Object.assign(known, nothing);
      return change(known, pins);
    }),
    replace: {
      wire: (wire): Wire => ({
        ...wire,
        *command() {
          known.idle = true;
          const opcode = yield* wire.command();
          known.idle = false;
          return opcode;
        },
        *busy(operation) {
          known.working = true;
          yield* wire.busy(operation);
          known.working = false;
        },
        *accept() {
          known.answering = true;
          yield* wire.accept();
          known.answering = false;
        },
        *writeRequest(check) {
          known.writing = true;
          const request = yield* wire.writeRequest(check);
          known.writing = false;
          return request;
        },
      }),
    },
  };
}

/** A device that makes something else of each slot. */
function slots(
  name: string,
  wrong: string,
  change: () => (mosi: number, exchange: (mosi: number) => number) => number,
): Mutant {
  return spiMutant(name, wrong, (pins) => {
    const slot = change();
    return { exchange: (mosi) => slot(mosi, (byte) => pins.exchange(byte)) };
  });
}

/** Devices that are wrong at their end of the bus. */
export const clocking: readonly Kind[] = [
  slots('always-ack', 'whatever is sent, MISO is 0x79', () => () => ACK),
  slots('answers-swapped', 'ACK and NACK are swapped', () => (mosi, exchange) => {
    const miso = exchange(mosi);
    return miso === ACK ? NACK : miso === NACK ? ACK : miso;
  }),
  slots('nack-is-zero', 'a refusal is the byte 0x00', () => (mosi, exchange) => {
    const miso = exchange(mosi);
    return miso === NACK ? DUMMY : miso;
  }),
  slots('first-sync-refused', 'the first 0x5A is answered with a NACK', () => {
    let synced = false;
    return (mosi, exchange) => {
      const miso = exchange(mosi);
      if (mosi === ACK) synced = true;
      return !synced && miso === ACK ? NACK : miso;
    };
  }),
  slots('not-busy-after-sync', 'the slot behind 0x5A is 0x00', () => {
    let slot = 0;
    return (mosi, exchange) => {
      const miso = exchange(mosi);
      return slot++ === 1 ? DUMMY : miso;
    };
  }),
  slots('answers-a-slot-late', 'ACK and NACK come one slot late', () => {
    let before = false;
    return (mosi, exchange) => {
      const miso = exchange(mosi);
      const answer = miso === ACK || miso === NACK;
      const late = answer && !before;
      before = answer;
      return late ? FILLER : miso;
    };
  }),
  slots('acks-before-sync', 'polls are answered 0x79 before 0x5A came', () => {
    let synced = false;
    return (mosi, exchange) => {
      if (mosi === SYNC) synced = true;
      return synced ? exchange(mosi) : ACK;
    };
  }),
  slots('any-first-byte-syncs', 'any first byte is taken as 0x5A', () => {
    let first = true;
    return (mosi, exchange) => {
      const heard = first ? SYNC : mosi;
      first = false;
      return exchange(heard);
    };
  }),
  spiMutant('deaf-to-nss', 'bytes are heard while NSS is high', (pins) => ({
    select: () => pins.select(0),
  })),
  seeing('nss-ends-frames', 'a command frame ends when NSS rises', (known, pins) => {
    let heard = 0;
    return {
      select(nss) {
        // the rest of a frame that breaks off is lost
        if (nss === 1 && known.idle && heard > 0) pins.exchange(DUMMY);
        if (nss === 1) heard = 0;
        pins.select(nss);
      },
      exchange(mosi) {
        heard = known.idle && (heard > 0 || mosi === SYNC) ? (heard + 1) % 3 : 0;
        return pins.exchange(mosi);
      },
    };
  }),
  seeing('any-byte-acknowledges', 'any byte acknowledges an ACK', (known, pins) => {
    let last = DUMMY;
    return {
      exchange(mosi) {
        last = pins.exchange(known.answering && last === ACK ? ACK : mosi);
        return last;
      },
    };
  }),
  seeing('frame-without-start', 'a frame may begin without 0x5A', (known, pins) => {
    let before = [DUMMY, DUMMY];
    return {
      exchange(mosi) {
        const miso = pins.exchange(mosi);
        const [start, opcode] = before as [number, number];
        if (known.idle && start !== SYNC && opcode <= 0x02 && mosi === (opcode ^ 0xff)) {
          for (const byte of [SYNC, opcode, mosi]) pins.exchange(byte);
        }
        before = [opcode, mosi];
        return miso;
      },
    };
  }),
  seeing('silent-while-busy', 'MISO is 0xFF while the chip works', (known, pins) => ({
    exchange(mosi) {
      const { working } = known;
      const miso = pins.exchange(mosi);
      return working ? 0xff : miso;
    },
  })),
  seeing('acks-while-busy', 'MISO is 0x79 while the chip works', (known, pins) => ({
    exchange(mosi) {
      const { working } = known;
      const miso = pins.exchange(mosi);
      return working ? ACK : miso;
    },
  })),
  wireMutant('no-dummy-before-data', 'data is not behind a dummy', (wire) => ({
    *replyMemory(bytes) {
      yield* wire.replyMemory(Uint8Array.of(...bytes.subarray(1), FILLER));
    },
  })),
  slots('lowest-bit-stuck', 'the lowest bit of MISO is always set', () => (mosi, exchange) => {
    return exchange(mosi) | 1;
  }),
  spiMutant('long-transfers-cut', 'of a transfer the first 200 bytes are heard', (pins) => {
    let heard = 0;
    return {
      select(nss) {
        heard = 0;
        pins.select(nss);
      },
      exchange: (mosi) => (++heard > 200 ? FILLER : pins.exchange(mosi)),
    };
  }),
  seeing('data-5a-lost', 'a byte 0x5A of a block is not heard', (known, pins) => ({
    exchange: (mosi) => (known.writing && mosi === SYNC ? FILLER : pins.exchange(mosi)),
  })),
  spiMutant('nss-loses-a-byte-of-data', 'NSS within a block costs a byte', (pins) => {
    let since = 0;
    let rose = false;
    return {
      select(nss) {
        rose ||= nss === 1 && since > 20;
        since = 0;
        pins.select(nss);
      },
      exchange(mosi) {
        since++;
        if (!rose || [DUMMY, ACK, SYNC].includes(mosi)) return pins.exchange(mosi);
        rose = false;
        return FILLER;
      },
    };
  }),
];
