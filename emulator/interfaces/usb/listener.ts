import type { Listening } from '../../bootloader/listening.ts';
import { dfuOf, usbStrings } from '../../../families/index.ts';
import type { Wait } from '../../bootloader/dialogue.ts';
import { dfuDevice } from './dfu-device.ts';
import type { DfuDevice } from './dfu-device.ts';
import { dfuMemory } from './dfu-memory.ts';
import { DfuInterface } from './dfu-interface.ts';
import type { Rom } from '../../bootloader/rom.ts';
import { UsbDevice } from './device.ts';
import { usbDescriptors } from './descriptors.ts';
import type { UsbDescriptors } from './descriptors.ts';
import { usbSerial } from './serial-number.ts';
import type { UidWords } from './serial-number.ts';
import type { Chip } from '../../chip/chip.ts';
import { hostOf, memoryOn } from '../surroundings.ts';
import type { PortSurroundings } from '../surroundings.ts';
import type { UsbPort } from './port.ts';

/** The bootloader on USB (AN3156): on the bus at once, selected by the first GET_DESCRIPTOR. */
export function listenOnUsb(port: UsbPort, on: PortSurroundings, lock: () => void): Listening {
  let made: Made | undefined;
  // few boards ever hear a request, and the descriptors take a quarter of a start
  const device = (): Made => (made ??= makeDevice(port, on, lock));
  port.connect(
    {
      control: (setup, data) => device().usb.control(setup, data),
      busReset: () => device().usb.busReset(),
    },
    on.clock,
  );
  return {
    get waiting(): Wait | undefined {
      if (!port.attached) return undefined;
      const { dfu } = device();
      const operation = dfu.working;
      if (operation !== undefined) return { for: 'operation', operation };
      return { for: 'request', what: dfu.state };
    },
    end: () => made?.dfu.end(),
  };
}

interface Made {
  readonly usb: UsbDevice;
  readonly dfu: DfuInterface;
}

function makeDevice(port: UsbPort, on: PortSurroundings, lock: () => void): Made {
  const { rom, chip, trace, clock, operate } = on;
  const device = on.replace.reduce<DfuDevice>(
    (inner, { dfu: outer }) => outer?.(inner, rom) ?? inner,
    dfuDevice(rom, descriptorsOf(rom, chip)),
  );
  const dfu = new DfuInterface(device, {
    port: port.name,
    chip: {
      memory: dfuMemory(memoryOn(on), {
        feature: Object.values(device.descriptors.strings).some((text) =>
          text.startsWith('@Device Feature'),
        ),
        dropped: (what, why) => on.trace.emit({ kind: 'dropped', port: port.name, what, why }),
        featureReadsBack: rom.quirk('dfu-device-feature-reads-back'),
        ram: rom.quirk('sram1-to-3-inaccessible') ? [] : (rom.device.dfu?.ram ?? []),
      }),
      rom,
      pageAt: (address) => chip.flash.unitAt(address)?.number,
    },
    host: hostOf(on, lock),
    clock,
    operate,
    retry: () => port.retry(),
  });
  let selected = false;
  const usb = new UsbDevice(device, dfu, () => {
    if (selected) return;
    selected = true;
    trace.emit({ kind: 'select', port: port.name });
    lock();
  });
  return { usb, dfu };
}

function descriptorsOf({ device }: Rom, chip: Chip): UsbDescriptors {
  const generation = dfuOf(device);
  return usbDescriptors(generation, {
    serial: usbSerial(generation.serial, uidOf(chip)),
    alternates: usbStrings(device, chip.flashKiB).map(({ text }) => text),
  });
}

/** The words of the unique ID, as the bootloader reads them. */
function uidOf(chip: Chip): UidWords {
  const word = (address: number | undefined): number =>
    address === undefined ? 0 : new DataView(chip.read(address, 4).buffer).getUint32(0, true);
  const [first, second, third] = chip.device.uid ?? [];
  return [word(first), word(second), word(third)];
}
