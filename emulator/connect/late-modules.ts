import { loadTryLock } from '../links/files/file-lock.ts';
import { loadNative } from '../links/serial/pty-native.ts';
import { loadReadBaudRate } from '../links/serial/termios.ts';

/**
 * Loads what boards import only when it is asked for, since a short command is to start fast. A process that stays loads it
 * before: Node never tries an import again that failed once, as all do while no descriptor is left.
 */
export async function loadLateModules(): Promise<void> {
  await Promise.allSettled([
    import('../links/can/adapter.ts'),
    import('../links/can/slcan.ts'),
    import('../links/can/socketcan.ts'),
    import('../links/i2c-spi/buspirate.ts'),
    import('../links/i2c-spi/i2c-dev.ts'),
    import('../links/i2c-spi/spidev.ts'),
    import('../links/preload/exec.ts'),
    import('../links/preload/open-preload.ts'),
    import('../links/preload/usb-port.ts'),
    import('../links/serial/pty.ts'),
    import('../links/serial/rfc2217.ts'),
    import('../links/serial/tcp.ts'),
    import('../links/usb/cdc-acm.ts'),
    import('../links/usb/gs-usb.ts'),
    import('../links/usb/i2c-tiny-usb.ts'),
    import('../links/usb/usbip.ts'),
    loadTryLock(),
    load(loadNative),
    load(loadReadBaudRate),
  ]); // what is missing on this platform is said to whoever asks for it
}

async function load(native: () => unknown): Promise<void> {
  native();
}
