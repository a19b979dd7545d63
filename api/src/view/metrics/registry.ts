/** Everything that Prometheus reads, gathered when it asks. */
import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';
import type { QueueLoad, TimelineStats } from '../../service/ports.ts';
import type { Instruments } from './instruments.ts';
import type { Sample } from './times.ts';

/** Where the numbers come from; all are asked anew each time. */
export interface MetricsSources {
  readonly version: string;
  readonly instruments: Instruments;
  readonly timelineStore: string;
  readonly timelines: () => TimelineStats | undefined;
  readonly queues: () => Readonly<Record<string, QueueLoad>>;
  /** Streams that somebody listens to. */
  readonly streams: () => number;
}

/** What Prometheus reads, and what kind of text that is. */
export interface MetricsText {
  readonly contentType: string;
  text(): Promise<string>;
}

interface Description {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly collect: () => readonly Sample[];
}

/** Begins to watch the process, too, which goes on as long as it lives. */
export function metricsText(sources: MetricsSources): MetricsText {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const description of descriptions(sources)) registry.registerMetric(metricOf(description));
  return { contentType: registry.contentType, text: () => registry.metrics() };
}

/** A metric whose values are kept elsewhere: prom-client's own classes only take single events. */
function metricOf({ collect, ...description }: Description): Metric {
  const get = async () => ({ ...description, values: collect(), aggregator: 'sum' });
  return { ...description, get } as unknown as Metric;
}

const QUEUE_METRICS = {
  running: ['gauge', 'minitter_queue_running', 'Tasks being done, by queue.'],
  waiting: ['gauge', 'minitter_queue_waiting', 'Tasks that wait, by queue.'],
  limit: ['gauge', 'minitter_queue_limit', 'Tasks that may wait at most, by queue.'],
  refused: ['counter', 'minitter_queue_refused_total', 'Tasks turned away, by queue.'],
} as const satisfies Record<keyof QueueLoad, readonly [Description['type'], string, string]>;

function descriptions(sources: MetricsSources): Description[] {
  return [
    {
      type: 'gauge',
      name: 'minitter_info',
      help: 'The version that runs.',
      collect: () => [{ labels: { version: sources.version }, value: 1 }],
    },
    ...requestDescriptions(sources),
    ...timelineDescriptions(sources),
    ...queueDescriptions(sources),
    {
      type: 'gauge',
      name: 'minitter_streams',
      help: 'Streams that somebody listens to.',
      collect: () => [{ labels: {}, value: sources.streams() }],
    },
    ...databaseDescriptions(sources),
  ];
}

function requestDescriptions({ instruments: { requests } }: MetricsSources): Description[] {
  const seconds = 'minitter_http_request_duration_seconds';
  return [
    {
      type: 'counter',
      name: 'minitter_http_requests_total',
      help: 'Requests that have ended; 499: the client had gone before the answer.',
      collect: () => requests.totals(),
    },
    {
      type: 'histogram',
      name: seconds,
      help: 'From the head of a request to the end of its answer.',
      collect: () => requests.times(seconds),
    },
  ];
}

function timelineDescriptions({ timelineStore, timelines }: MetricsSources): Description[] {
  return [
    {
      type: 'gauge',
      name: 'minitter_timeline_store',
      help: 'How timelines are kept (TIMELINE_STORE).',
      collect: () => [{ labels: { kind: timelineStore }, value: 1 }],
    },
    {
      type: 'counter',
      name: 'minitter_timeline_reads_total',
      help: 'Timelines that came from memory (hit), or needed the database (miss).',
      collect: () => {
        const stats = timelines();
        if (!stats) return [];
        return [
          { labels: { result: 'hit' }, value: stats.hits },
          { labels: { result: 'miss' }, value: stats.misses },
        ];
      },
    },
    {
      type: 'gauge',
      name: 'minitter_timeline_memory_bytes',
      help: 'Memory in use for timelines.',
      collect: () => {
        const stats = timelines();
        return stats ? [{ labels: {}, value: stats.bytes }] : [];
      },
    },
  ];
}

function queueDescriptions({ queues }: MetricsSources): Description[] {
  return Object.entries(QUEUE_METRICS).map(([field, [type, name, help]]) => ({
    type,
    name,
    help,
    collect: () =>
      Object.entries(queues()).map(([queue, load]) => ({
        labels: { queue },
        value: load[field as keyof QueueLoad],
      })),
  }));
}

function databaseDescriptions({ instruments: { reads, writes } }: MetricsSources): Description[] {
  const [read, write] = ['minitter_database_read_seconds', 'minitter_database_write_seconds'];
  return [
    {
      type: 'histogram',
      name: read,
      help: 'Queries outside of units of work, without their wait for a connection.',
      collect: () => reads.samples(read),
    },
    {
      type: 'histogram',
      name: write,
      help: 'Units of work, from the queue until they are safe on disk.',
      collect: () => writes.samples(write),
    },
  ];
}
