import { expect, test } from 'vitest';
import { has } from '../../emulator/test/host-tool.ts';
import { calibrate } from '../calibrate.ts';
import { runScenario } from '../run.ts';
import { dfu, done, F405, refuses } from '../scenarios/define.ts';
import { find } from '../tools/find.ts';
import { oneLine } from '../tools/template.ts';

const DFU_UTIL = 'dfu-util -p {usb} -a 0 -s {address} -D {image}';

test.skipIf(!has('dfu-util') || !has('cc'))(
  'a tool whose command line names {usb} is judged over USB',
  async () => {
    const tool = await find(oneLine(DFU_UTIL));
    expect(tool.transports).toEqual(['DFU']);
    expect((await calibrate(tool)).failed).toBeUndefined();
    const details = { symptom: '', source: '', board: F405, job: { do: 'write' } } as const;
    expect(await runScenario(dfu('X', { ...details, expect: [done] }), tool)).toMatchObject({
      verdict: 'pass',
      evidence: { exitCode: 0, leftBehind: 0 },
    });
    const beyond = { ...details.job, address: 0x0900_0000 };
    const refused = { ...details, job: beyond, expect: [refuses('bad-address')] };
    expect(await runScenario(dfu('Y', refused), tool)).toMatchObject({
      verdict: 'pass',
      evidence: {
        output: expect.stringContaining('Last page at 0x09000fff is not writeable') as string,
      },
    });
  },
);

test.skipIf(!has('dfu-util') || !has('cc'))(
  'a tool that speaks USB alone is not asked over a serial port',
  async () => {
    const tool = await find(oneLine(DFU_UTIL));
    expect(tool.command({ ...place, transport: 'USART' })).toBeUndefined();
    expect(tool.command(place)).toEqual(expect.arrayContaining(['-p', '1-1']) as string[]);
  },
);

const place = {
  transport: 'DFU',
  port: '1-1',
  file: '/x/image.bin',
  address: 0x0800_0000,
  length: 4,
  elsewhere: false,
  job: { do: 'write' },
  jobName: 'write',
} as const;
