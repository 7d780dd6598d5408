import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ConformanceError } from '../../errors.ts';

/**
 * An npm package that only some boards need, and that is installed for them: beside vstm32, or in the
 * folder in which the command was started. `T` is what is used of it.
 * @throws ConformanceError that says how to install it
 */
export function peerPackage<T>(name: string, version: string, target: string): T {
  const place = findPeerPackage(name);
  if (place === undefined) {
    throw new ConformanceError(
      `--target ${target} needs an npm package: npm install ${name}@${version}`,
      { exitCode: 3 },
    );
  }
  try {
    return createRequire(import.meta.url)(place) as T;
  } catch (cause) {
    const [why] = (cause as Error).message.split('\n');
    throw new ConformanceError(`the npm package ${name} cannot be loaded here: ${why}`, {
      exitCode: 3,
      cause,
    });
  }
}

/** Where the package is; undefined when it is not installed. */
export function findPeerPackage(name: string): string | undefined {
  const started = process.env['INIT_CWD']; // npm and npx may have left the folder
  const folders = [process.cwd(), ...(started === undefined ? [] : [started])];
  return [import.meta.url, ...folders.map((each) => join(each, 'package.json'))]
    .map((from) => resolved(name, from))
    .find((each) => each !== undefined);
}

function resolved(name: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}
