import { checkTool, EmulatorError, findTool, preloadLibrary } from '../../emulator/index.ts';
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
    const file = findTool(executable, process.env['PATH']);
    if (typeof file !== 'string') {
      throw new EmulatorError(`${tool.name}: ${file.message}`, { exitCode: 3 });
    }
    files.set(executable, file);
  }
  const library = await preloadLibrary();
  for (const file of files.values()) checkTool(file, library, process.env['PATH']);
  return { ...tool, files };
}
