import { request } from 'node:http';
import { z } from 'zod';
import { EmulatorError } from '../../../errors.ts';
import { codeOf, socketName } from '../unix-socket.ts';

const failure = z.object({ error: z.string() });

/** Speaks the control API to a server on a unix socket. */
export class ControlClient {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  /** What a route answers to JSON, parsed by `schema`. @throws EmulatorError with what the server says */
  async call<T>(method: string, path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> {
    const json = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const answer = await this.bytes(method, path, json, 'application/json');
    return schema.parse(answer.length === 0 ? null : JSON.parse(answer.toString()));
  }

  /** The bytes that a route answers. @throws EmulatorError with what the server says */
  async bytes(
    method: string,
    path: string,
    body?: Uint8Array,
    type = 'application/octet-stream',
  ): Promise<Buffer> {
    const { status, answer } = await new Promise<{ status: number; answer: Buffer }>(
      (resolve, reject) => {
        const asked = request(
          {
            socketPath: socketName(this.#socket),
            method,
            path,
            headers:
              body === undefined ? {} : { 'content-type': type, 'content-length': body.length },
          },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('error', reject);
            response.on('end', () =>
              resolve({ status: response.statusCode ?? 0, answer: Buffer.concat(chunks) }),
            );
          },
        );
        asked.on('error', reject);
        asked.end(body);
      },
    ).catch((cause: unknown) => {
      throw new EmulatorError(
        `no board listens on ${this.#socket} (${codeOf(cause) ?? String(cause)}): start one with vstm32 run DEVICE --control ${this.#socket}`,
        { exitCode: 3, cause },
      );
    });
    if (status >= 200 && status < 300) return answer;
    const said = failure.safeParse(parsed(answer.toString()));
    throw new EmulatorError(said.success ? said.data.error : `status ${status}`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
