import type { Place } from '../place.ts';
import { hex, type HostTool } from './host-tool.ts';

/** STM32_Programmer_CLI of STM32CubeProgrammer. */
export const cubeProgrammer: HostTool = {
  name: 'STM32_Programmer_CLI',
  transports: ['USART'],
  executables: ['STM32_Programmer_CLI'],
  version: ['STM32_Programmer_CLI', '--version'],
  command(place) {
    const { job, port } = place;
    if (job.resets === true) return undefined; // its control lines are levels, not a sequence
    const what = action(place);
    if (what === undefined) return undefined;
    const line = [
      `port=${port}`,
      ...(job.baud === undefined ? [] : [`br=${job.baud}`]),
      `P=${job.parity === 'none' ? 'NONE' : 'EVEN'}`,
    ];
    return ['STM32_Programmer_CLI', '-c', ...line, ...what];
  },
};

function action({ job, file, address, length }: Place): readonly string[] | undefined {
  switch (job.do) {
    case 'detect':
      return [];
    case 'write+verify':
      return ['-w', file, hex(address), '-v'];
    case 'write':
    case 'write-options':
      return ['-w', file, hex(address)];
    case 'read':
      return ['-r', hex(address), String(length), file];
    case 'erase': {
      if (job.pages === undefined) return ['-e', 'all'];
      const { first, count } = job.pages;
      return ['-e', ...Array.from({ length: count }, (_, index) => String(first + index))];
    }
    case 'unprotect':
      return ['-rdu'];
    case 'go':
      return ['-g', hex(address)];
  }
}
