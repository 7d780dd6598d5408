import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import fastify from 'fastify';
import type { FastifyError, FastifyInstance } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import { EmulatorError } from '../../../errors.ts';
import type { BoardSet } from './board-set.ts';
import { guard } from './guard.ts';
import type { Admission } from './guard.ts';
import { OpenRequests, TooMuch } from './open-requests.ts';
import { servePage } from './page.ts';
import { boardRoutes } from './routes.ts';
import { NotFound } from './served-board.ts';

/** Largest body in bytes: an image of the largest flash as Intel HEX. */
const LARGEST_BODY = 32 * 1024 * 1024;
/** Largest body of JSON in bytes: to parse it takes time and memory. */
const LARGEST_JSON = 256 * 1024;
/** How long a client may take to send its request, ms. */
const REQUEST_MS = 60_000;
const MOST_CONNECTIONS = 256;

/** How much of a server its clients may take: far more than a suite does. */
export interface Limits {
  /** Requests of one client in a second. */
  readonly requests: number;
  /** Streams of events and waits at a time. */
  readonly open: number;
  /** How long a client may take to begin, until its headers are there, ms. */
  readonly headersMs: number;
}

const LIMITS: Limits = { requests: 10_000, open: 200, headersMs: 10_000 };

/** The HTTP server of the control API, not listening yet. */
export async function controlApp(
  boards: BoardSet,
  admission: Admission,
  version: string,
  limits: Limits = LIMITS,
): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: LARGEST_JSON,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: limits.headersMs,
    http: { headersTimeout: limits.headersMs, connectionsCheckingInterval: limits.headersMs / 4 },
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
  });
  app.server.maxConnections = MOST_CONNECTIONS;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  // a request without a body may say that it would be JSON, as a script does that says so each time
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parseJson(request, String(body), done);
  });
  app.removeContentTypeParser('text/plain'); // what a form of another site may send without being asked
  app.addContentTypeParser(
    'application/octet-stream',
    { parseAs: 'buffer', bodyLimit: LARGEST_BODY },
    (_request, body, done) => done(null, body),
  );
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = statusOf(error);
    const text = status === 500 ? `a fault of vstm32: ${error.message}` : error.message;
    return reply.code(status).send({ error: text });
  });
  app.setNotFoundHandler(async (request, reply) =>
    reply
      .code(404)
      .send({ error: `nothing is at ${request.url.split('?')[0]}: see /openapi.json` }),
  );
  guard(app, admission);
  await app.register(rateLimit, {
    max: limits.requests,
    timeWindow: 1000,
    keyGenerator: ({ ip }) => ip ?? '', // that of a unix socket has none
    addHeaders: NO_HEADERS,
    addHeadersOnExceeding: NO_HEADERS,
    errorResponseBuilder: (_request, { max }) =>
      new TooMuch(`more than ${max} requests in a second: send fewer`),
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'vstm32',
        version,
        description: 'Watch and steer virtual STM32 boards.',
      },
    },
    transform: jsonSchemaTransform,
  });
  const open = new OpenRequests(limits.open);
  await app.register(async (scope) => await boardRoutes(scope, boards, open));
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await servePage(app);
  await app.ready();
  return app;
}

/** They would be in each answer. */
const NO_HEADERS = {
  'x-ratelimit-limit': false,
  'x-ratelimit-remaining': false,
  'x-ratelimit-reset': false,
};

function statusOf(error: FastifyError | EmulatorError): number {
  if (error instanceof NotFound) return 404;
  if (error instanceof TooMuch) return 429;
  if (error instanceof EmulatorError) return 422;
  return 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
}

/** Where a server listens: `host` and `port`, or the path of a unix socket. */
export type Listening =
  { readonly host: string; readonly port: number } | { readonly path: string };

/** Where it really listens, which a port of 0 does not say. */
export function addressOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
