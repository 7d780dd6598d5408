import type { Place } from '../place.ts';
import { hex, type HostTool } from './host-tool.ts';

/** stm32loader, from version 0.6 on; it resets the chip with DTR and RTS in each run. */
export const stm32loader: HostTool = {
  name: 'stm32loader',
  transports: ['USART'],
  executables: ['stm32loader'],
  version: ['stm32loader', '--version'],
  command(place) {
    const what = action(place);
    if (what === undefined) return undefined;
    const { job, port, file } = place;
    const withFile = job.do === 'write+verify' || job.do === 'write' || job.do === 'read';
    return [
      'stm32loader',
      '-p',
      port,
      ...(job.baud === undefined ? [] : ['-b', String(job.baud)]),
      ...(job.parity === 'none' ? ['-P', 'none'] : []),
      ...(job.resets === true ? ['-B'] : []), // RTS drives BOOT0 high when it is asserted
      ...what,
      ...(withFile ? [file] : []),
    ];
  },
};

function action({ job, address, length }: Place): readonly string[] | undefined {
  switch (job.do) {
    case 'detect':
      return [];
    case 'write+verify':
      return ['-e', '-w', '-v', '-a', hex(address)];
    case 'write':
      return ['-e', '-w', '-a', hex(address)];
    case 'read':
      return ['-r', '-a', hex(address), '-l', String(length)];
    case 'erase':
      return job.pages === undefined ? ['-e'] : undefined;
    case 'unprotect':
      return ['-u'];
    case 'go':
      return ['-g', hex(address)];
    case 'write-options':
      return undefined;
  }
}
