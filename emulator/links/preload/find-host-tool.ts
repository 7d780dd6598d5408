import { EmulatorError } from '../../errors.ts';
import { checkTool } from './check-tool.ts';
import { preloadLibrary } from './compile.ts';
import { findTool } from './find-tool.ts';

/**
 * The program that `command` runs, which libraries can be preloaded into.
 * @throws EmulatorError with exit code 3 where there is none, or none can be
 */
export async function findHostTool(
  command: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const tool = findTool(command, env['PATH']);
  if (typeof tool !== 'string') throw new EmulatorError(tool.message, { exitCode: 3 });
  checkTool(tool, await preloadLibrary('tty', env), env['PATH']);
  return tool;
}
