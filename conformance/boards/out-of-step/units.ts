import { frame, itemsOf } from '../../interfaces/can/frames.ts';
import { OWN, parseTransfer, transfer } from '../../interfaces/i2c/transactions.ts';
import { burst, parseBurst, KIND } from '../../interfaces/spi/exchanges.ts';
import type { InterfaceName } from '../../interfaces/names.ts';

/** A part of a burst that a host may get wrong by itself: a packet, a message, a piece, a frame, a transfer. */
export interface Unit {
  readonly data: readonly number[];
  /** The unit with other data, as bursts have it. */
  readonly build: (data: readonly number[]) => readonly number[];
}

/** The units of a burst. */
export function unitsOf(over: InterfaceName, bytes: readonly number[]): readonly Unit[] {
  switch (over) {
    case 'usart':
      return [{ data: bytes, build: (data) => data }];
    case 'i2c':
      return parseTransfer(bytes).map(({ kind, count, data }) => {
        if (kind === 'read') return fixed(transfer({ read: count }));
        if (kind === 'pause') return fixed(transfer({ pause: count }));
        return { data, build: (write) => transfer({ write, address: OWN }) };
      });
    case 'spi':
      return parseBurst(bytes).map(({ kind, number, data }) =>
        kind === 'send' || kind === 'exchange'
          ? { data, build: (send) => burst({ [kind]: send } as { send: readonly number[] }) }
          : fixed([KIND[kind], number >> 8, number & 0xff]),
      );
    case 'can':
    case 'fdcan':
      return itemsOf([...bytes]).flatMap((item) =>
        item !== 'lost' && 'data' in item
          ? [{ data: item.data, build: (data) => frame({ ...item, data }) }]
          : [],
      );
    case 'usb':
      return [
        {
          data: bytes.slice(8),
          build: (data) => [
            ...bytes.slice(0, 6),
            ...(bytes.length > 8 ? [data.length & 0xff, data.length >> 8] : bytes.slice(6, 8)),
            ...data,
          ],
        },
      ];
  }
}

function fixed(bytes: readonly number[]): Unit {
  return { data: [], build: () => bytes };
}
