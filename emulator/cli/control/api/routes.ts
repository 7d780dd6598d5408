import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { formatJsonEvent } from '../../../trace/json.ts';
import { describeEvent } from '../../../trace/text.ts';
import type { ArmedFault, Fault } from '../../../faults.ts';
import type { BoardSet } from './board-set.ts';
import { captureOf } from './capture.ts';
import { streamEvents } from './event-stream.ts';
import { flashMap as mapOf } from './flash-map.ts';
import { hexImage, imageSegments } from './images.ts';
import type { OpenRequests } from './open-requests.ts';
import { streamLive } from './live-stream.ts';
import {
  armedFault,
  boardId,
  boardState,
  eventsQuery,
  failure,
  fault,
  flashMap,
  imageQuery,
  liveQuery,
  memory,
  newBoard,
  numberedEvent,
  optionField,
  optionValues,
  pinLevel,
  pins,
  power,
  preload,
  protection,
  range,
  snapshotName,
  speed,
  traceQuery,
  waitFor,
} from './schemas.ts';
import { NotFound } from './served-board.ts';
import type { EventFilter, LoggedEvent, TraceLog } from './trace-log.ts';

const BYTES = 'application/octet-stream';
/** Events that somebody reads who has waited in vain. */
const SHOWN = 5;
const onBoard = z.object({ board: boardId });
const failures = { '4xx': failure, '5xx': failure };

/** Every route of the control API. */
export async function boardRoutes(
  scope: FastifyInstance,
  boards: BoardSet,
  open: OpenRequests,
): Promise<void> {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  scope.addHook('onRequest', refuseOtherBodies);

  app.get(
    '/boards',
    { schema: { summary: 'All boards', response: { 200: z.array(boardState), ...failures } } },
    async () => boards.list.map(({ state }) => state),
  );
  app.post(
    '/boards',
    {
      schema: {
        summary: 'One more board',
        body: newBoard,
        response: { 201: boardState, ...failures },
      },
    },
    async (request, reply) => {
      const { id, device, ...options } = request.body;
      const board = await boards.create(device, options, id);
      return await reply.code(201).send(board.state);
    },
  );
  app.get(
    '/boards/:board',
    {
      schema: {
        summary: 'What a board does now',
        params: onBoard,
        response: { 200: boardState, ...failures },
      },
    },
    async ({ params }) => boards.get(params.board).state,
  );
  app.delete(
    '/boards/:board',
    {
      schema: {
        summary: 'Remove a board',
        params: onBoard,
        response: { 204: z.null(), ...failures },
      },
    },
    async ({ params }, reply) => {
      await boards.remove(params.board);
      return await reply.code(204).send(null);
    },
  );

  app.put(
    '/boards/:board/pins/:pin',
    {
      schema: {
        summary: 'Drive a pin; NRST low holds the chip in reset',
        params: onBoard.extend({ pin: pins }),
        body: pinLevel,
        response: { 200: boardState, ...failures },
      },
    },
    async ({ params, body }) => {
      const served = boards.get(params.board);
      served.board.drive(params.pin, body.level);
      return served.state;
    },
  );
  app.put(
    '/boards/:board/power',
    {
      schema: {
        summary: 'Switch the power',
        params: onBoard,
        body: power,
        response: { 200: boardState, ...failures },
      },
    },
    async ({ params, body }) => {
      const served = boards.get(params.board);
      served.board.power(body.on);
      return served.state;
    },
  );
  app.post(
    '/boards/:board/reset',
    {
      schema: {
        summary: 'A pulse on NRST',
        params: onBoard,
        response: { 200: boardState, ...failures },
      },
    },
    async ({ params }) => {
      const served = boards.get(params.board);
      served.board.reset();
      return served.state;
    },
  );
  app.put(
    '/boards/:board/speed',
    {
      schema: {
        summary: 'Change what chip work costs',
        params: onBoard,
        body: speed,
        response: { 200: boardState, ...failures },
      },
    },
    async ({ params, body }) => {
      const served = boards.get(params.board);
      served.board.speed = body.speed;
      return served.state;
    },
  );

  app.get(
    '/boards/:board/memories',
    {
      schema: {
        summary: 'Names and places of the memories',
        params: onBoard,
        response: { 200: z.array(memory), ...failures },
      },
    },
    async ({ params }) => [...boards.get(params.board).memories],
  );
  const inMemory = onBoard.extend({ memory: z.string().max(64) });
  app.get(
    '/boards/:board/memories/:memory',
    {
      schema: {
        summary: 'Bytes of a memory, whatever protects them',
        params: inMemory,
        querystring: range,
        produces: [BYTES],
      },
    },
    async ({ params, query }, reply) => {
      const bytes = boards.get(params.board).read(params.memory, query.offset, query.length);
      return await reply.type(BYTES).send(Buffer.from(bytes));
    },
  );
  app.put(
    '/boards/:board/memories/:memory',
    {
      schema: {
        summary: 'Put bytes into a memory, whatever protects it',
        params: inMemory,
        querystring: range.omit({ length: true }),
        consumes: [BYTES],
        response: { 204: z.null(), ...failures },
      },
    },
    async ({ params, query, body }, reply) => {
      boards.get(params.board).write(params.memory, query.offset, bytesOf(body));
      return await reply.code(204).send(null);
    },
  );

  app.get(
    '/boards/:board/flash',
    {
      schema: {
        summary: 'Main flash as a map: pages or sectors, and what holds something',
        params: onBoard,
        response: { 200: flashMap, ...failures },
      },
    },
    async ({ params }) => mapOf(boards.get(params.board).board.chip),
  );

  app.get(
    '/boards/:board/options',
    {
      schema: {
        summary: 'Fields of the option bytes',
        params: onBoard,
        response: { 200: z.array(optionField), ...failures },
      },
    },
    async ({ params }) => [...boards.get(params.board).options],
  );
  app.patch(
    '/boards/:board/options',
    {
      schema: {
        summary: 'Store fields of the option bytes, and power the chip off and on',
        params: onBoard,
        body: optionValues,
        response: { 200: z.array(optionField), ...failures },
      },
    },
    async ({ params, body }) => {
      const served = boards.get(params.board);
      served.setOptions(body);
      return [...served.options];
    },
  );
  app.put(
    '/boards/:board/protection',
    {
      schema: {
        summary: 'Store a readout protection level, and power the chip off and on',
        params: onBoard,
        body: protection,
        response: { 200: boardState, ...failures },
      },
    },
    async ({ params, body }) => {
      const served = boards.get(params.board);
      served.setProtection(body.level);
      return served.state;
    },
  );

  app.get(
    '/boards/:board/image',
    {
      schema: {
        summary: 'Main flash: all of it, or as Intel HEX what is not erased',
        params: onBoard,
        querystring: imageQuery.omit({ address: true }),
        produces: [BYTES, 'text/plain'],
      },
    },
    async ({ params, query }, reply) => {
      const { board } = boards.get(params.board);
      if (query.format === 'bin')
        return await reply.type(BYTES).send(Buffer.from(board.flashImage()));
      return await reply.type('text/plain').send(await hexImage(board.chip.flash.cells));
    },
  );
  app.put(
    '/boards/:board/image',
    {
      schema: {
        summary: 'Load an image into main flash: bytes, Intel HEX or ELF, told by its content',
        params: onBoard,
        querystring: imageQuery.omit({ format: true }),
        consumes: [BYTES],
        response: { 200: boardState, ...failures },
      },
    },
    async ({ params, query, body }) => {
      const served = boards.get(params.board);
      const start = query.address ?? served.board.chip.flash.units[0]!.address;
      served.load(imageSegments(bytesOf(body), start));
      return served.state;
    },
  );

  app.get(
    '/boards/:board/faults',
    {
      schema: {
        summary: 'Faults that are armed, and when they struck',
        params: onBoard,
        response: { 200: z.array(armedFault), ...failures },
      },
    },
    async ({ params }) => boards.get(params.board).board.faults.map(plainFault),
  );
  app.post(
    '/boards/:board/faults',
    {
      schema: {
        summary: 'Arm a fault',
        params: onBoard,
        body: fault,
        response: { 201: armedFault, ...failures },
      },
    },
    async ({ params, body }, reply) => {
      const armed = boards.get(params.board).arm(body as Fault);
      return await reply.code(201).send(plainFault(armed));
    },
  );
  app.delete(
    '/boards/:board/faults',
    {
      schema: {
        summary: 'Disarm all faults',
        params: onBoard,
        response: { 204: z.null(), ...failures },
      },
    },
    async ({ params }, reply) => {
      boards.get(params.board).board.disarm();
      return await reply.code(204).send(null);
    },
  );
  app.delete(
    '/boards/:board/faults/:fault',
    {
      schema: {
        summary: 'Disarm one fault',
        params: onBoard.extend({ fault: z.coerce.number().int().min(1) }),
        response: { 204: z.null(), ...failures },
      },
    },
    async ({ params }, reply) => {
      const { board } = boards.get(params.board);
      if (board.disarm(params.fault)) return await reply.code(204).send(null);
      throw new NotFound(`no fault ${params.fault} of board ${params.board}`);
    },
  );

  app.get(
    '/boards/:board/snapshots',
    {
      schema: {
        summary: 'Names of the snapshots',
        params: onBoard,
        response: { 200: z.array(boardId), ...failures },
      },
    },
    async ({ params }) => [...boards.get(params.board).snapshots],
  );
  app.post(
    '/boards/:board/snapshots',
    {
      schema: {
        summary: 'Keep memories, protection, pins, power, speed, faults and seed',
        params: onBoard,
        body: snapshotName,
        response: { 201: z.object({ name: boardId }), ...failures },
      },
    },
    async ({ params, body }, reply) => {
      const name = boards.get(params.board).snapshot(body.name);
      return await reply.code(201).send({ name });
    },
  );
  const ofSnapshot = onBoard.extend({ snapshot: boardId });
  app.post(
    '/boards/:board/snapshots/:snapshot/restore',
    {
      schema: {
        summary: 'Put a snapshot back, and start the chip anew',
        params: ofSnapshot,
        response: { 200: boardState, ...failures },
      },
    },
    async ({ params }) => {
      const served = boards.get(params.board);
      served.restore(params.snapshot);
      return served.state;
    },
  );
  app.delete(
    '/boards/:board/snapshots/:snapshot',
    {
      schema: {
        summary: 'Forget a snapshot',
        params: ofSnapshot,
        response: { 204: z.null(), ...failures },
      },
    },
    async ({ params }, reply) => {
      boards.get(params.board).forget(params.snapshot);
      return await reply.code(204).send(null);
    },
  );

  app.post(
    '/boards/:board/preload',
    {
      schema: {
        summary:
          'Make the ports real to tools of this machine: USB, I2C, SPI, CAN, parity, DTR, RTS',
        params: onBoard,
        response: { 200: preload, ...failures },
      },
    },
    async ({ params }) => await boards.get(params.board).preload(),
  );

  app.get(
    '/boards/:board/trace',
    {
      schema: {
        summary: 'Events that have been, from a number on',
        params: onBoard,
        querystring: traceQuery,
        response: { 200: z.array(numberedEvent), ...failures },
      },
    },
    async ({ params, query }) => {
      const { log } = boards.get(params.board);
      return log.read(query.since ?? log.first, query.most, filterOf(query)).map(plainEvent);
    },
  );
  app.get(
    '/boards/:board/events',
    {
      schema: {
        summary: 'Events as they come, as server-sent events',
        params: onBoard,
        querystring: eventsQuery,
        produces: ['text/event-stream'],
      },
    },
    async (request, reply) => {
      const { params, query, headers } = request;
      const { log, removed } = boards.get(params.board);
      const gone = open.enter(request, reply);
      const last = Number(headers['last-event-id']);
      const next = Number.isInteger(last) && last > 0 ? last + 1 : log.last + 1;
      reply.hijack();
      const from = Math.min(query.since ?? next, log.last + 1);
      streamEvents(log, reply.raw, from, filterOf(query), { gone, removed });
    },
  );
  app.get(
    '/boards/:board/capture',
    {
      schema: {
        summary: 'Events that have been, as pcapng for Wireshark',
        params: onBoard,
        produces: [BYTES],
      },
    },
    async ({ params }, reply) => {
      return await reply.type(BYTES).send(captureOf(boards.get(params.board)));
    },
  );
  app.get(
    '/live',
    {
      schema: {
        summary: 'What the page shows, of all boards and of one, as server-sent events',
        querystring: liveQuery,
        produces: ['text/event-stream'],
      },
    },
    async (request, reply) => {
      const { query } = request;
      const opened = query.board === undefined ? undefined : boards.get(query.board);
      const kinds = query.trace === 'all' ? undefined : query.trace;
      const filter = { ...filterOf({ kinds, ports: query.ports }), text: query.text };
      const gone = open.enter(request, reply);
      reply.hijack();
      streamLive(boards, reply.raw, opened, query.trace === undefined ? undefined : filter, gone);
    },
  );
  app.post(
    '/boards/:board/wait',
    {
      schema: {
        summary: 'Wait until something has happened',
        params: onBoard,
        body: waitFor,
        response: { 200: numberedEvent, ...failures },
      },
    },
    async (request, reply) => {
      const { body, params } = request;
      const board = boards.get(params.board);
      const since = body.since ?? board.log.last + 1;
      const found = await board.wait({ ...body, since }, open.enter(request, reply));
      if (found !== undefined) return plainEvent(found);
      if (board.removed.aborted) throw new NotFound(`board ${params.board} is removed`);
      const error = `no ${body.kind} within ${body.timeoutMs} ms; ${whatCame(board.log, since)}`;
      return await reply.code(408).send({ error });
    },
  );
}

/** What somebody reads who has waited in vain. */
function whatCame(log: TraceLog, since: number): string {
  const events = log.read(since, Infinity).filter(({ event: { kind } }) => !/^[rt]x$/.test(kind));
  const last = events.slice(-SHOWN).map(({ event: happened }) => describeEvent(happened));
  if (last.length === 0) return 'nothing came';
  return `what came${events.length > SHOWN ? ' at last' : ''}: ${last.join(', ')}`;
}

/** A body of another type than the route takes is refused before it is read. */
async function refuseOtherBodies(
  { headers, routeOptions: { schema } }: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const json = schema?.body === undefined ? [] : ['application/json'];
  const [wanted] = schema?.consumes ?? json;
  const hasBody = 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0;
  const given = headers['content-type']?.split(';')[0]!.trim().toLowerCase();
  if (!hasBody || wanted === undefined || given === wanted) return undefined;
  const error = `a body of ${given ?? 'no type'} is not taken: send ${wanted}`;
  return await reply.code(415).send({ error });
}

/** What a body of bytes holds; an empty one is no bytes. */
function bytesOf(body: unknown): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array();
}

function filterOf({
  kinds,
  ports,
}: {
  kinds?: string | undefined;
  ports?: string | undefined;
}): EventFilter {
  return { kinds: kinds?.split(','), ports: ports?.split(',') };
}

function plainFault({ id, fault: what, struck }: ArmedFault): z.infer<typeof armedFault> {
  return { id, fault: what as z.infer<typeof fault>, struck: [...struck] };
}

function plainEvent({ seq, event: happened }: LoggedEvent): z.infer<typeof numberedEvent> {
  return numberedEvent.parse({ seq, event: JSON.parse(formatJsonEvent(happened)) });
}
