import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isLoopback } from '../../../links/address.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** It tells nothing of a board and changes none: whoever asks may have it. */
    readonly harmless?: true;
  }
}

/** Who may steer the boards. */
export interface Admission {
  /** The words that a client must bring; undefined where the server is reached from this machine alone. */
  readonly token?: string | undefined;
  /** It listens on a unix socket: whoever may open that may steer. */
  readonly local: boolean;
}

/**
 * Lets no page of another site steer a board: by its Host a name that was bound to this machine (DNS rebinding), by
 * its Origin a form or a script of elsewhere.
 */
export function guard(app: FastifyInstance, { token, local }: Admission): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!local && token === undefined && !isLoopback(hostOf(request).replace(/^\[|\]$/g, ''))) {
      return await refuse(
        reply,
        421,
        `this server is not called ${hostOf(request)}: use 127.0.0.1`,
      );
    }
    if (request.routeOptions.config.harmless === true) return undefined;
    const { origin, 'sec-fetch-site': site } = request.headers;
    const foreign =
      origin !== undefined && origin !== `${request.protocol}://${request.headers.host}`;
    if (foreign || site === 'cross-site' || site === 'same-site') {
      return await refuse(reply, 403, 'a page of another site steers no board');
    }
    if (token !== undefined && !isToken(request, token)) {
      void reply.header('www-authenticate', 'Bearer');
      return await refuse(reply, 401, 'a token is needed: Authorization: Bearer TOKEN');
    }
    return undefined;
  });
}

function hostOf({ headers }: FastifyRequest): string {
  return (headers.host ?? '').replace(/:\d+$/, '');
}

function isToken(request: FastifyRequest, token: string): boolean {
  const given = request.headers.authorization?.replace(/^Bearer /i, '') ?? '';
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

async function refuse(reply: FastifyReply, status: number, error: string): Promise<FastifyReply> {
  return await reply.code(status).send({ error });
}
