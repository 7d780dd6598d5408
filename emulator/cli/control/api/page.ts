import { readFile, readdir } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { packageFile } from '../../../package-files.ts';

/** Where `npm run build` puts the page. */
const BUILT = packageFile('dist/page');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The page takes everything from this server, runs nothing that is written into it, and is shown within no other. */
const POLICY =
  "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

/** Serves the page that shows the boards; whoever asks may have it, what it shows is asked for by its script. */
export async function servePage(app: FastifyInstance): Promise<void> {
  const names = await readdir(BUILT).catch((): string[] => []);
  for (const name of names) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const content = await readFile(resolve(BUILT, name));
    const url = name === 'index.html' ? '/' : `/${name}`;
    app.get(url, { schema: { hide: true }, config: { harmless: true } }, async (_request, reply) =>
      reply
        .type(type)
        .header('content-security-policy', POLICY)
        .header('x-content-type-options', 'nosniff')
        .header('referrer-policy', 'no-referrer')
        .header('cache-control', 'no-cache')
        .send(content),
    );
  }
  if (names.includes('index.html')) return;
  app.get('/', { schema: { hide: true }, config: { harmless: true } }, async (_request, reply) =>
    reply
      .code(404)
      .send({ error: 'the page is not built: npm run build; the API is at /openapi.json' }),
  );
}
