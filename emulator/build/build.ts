// Builds the package into `dist`: `npm run build`.
import { packageFile } from '../package-files.ts';
import { bundle } from './bundle.ts';

await bundle(packageFile('.'), { types: true });
