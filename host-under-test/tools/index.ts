import { EmulatorError } from '../../emulator/index.ts';
import { cubeProgrammer } from './cube-programmer.ts';
import { dfuUtil } from './dfu-util.ts';
import type { Transport } from '../scenario.ts';
import type { HostTool } from './host-tool.ts';
import { stm32flash } from './stm32flash.ts';
import { stm32loader } from './stm32loader.ts';
import { oneLine } from './template.ts';
import { readToolFile } from './tool-file.ts';

const KNOWN: readonly HostTool[] = [stm32flash, stm32loader, dfuUtil, cubeProgrammer];

/** The tool that a user names: one of ours, a YAML file, or a command line. @throws EmulatorError */
export function chooseTool(
  name: string | undefined,
  described: string | undefined,
  over?: Transport,
): HostTool {
  if (name !== undefined && described !== undefined) {
    throw new EmulatorError('give a tool or --tool, not both');
  }
  if (described !== undefined) {
    return /\.ya?ml$/.test(described) ? readToolFile(described) : oneLine(described, over);
  }
  const names = KNOWN.map((tool) => tool.name).join(', ');
  if (name === undefined) {
    throw new EmulatorError(`name a tool (${names}) or describe one with --tool`);
  }
  const found = KNOWN.find((tool) => tool.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  throw new EmulatorError(
    `no tool is called ${name}: use ${names}, or --tool 'my-flasher {usart} {image}'`,
  );
}
