import type { Device } from '../../../../families/index.ts';
import type { Planting } from '../../../mutants/kit.ts';
import { partOf } from '../../../part/part.ts';
import { clocking } from './bus.ts';
import { dialogueOnSpi } from './dialogue.ts';

/** The wrong devices on this interface. */
export const spiMutants: Planting = {
  groups: ['every', 'commands', 'oneForm', 'bytes', 'bytesInOneForm'],
  without: [
    'always-nack',
    'command-ack-twice',
    'get-version-erases',
    'nack-twice',
    'protected-acked',
    'special-unknown-acked',
  ],
  own: [...dialogueOnSpi, ...clocking],
  lines: {
    usual: 'STM32F405',
    checksum: 'STM32F405',
    special: 'STM32H503',
    'extended-special': 'STM32C051',
    'two-banks': 'STM32F427',
  },
  made: (device, part) =>
    partOf(part === 'checksum' ? speaking(device, '1.3') : device, { interface: 'spi' }),
};

/** The line, had its newest ROM another protocol version on SPI. */
function speaking(device: Device, version: string): Device {
  const bootloaders = device.bootloaders.map((each) => ({
    ...each,
    protocols: { ...each.protocols, SPI: version },
  }));
  return { ...device, bootloaders };
}
