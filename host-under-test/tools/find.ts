import { EmulatorError, findHostTool } from '../../emulator/index.ts';
import type { HostTool } from './host-tool.ts';

/** A tool whose program is there. */
export interface FoundTool extends HostTool {
  /** Paths of the programs by their names. */
  readonly files: ReadonlyMap<string, string>;
}

/** Looks the program up before anything is judged. @throws EmulatorError with exit code 3 where it cannot be run */
export async function find(tool: HostTool): Promise<FoundTool> {
  const files = new Map<string, string>();
  for (const executable of tool.executables) {
    try {
      files.set(executable, await findHostTool(executable));
    } catch (cause) {
      if (!(cause instanceof EmulatorError)) throw cause;
      throw new EmulatorError(`${tool.name}: ${cause.message}`, { exitCode: 3, cause });
    }
  }
  return { ...tool, files };
}
