import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** What a registry says of a package, as `npm install` needs it. */
export interface Published {
  readonly manifest: { readonly name: string; readonly version: string };
  readonly tarball: Uint8Array;
}

/** A registry on this machine that has one package, and sends to another registry for all else. */
export class Registry implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;

  static async start({ manifest, tarball }: Published, others: string): Promise<Registry> {
    const { name, version } = manifest;
    const server = createServer((request, response) => {
      const { url = '/' } = request;
      if (url === `/${name}.tgz`) {
        response.end(tarball);
      } else if (url.split('?')[0] === `/${name}`) {
        const dist = { tarball: `http://${request.headers.host}/${name}.tgz` };
        const versions = { [version]: { ...manifest, dist } };
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions }));
      } else {
        response.writeHead(302, { location: new URL(url, others).href }).end();
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Registry(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
