import type { BusPort } from './bus-port.ts';
import { listenOnCan } from './can-listener.ts';
import { CanPort } from './can-port.ts';
import { listenOnFdcan } from './fdcan-listener.ts';
import { listenOnI2c } from './i2c-listener.ts';
import { I2cPort } from './i2c-port.ts';
import type { BootloaderSurroundings, Listening } from './listening.ts';
import { listenOnSpi } from './spi-listener.ts';
import { SpiPort } from './spi-port.ts';
import { listenOnUsart } from './usart-listener.ts';
import { UsartPort } from './usart-port.ts';
import { listenOnUsb } from './usb-listener.ts';
import { UsbPort } from './usb-port.ts';

/** Starts the bootloader on a port by the protocol of its bus; `lock` is called when a host selects it. */
export function listen(port: BusPort, on: BootloaderSurroundings, lock: () => void): Listening {
  if (port instanceof I2cPort) return listenOnI2c(port, on, lock);
  if (port instanceof SpiPort) return listenOnSpi(port, on, lock);
  if (port instanceof UsartPort) return listenOnUsart(port, on, lock);
  if (port instanceof UsbPort) return listenOnUsb(port, on, lock);
  if (port instanceof CanPort) {
    return port.fd ? listenOnFdcan(port, on, lock) : listenOnCan(port, on, lock);
  }
  throw new Error(`unreachable: no bootloader speaks on ${port.name}`);
}
