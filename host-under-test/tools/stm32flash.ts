import { hexByte, type Place } from '../place.ts';
import { hex, type HostTool } from './host-tool.ts';

/** RTS on BOOT0 and DTR on NRST: into the bootloader, and out of it at the end. */
const RESET = 'rts,dtr,-dtr:-rts,dtr,-dtr';

/** stm32flash, from version 0.5 on. */
export const stm32flash: HostTool = {
  name: 'stm32flash',
  transports: ['USART', 'I2C'],
  executables: ['stm32flash'],
  version: ['stm32flash', '/dev/null/none'], // the first line of whatever it does
  command(place) {
    const what = action(place);
    if (what === undefined) return undefined;
    const { job, port } = place;
    const overI2c = place.transport === 'I2C';
    if (overI2c && (job.resets === true || job.baud !== undefined || job.parity !== undefined)) {
      return undefined; // it can reset by GPIO alone there
    }
    return [
      'stm32flash',
      ...(overI2c ? ['-a', hexByte(place.i2cAddress ?? 0)] : []),
      ...what,
      ...(job.baud === undefined ? [] : ['-b', String(job.baud)]),
      ...(job.parity === 'none' ? ['-m', '8n1'] : []),
      ...(job.resets === true ? ['-i', RESET] : []),
      port,
    ];
  },
};

function action({ job, file, address, length, elsewhere }: Place): readonly string[] | undefined {
  const where = elsewhere ? ['-S', `${hex(address)}:${length}`] : [];
  switch (job.do) {
    case 'detect':
      return [];
    case 'write+verify':
      return ['-w', file, '-v', ...where];
    case 'write':
    case 'write-options':
      return ['-w', file, ...where];
    case 'read':
      return ['-r', file, '-S', `${hex(address)}:${length}`];
    case 'erase':
      if (job.pages === undefined) return ['-o'];
      return ['-o', '-s', String(job.pages.first), '-e', String(job.pages.count)];
    case 'unprotect':
      return ['-k'];
    case 'go':
      return ['-g', hex(address)];
  }
}
