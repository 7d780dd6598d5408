import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const MANIFEST = 'vstm32/package.json'; // a package finds itself by its own name, in a clone as where it is installed
const require = createRequire(import.meta.url);

/** Where a file of this package lies, by its path in it; in a clone the same. */
export function packageFile(path: string): string {
  return join(dirname(require.resolve(MANIFEST)), path);
}

/** A module that is run by its file's name: its source in a clone, what was made of it in the package. */
export function packageModule(source: string, built: string): string {
  return packageFile(import.meta.filename.endsWith('.ts') ? source : `dist/${built}`);
}

/** What package.json says of releases. */
interface Manifest {
  readonly version: string;
  /** That others may have installed. */
  readonly peerDependencies: Readonly<Record<string, string>>;
  /** That this package is tested with. */
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** The package.json of this package. */
export function packageManifest(): Manifest {
  return require(MANIFEST) as Manifest;
}
