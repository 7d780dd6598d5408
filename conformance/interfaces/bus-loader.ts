import type { Step } from '../run/script.ts';
import type { Channel, Target } from '../run/target.ts';
import { MovesLoader, placesFrom } from './moves-loader.ts';
import type { Protocol } from './protocol.ts';

/** Over a protocol whose commands are those of AN3155 in other clothes. */
export class BusLoader extends MovesLoader {
  readonly #getId: (id: readonly number[]) => readonly Step[];

  /** `getId`: Get ID, whose two bytes stand at places. */
  constructor(
    channel: Channel,
    target: Pick<Target, 'part' | 'quietMs' | 'replyMs'>,
    protocol: Protocol,
    getId: (id: readonly number[]) => readonly Step[],
  ) {
    super(channel, target, protocol);
    this.#getId = getId;
  }

  async productId(): Promise<number> {
    let id = 0;
    await this.play(this.#getId(placesFrom(2)), (place, byte) => {
      id += byte * (place === 0 ? 256 : 1);
    });
    return id;
  }
}
