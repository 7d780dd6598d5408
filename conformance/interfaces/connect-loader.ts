import type { Channel, Target } from '../run/target.ts';
import { BusLoader } from './bus-loader.ts';
import { DfuLoader } from './usb/loader.ts';
import type { Loader } from './loader.ts';
import { UsartLoader } from './usart/loader.ts';

/**
 * A host at the bootloader of a device that was just reset, over the interface that it is examined over.
 * @throws LoaderRefused for a device that does not answer as it should
 */
export async function connectLoader(
  channel: Channel,
  target: Pick<Target, 'part' | 'quietMs' | 'replyMs'>,
): Promise<Loader> {
  switch (target.part.interface) {
    case 'usart':
      return UsartLoader.connect(channel, target);
    case 'usb':
      return new DfuLoader(channel, target).connect();
    case 'i2c':
    case 'spi':
    case 'can':
    case 'fdcan':
      return new BusLoader(channel, target).connect();
  }
}
