import { hex, type HostTool, type Place } from './host-tool.ts';

/** stm32loader, from version 0.6 on; it resets the chip with DTR and RTS in each run. */
export const stm32loader: HostTool = {
  name: 'stm32loader',
  executables: ['stm32loader'],
  command(place) {
    const what = action(place);
    if (what === undefined) return undefined;
    const { job, port, file } = place;
    const named = job.do === 'detect' || job.do === 'erase' || job.do === 'unprotect' ? [] : [file];
    return [
      'stm32loader',
      '-p',
      port,
      ...(job.baud === undefined ? [] : ['-b', String(job.baud)]),
      ...(job.parity === 'none' ? ['-P', 'none'] : []),
      ...what,
      ...named,
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
    case 'write-options':
      return undefined;
  }
}
