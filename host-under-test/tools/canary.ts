import { createHash } from 'node:crypto';
import { EmulatorError, temporaryFolder } from '../../emulator/index.ts';
import { environment, placeOf } from '../place.ts';
import { startInTerminal } from './terminal.ts';
import type { FoundTool } from './find.ts';
import { NOT_OFFERED } from './template.ts';

/** Wall time in ms for saying no. */
const LIMIT_MS = 20_000;

/** Asks a wrapper with a contract for a job that nobody knows. @throws EmulatorError where it does not say so */
export async function checkContract(tool: FoundTool, seed: number): Promise<void> {
  if (tool.contract !== true) return;
  const jobName = `canary-${createHash('sha256').update(String(seed)).digest('hex').slice(0, 8)}`;
  using temporary = await temporaryFolder('vstm32-canary-');
  const folder = temporary.path;
  const place = {
    ...placeOf({ do: 'detect' }, tool.transports[0]!, '/dev/null', folder),
    jobName,
  };
  const command = tool.command(place);
  if (command === undefined) return;
  const env = { ...process.env, ...environment(place) };
  const { ended } = startInTerminal(tool.files.get(command[0]!)!, command.slice(1), {
    cwd: folder,
    env,
    limitMs: LIMIT_MS,
  });
  const { exitCode } = await ended;
  const wanted = tool.notOffered ?? NOT_OFFERED;
  if (exitCode === wanted) return;
  const did = exitCode === undefined ? 'it did not end' : `its exit code is ${exitCode}`;
  throw new EmulatorError(
    `${tool.name} claims a contract, but asked for the job ${jobName} (VSTM32_JOB) ${did}: it must be ${wanted} for jobs that it does not know`,
  );
}
