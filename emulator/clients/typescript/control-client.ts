import { Agent, request } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { z } from 'zod';
import { codeOf, socketName } from '../../cli/control/unix-socket.ts';
import { failure } from '../../cli/control/api/schemas.ts';
import { EmulatorError } from '../../errors.ts';

/** What a server of the control API refused, with its HTTP status. */
export class Refusal extends EmulatorError {
  /** 404 what is not there, 408 nothing came in time, 422 what makes no sense, 429 too much at once. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Speaks the control API to one server. */
export class ControlClient {
  readonly #where: string;
  readonly #to: RequestOptions;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent = new Agent({ keepAlive: true });

  /** `where` is the path of a unix socket, or `http://HOST:PORT`. @throws EmulatorError for another URL */
  constructor(where: string, token?: string) {
    this.#where = where;
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    this.#to = { ...placeOf(where), agent: this.#agent };
  }

  /** What a route answers to JSON, parsed by `schema`. @throws Refusal, EmulatorError where nobody answers */
  async call<T>(method: string, path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> {
    const json = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const answer = await this.bytes(method, path, json, 'application/json');
    return schema.parse(answer.length === 0 ? null : JSON.parse(answer.toString()));
  }

  /** The bytes that a route answers. @throws Refusal, EmulatorError where nobody answers */
  async bytes(
    method: string,
    path: string,
    body?: Uint8Array,
    type = 'application/octet-stream',
  ): Promise<Buffer> {
    return await buffer(await this.#ask(method, path, body, type));
  }

  /** An answer that is read as it comes; destroying it ends it. */
  async stream(path: string): Promise<IncomingMessage> {
    return await this.#ask('GET', path);
  }

  /** Ends what is open. */
  close(): void {
    this.#agent.destroy();
  }

  async #ask(method: string, path: string, body?: Uint8Array, type = ''): Promise<IncomingMessage> {
    const length =
      body === undefined ? {} : { 'content-type': type, 'content-length': body.length };
    const headers = { ...this.#headers, ...length };
    const response = await sent({ ...this.#to, method, path, headers }, body).catch(
      (cause: unknown) => {
        const why = codeOf(cause) ?? String(cause);
        throw new EmulatorError(
          `no board listens on ${this.#where} (${why}): start one with vstm32 run DEVICE ${optionOf(this.#where)}`,
          { exitCode: 3, cause },
        );
      },
    );
    const { statusCode: status = 0 } = response;
    if (status >= 200 && status < 300) return response;
    const said = failure.safeParse(parsed((await buffer(response)).toString()));
    throw new Refusal(said.success ? said.data.error : `status ${status}`, status);
  }
}

/** Sends a request, a second time where the server had just closed the connection that was kept. */
async function sent(options: RequestOptions, body?: Uint8Array): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const asked = request(options, resolve);
    asked.on('error', (error) => {
      if (asked.reusedSocket && codeOf(error) === 'ECONNRESET') resolve(sent(options, body));
      else reject(error);
    });
    asked.end(body);
  });
}

function placeOf(where: string): RequestOptions {
  if (!/^https?:/.test(where)) return { socketPath: socketName(where) };
  const { protocol, hostname, port } = new URL(where);
  if (protocol !== 'http:') throw new EmulatorError(`${where}: the control API is at http://`);
  return { host: hostname.replace(/^\[|\]$/g, ''), port };
}

function optionOf(where: string): string {
  return where.startsWith('http:')
    ? `--http ${where.replace(/^http:\/\//, '')}`
    : `--control ${where}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
