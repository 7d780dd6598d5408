import type { Place } from '../place.ts';
import { hex, type HostTool } from './host-tool.ts';

/** Alternate settings: the flash is the first, the option bytes are the second on every part (families/pages/DFU.md). */
const FLASH = ['-a', '0'];
const OPTION_BYTES = ['-a', '1'];

/**
 * dfu-util, from version 0.9 on. It does not verify what it has written, and erases all of flash or what it
 * is to write. Its exit codes are those of sysexits.h: 0, 64 usage, 65 and 66 file, 70, 73 and 74
 * input and output, 76 protocol.
 */
export const dfuUtil: HostTool = {
  name: 'dfu-util',
  transports: ['DFU'],
  executables: ['dfu-util'],
  version: ['dfu-util', '--version'],
  success: [0],
  command(place) {
    const what = action(place);
    if (what === undefined) return undefined;
    return ['dfu-util', ...chosen(place), ...what];
  },
};

/** People name the device only where there are several. */
function chosen({ job, port, usb }: Place): readonly string[] {
  if (job.selects === 'path') return ['-p', port];
  return job.selects === 'serial' ? ['-S', usb?.serial ?? ''] : [];
}

function action({ job, file, address, length }: Place): readonly string[] | undefined {
  const starts = job.starts === true ? ':leave' : '';
  const where = job.withoutAddress === true ? [] : ['-s', `${hex(address)}${starts}`];
  switch (job.do) {
    case 'detect':
      return ['-l'];
    case 'write':
      return [...FLASH, ...where, '-D', file];
    case 'read':
      return [...FLASH, '-s', `${hex(address)}:${length}${starts}`, '-U', file];
    case 'erase':
      return job.pages === undefined ? [...FLASH, '-s', ':mass-erase:force'] : undefined;
    case 'unprotect':
      return [...FLASH, '-s', ':unprotect:force'];
    case 'write-options':
      return [...OPTION_BYTES, ...where, '-D', file];
    case 'go':
      return [...FLASH, '-s', `${hex(address)}:leave`];
    case 'write+verify':
      return undefined;
  }
}
