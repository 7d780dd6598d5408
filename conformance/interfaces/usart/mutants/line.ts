import type { UsartPins } from '../../../../emulator/index.ts';
import type { Kind, Mutant, Wire } from '../../../mutants/kit.ts';

/** Pins that pass everything on, but for what is given. */
function line(pins: UsartPins, change: Partial<UsartPins>): UsartPins {
  return {
    receive: (bytes, how) => pins.receive(bytes, how),
    setLine: (how) => pins.setLine(how),
    breakLine: (on) => pins.breakLine(on),
    onTransmit: (listener) => pins.onTransmit(listener),
    ...change,
  };
}

/** A device that makes something else of what arrives. */
function hears(
  name: string,
  wrong: string,
  change: () => (bytes: Uint8Array) => Uint8Array,
): Mutant {
  return {
    name,
    wrong,
    pins: (pins) => {
      const heard = change();
      return line(pins, { receive: (bytes, how) => pins.receive(heard(bytes), how) });
    },
  };
}

/** A device that a reset of its own leaves open for commands. */
function needsNoSync(): Mutant {
  const reset = new WeakSet<object>();
  let board: object = {};
  return {
    name: 'no-sync-after-reset',
    wrong: 'behind a reset of its own commands are answered without 0x7F',
    replace: {
      commands: (all, rom) => {
        board = rom;
        return all.map((each) => ({
          ...each,
          run: (environment) =>
            each.run({
              ...environment,
              host: {
                ...environment.host,
                systemReset(...how) {
                  reset.add(rom);
                  environment.host.systemReset(...how);
                },
              },
            }),
        }));
      },
    },
    pins: (pins) => {
      let swallows = false;
      return line(pins, {
        receive(bytes, how) {
          const first = reset.delete(board);
          if (first && bytes[0] !== 0x7f) {
            swallows = true;
            pins.receive(Uint8Array.of(0x7f), how);
          }
          pins.receive(bytes, how);
        },
        onTransmit(listener) {
          pins.onTransmit((bytes) => {
            const heard = swallows ? bytes.subarray(1) : bytes;
            swallows = false;
            if (heard.length > 0) listener(heard);
          });
        },
      });
    },
  };
}

/** A device that does not hear, within the request of Write Memory, the byte that opens a session. */
function dataByteLost(): Mutant {
  let within = false;
  return {
    name: 'data-7f-lost',
    wrong: 'a byte 0x7F of a block is not heard',
    replace: {
      wire: (wire): Wire => {
        within = false;
        return {
          ...wire,
          *writeRequest(check) {
            within = true;
            const request = yield* wire.writeRequest(check);
            within = false;
            return request;
          },
        };
      },
    },
    pins: (pins) =>
      line(pins, {
        receive: (bytes, how) =>
          pins.receive(within ? bytes.filter((byte) => byte !== 0x7f) : bytes, how),
      }),
  };
}

/** Devices that are wrong at their end of the line. */
export const hearing: readonly Kind[] = [
  needsNoSync(),
  dataByteLost(),
  hears(
    'single-bytes-lost',
    'a byte that comes alone is lost, unless it is 0x7F',
    () => (bytes) => (bytes.length === 1 && bytes[0] !== 0x7f ? new Uint8Array(0) : bytes),
  ),
  hears(
    'bursts-cut-at-200',
    'of a burst only the first 200 bytes are heard',
    () => (bytes) => bytes.subarray(0, 200),
  ),
  hears(
    'bursts-cut-at-8',
    'of bursts of short commands only the first is heard',
    () => (bytes) =>
      bytes.length % 2 === 0 && bytes.length < 12 && bytes[0] === 0x02
        ? bytes.subarray(0, 2)
        : bytes,
  ),
  hears('any-first-byte-syncs', 'any first byte is taken as 0x7F', () => {
    let first = true;
    return (bytes) => {
      if (!first || bytes.length === 0) return bytes;
      first = false;
      return Uint8Array.of(0x7f, ...bytes.subarray(1));
    };
  }),
  {
    name: 'frames-time-out',
    wrong: 'a frame is given up when its next byte is a second late: that byte is lost',
    pins(pins, time) {
      let last = time.now;
      return line(pins, {
        receive(bytes, how) {
          const isLate = time.now - last > 1_000_000;
          last = time.now;
          return pins.receive(isLate ? bytes.subarray(1) : bytes, how);
        },
      });
    },
  },
  {
    name: 'parity-not-needed',
    wrong: 'a host without parity is served like one with it',
    pins: (pins) => line(pins, { setLine: (how) => pins.setLine({ ...how, parity: 'even' }) }),
  },
  {
    name: 'parity-errors-refused',
    wrong: 'what comes with a parity error is lost',
    pins: (pins) => {
      let odd = false;
      return line(pins, {
        setLine(how) {
          odd = how.parity === 'odd';
          pins.setLine(how);
        },
        receive: (bytes, how) => pins.receive(odd ? new Uint8Array() : bytes, how),
      });
    },
  },
  {
    name: 'speaks-first',
    wrong: 'a byte is sent before 0x7F came',
    pins: (pins) =>
      line(pins, {
        onTransmit: (listener) => {
          pins.onTransmit(listener);
          listener(Uint8Array.of(0x00));
        },
      }),
  },
  {
    name: 'sync-not-acked',
    wrong: '0x7F is not acknowledged',
    pins: (pins) =>
      line(pins, {
        onTransmit: (listener) => {
          let first = true;
          pins.onTransmit((bytes) => {
            if (!first) listener(bytes);
            first = false;
          });
        },
      }),
  },
];
