/** Scenario 4: telling warm viewers, inside this process. */
import { setImmediate as turn } from 'node:timers/promises';
import { Engine } from '../../api/src/adapter/timeline-store/memory/engine.ts';
import { sourceKey } from '../../api/src/adapter/timeline-store/memory/sources.ts';
import { type Finding, fromRounds } from '../kit/findings.ts';
import { shuffled } from '../kit/load.ts';

const AUTHOR = sourceKey('author', 10_000_000);
const NOTHING = { ids: [], flags: [], floor: 0 };

/** An engine in which `viewers` people are warm and follow one author. */
function audienceOf(viewers: number): Engine {
  const engine = new Engine({ bytes: 2000 * viewers + 2 ** 24, pushLimit: Infinity });
  engine.load(AUTHOR, NOTHING);
  const warm = (id: number) => {
    const own = sourceKey('author', id);
    engine.load(own, NOTHING);
    const warming = engine.warm(id, [own, AUTHOR], 35);
    if (warming.kind !== 'warm') throw new Error(`viewer ${id} is not warm: ${warming.kind}`);
  };
  for (let id = 1; id <= viewers; id += 1) warm(id);
  // Gone and back in other orders, so that an audience is scattered over the memory as it is after
  // days of coming and going.
  for (const id of shuffled(viewers)) engine.dropViewer(id);
  for (const id of shuffled(viewers).toReversed()) warm(id);
  return engine;
}

/** Tells everybody of one tweet; how long it takes, and the longest that other work had to wait. */
async function tell(engine: Engine, id: number, last: number) {
  const begun = performance.now();
  engine.added(AUTHOR, id, 0);
  const answeredMs = performance.now() - begun;
  let stallMs = answeredMs;
  while (engine.isTelling) {
    const before = performance.now();
    await turn();
    stallMs = Math.max(stallMs, performance.now() - before);
  }
  const ms = performance.now() - begun;
  if (engine.page(last, { before: undefined, limit: 1, widest: 2 })?.[0] !== id) {
    throw new Error('the last viewer was not told');
  }
  return { ms, stallMs, answeredMs };
}

export async function fanOut(viewers: number, rounds: number): Promise<Finding[]> {
  const engine = audienceOf(viewers);
  const told: Awaited<ReturnType<typeof tell>>[] = [];
  // The first few fill the first blocks of every ring, and warm up the compiler.
  for (let n = 1; n <= rounds + 3; n += 1) told.push(await tell(engine, n * 4096, viewers));
  const steady = told.slice(3);
  const what = `fan-out to ${viewers.toLocaleString('en')} warm viewers`;
  return [
    fromRounds(
      {
        scenario: 4,
        what: `${what}: rate`,
        unit: 'M deliveries/s',
        bar: { atLeast: 5 },
        details: {},
      },
      steady.map(({ ms }) => viewers / ms / 1000),
    ),
    fromRounds(
      { scenario: 4, what: `${what}: time`, unit: 's', bar: { atMost: 0.25 }, details: {} },
      steady.map(({ ms }) => ms / 1000),
    ),
    {
      scenario: 4,
      what: `${what}: longest stall of the event loop`,
      value: Math.ceil(10 * Math.max(...steady.map(({ stallMs }) => stallMs))) / 10,
      unit: 'ms',
      bar: { atMost: 10 },
      details: { 'writer waits ms': Math.max(...steady.map(({ answeredMs }) => answeredMs)) },
    },
  ];
}
