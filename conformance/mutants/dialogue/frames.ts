import type { CanFrame, CanPins } from '../../../emulator/index.ts';
import { NACK_BYTE } from '../../interfaces/usart/host.ts';
import { wireMutant } from '../kit.ts';
import type { Kinds, Mutant } from '../kit.ts';

type Taken = ReturnType<CanPins['receive']>;

/** What a device at the end of a CAN bus has seen since power came. */
export interface Bus {
  /** It has answered. */
  connected: boolean;
  /** Frames of the host since it last sent one. */
  unanswered: number;
  /** The last frame of the host. */
  host?: CanFrame;
}

/** A mutant of a CAN controller: `change` gets the right pins, once for each board. */
export function frameMutant(
  name: string,
  wrong: string,
  change: (pins: CanPins, time: { readonly now: number }) => Partial<CanPins>,
): Mutant {
  return {
    name,
    wrong,
    can: (pins, time) => ({
      receive: (frame, rate) => pins.receive(frame, rate),
      onTransmit: (listener) => pins.onTransmit(listener),
      repeat: () => pins.repeat(),
      ...change(pins, time),
    }),
  };
}

/** A device that makes something else of the frames of its hosts, or becomes of them what is returned. */
export function hears(
  name: string,
  wrong: string,
  change: (frame: CanFrame, bus: Bus) => CanFrame | Taken,
): Mutant {
  return hearsInTurn(name, wrong, () => change);
}

/** The same, with a memory of its own for each board. */
export function hearsInTurn(
  name: string,
  wrong: string,
  start: () => (frame: CanFrame, bus: Bus) => CanFrame | Taken,
): Mutant {
  return frameMutant(name, wrong, (pins) => {
    const bus: Bus = { connected: false, unanswered: 0 };
    const change = start();
    return {
      receive(frame, rate) {
        const heard = change(frame, bus);
        bus.host = frame;
        if (typeof heard === 'string') return heard;
        const taken = pins.receive(heard, rate);
        if (taken === 'acknowledged') bus.unanswered++;
        return taken;
      },
      onTransmit: (listener) =>
        pins.onTransmit((frame, rate) => {
          bus.connected = true;
          bus.unanswered = 0;
          return listener(frame, rate);
        }),
    };
  });
}

/** A device that sends something else than it should; `host` is the last frame of the host. */
export function sends(
  name: string,
  wrong: string,
  change: (frame: CanFrame, host: CanFrame | undefined) => readonly CanFrame[],
): Mutant {
  return frameMutant(name, wrong, (pins) => {
    let host: CanFrame | undefined;
    return {
      receive(frame, rate) {
        host = frame;
        return pins.receive(frame, rate);
      },
      onTransmit: (listener) =>
        pins.onTransmit((frame, rate) =>
          change(frame, host)
            .map((each) => listener(each, rate))
            .every((heard) => heard !== false),
        ),
    };
  });
}

/** A NACK to what is no command has the identifier of the last command. */
export const nackUnderLast = (isCommand: (id: number) => boolean): Mutant =>
  frameMutant(
    'nack-under-the-last-command',
    'a NACK to what is no command has the identifier of the last command',
    (pins) => {
      let last: number | undefined;
      return {
        receive(frame, rate) {
          if (isCommand(frame.id)) last = frame.id;
          return pins.receive(frame, rate);
        },
        onTransmit: (listener) =>
          pins.onTransmit((frame, rate) => {
            const refuses = frame.data.length === 1 && frame.data[0] === NACK_BYTE;
            const id = refuses && !isCommand(frame.id) ? (last ?? frame.id) : frame.id;
            return listener({ ...frame, id }, rate);
          }),
      };
    },
  );

/** A device that sends the frames of a read in another order, or other ones. */
export function framesOfReads(
  name: string,
  wrong: string,
  width: number,
  change: (frames: Uint8Array[]) => readonly Uint8Array[],
): Mutant {
  return wireMutant(name, wrong, (wire) => ({
    *replyMemory(bytes) {
      const frames: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += width) frames.push(bytes.slice(at, at + width));
      const sent = change(frames).flatMap((frame) => [...frame]);
      yield* wire.replyMemory(Uint8Array.from(sent));
    },
  }));
}

/** A device that makes something else of the data of a write. */
export function writesInFrames(
  name: string,
  wrong: string,
  change: (data: Uint8Array) => Uint8Array,
): Mutant {
  return wireMutant(name, wrong, (wire) => ({
    *writeRequest(check) {
      const request = yield* wire.writeRequest(check);
      return request === 'answered' ? request : { ...request, data: change(request.data) };
    },
  }));
}

/** Devices that are wrong alike on both buses of CAN. */
export const framing: Kinds = {
  frames: [
    frameMutant(
      'commands-time-out',
      'a command is given up when its next frame is a second late: that frame is lost',
      (pins, time) => {
        let last = time.now;
        return {
          receive(frame, rate) {
            const isLate = time.now - last > 1_000_000;
            last = time.now;
            return isLate ? 'acknowledged' : pins.receive(frame, rate);
          },
        };
      },
    ),
    writesInFrames('write-last-of-256-lost', 'the last byte of 256 is written as 0', (data) =>
      data.length === 256 ? data.with(255, 0) : data,
    ),
  ],
};
