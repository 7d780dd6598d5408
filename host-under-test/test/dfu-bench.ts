import { find, type FoundTool } from '../tools/find.ts';
import { fromTemplate } from '../tools/template.ts';

/** Debian's, which has the standard library whatever version managers put first in PATH. */
const PYTHON = '/usr/bin/python3';
const FLASHER = new URL('./hosts/dfu_flasher.py', import.meta.url).pathname;

/** The small USB host of the tests, right, or wrong in the way named. */
export async function dfuFlasher(wrong = ''): Promise<FoundTool> {
  const command = `${PYTHON} ${FLASHER} ${wrong}`.trim();
  return await find(fromTemplate({ jobs: {}, command, contract: true, transports: ['DFU'] }));
}
