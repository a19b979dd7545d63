/**
 * What it costs to count a request for the metrics: `node bench/micro/metrics.ts`. The same replies are
 * made with and without; the difference is the cost.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { replyBearing } from '../../api/src/view/headers.ts';
import { RequestCounts } from '../../api/src/view/metrics/requests.ts';

const REPLIES = 500_000;
const ROUNDS = 15;

type Hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;

/** The hook that marks requests, as the framework would call it. */
function markingHook(counts: RequestCounts): Hook {
  let hook: Hook | undefined;
  const addHook = (_: string, onRoute: (route: RouteOptions) => void) => {
    const route = { method: 'GET', url: '/timeline' } as RouteOptions;
    onRoute(route);
    [hook] = [route.onRequest ?? []].flat() as unknown as Hook[];
  };
  counts.watch({ addHook } as unknown as FastifyInstance);
  if (!hook) throw new Error('no hook was added');
  return hook;
}

const Plain = replyBearing({}, { server: { isStopping: false }, keepAliveSeconds: 75 });
const counts = new RequestCounts();
const Counted = counts.repliesOf(Plain);
const mark = markingHook(counts);
const request = new IncomingMessage(new Socket());
request.method = 'GET';
const nothing = () => {};

/** @returns nanoseconds per reply */
function time(work: () => void): number {
  const begun = process.hrtime.bigint();
  for (let i = 0; i < REPLIES; i += 1) work();
  return Number(process.hrtime.bigint() - begun) / REPLIES;
}

const reply = { raw: undefined as unknown as ServerResponse };

function plain(): void {
  reply.raw = new Plain(request);
  nothing();
}

function counted(): void {
  reply.raw = new Counted(request);
  mark({ method: 'GET' } as FastifyRequest, reply as FastifyReply, nothing);
  counts.count(reply.raw);
}

const costs: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) costs.push(time(counted) - time(plain));
// The first rounds are compiled while they run.
const settled = costs.slice(3).toSorted((a, b) => a - b);
console.log(
  `${settled.length} rounds of ${REPLIES} replies: counting one costs ` +
    `${(settled[Math.floor(settled.length / 2)] as number).toFixed(0)} ns ` +
    `(from ${(settled[0] as number).toFixed(0)} to ${(settled.at(-1) as number).toFixed(0)})`,
);
