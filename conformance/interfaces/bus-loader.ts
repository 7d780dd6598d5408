import { answer, command as canCommand, OPCODES as CAN_OPCODES } from './can/host.ts';
import { answered, getId } from './fdcan/host.ts';
import { comesBack, identity, read } from './i2c/host.ts';
import { command as spiCommand, fetchAcknowledged } from './spi/host.ts';
import { ACK_BYTE } from './usart/host.ts';
import type { InterfaceName } from './names.ts';
import { protocolOf } from './index.ts';
import type { Step } from '../run/script.ts';
import type { Channel, Target } from '../run/target.ts';
import { MovesLoader, placesFrom } from './moves-loader.ts';

/** Over the protocols whose commands are those of AN3155 in other clothes: I2C, SPI, CAN, CAN FD. */
export class BusLoader extends MovesLoader {
  constructor(channel: Channel, target: Pick<Target, 'part' | 'quietMs' | 'replyMs'>) {
    super(channel, target, protocolOf(target.part));
  }

  async productId(): Promise<number> {
    let id = 0;
    await this.play(idSteps(this.part.interface), (place, byte) => {
      id += byte * (place === 0 ? 256 : 1);
    });
    return id;
  }
}

/** Get ID, whose two bytes stand at places. */
function idSteps(over: InterfaceName): readonly Step[] {
  const id = placesFrom(2);
  switch (over) {
    case 'i2c':
      return [comesBack()[0]!, identity(read(1, ...id))];
    case 'spi':
      return [spiCommand('get-id'), fetchAcknowledged('ID', [1, ...id])];
    case 'can':
      return [canCommand('get-id', [], answer(CAN_OPCODES['get-id'], [ACK_BYTE], id, [ACK_BYTE]))];
    case 'fdcan':
      return [getId(answered('get-id', id))];
    case 'usart':
    case 'usb':
      throw new Error(`unreachable: ${over} has a loader of its own`);
  }
}
