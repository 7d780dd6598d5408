import type { Device } from '../../families/index.ts';

/** What no source tells of a line, in words; where the model needs a figure all the same, what it took. */
export function unknownsOf(device: Device): readonly string[] {
  const { flash, options, boot, timing, bootloaders } = device;
  const newest = bootloaders.at(-1);
  const words = (options?.areas ?? []).flatMap((area) => area.words);
  const noFactory = words.filter(({ factory }) => factory === undefined).map(({ name }) => name);
  const chosen = words.flatMap(({ name, chosen: from }) =>
    from === undefined ? [] : [`factory value of ${name} (taken: ${from})`],
  );
  const ports = device.interfaces.flatMap((port) =>
    port.protocol === 'USART' && port.autobaud === undefined
      ? [`auto-baud of ${port.name}`]
      : port.protocol === 'I2C' && port.address === undefined
        ? [`address of ${port.name}`]
        : [],
  );
  return [
    ...when(options === undefined, 'option bytes'),
    ...when(noFactory.length > 0, `factory value of ${noFactory.join(', ')} (taken: all ones)`),
    ...chosen,
    ...when(options !== undefined && options.writeProtection === undefined, 'write protection'),
    ...when(flash.overwrite === undefined, 'what programming used cells does (taken: nothing)'),
    ...when(
      boot.emptyCheck !== undefined && boot.emptyCheck.reads === undefined,
      'how many bytes the empty check reads (taken: 4)',
    ),
    ...when(
      device.bootloaderIdAddress === undefined && newest?.id !== undefined,
      'address of the bootloader ID',
    ),
    ...when(device.uid === undefined, 'unique ID'),
    ...when(device.flashSizeRegister === undefined, 'flash size register'),
    ...when(newest?.startupMs === undefined, 'start-up time (taken: 0)'),
    ...when(timing.confidence === 'none' || timing.confidence === 'low', 'erase and program times'),
    ...ports,
  ];
}

function when(unknown: boolean, what: string): readonly string[] {
  return unknown ? [what] : [];
}
