/** The real server, with two more addresses: what it is compared to. */
import { CompiledQuery } from 'kysely';
import type { AddressInfo } from 'node:net';
import { createApp } from '../../api/src/app.ts';
import { makeLog } from '../../api/src/command/log.ts';
import { loadConfig } from '../../api/src/config.ts';
import { report } from './kit.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** The course's query for a timeline, with the newest 20 as its readers expect them. */
const NAIVE_JOIN = `
  SELECT t.user_id, t.tweet FROM tweets t
  LEFT JOIN users_follow_list f ON f.user_id = ? AND t.user_id = f.follow_user_id
  WHERE t.user_id = ? OR t.user_id = f.follow_user_id
  ORDER BY t.id DESC LIMIT 20`;

const config = loadConfig();
const app = await createApp(config, makeLog(config.logLevel));
let prebuilt = Buffer.alloc(0);

app.server.get('/bench/prebuilt', (_request, reply) =>
  reply.header('content-type', JSON_TYPE).send(prebuilt),
);
app.server.get('/bench/naive', async ({ headers }, reply) => {
  const { userId } = await app.services.sessions.authenticate(headers.authorization ?? '');
  const query = CompiledQuery.raw(NAIVE_JOIN, [userId, userId]);
  const { rows: timeline } = await app.store.reader.executeQuery(query);
  return reply.header('content-type', JSON_TYPE).send({ user_id: userId, timeline });
});
// The whole pipeline but for the work: router, token, headers, and schemas as the classic routes have them.
app.server.get(
  '/bench/tiny',
  {
    schema: {
      querystring: { type: 'object', properties: { limit: { type: 'integer' } } },
      response: { 200: { type: 'object', properties: { ok: { type: 'boolean' } } } },
    },
  },
  ({ headers }) => {
    app.services.sessions.recall(headers.authorization ?? '');
    return { ok: true };
  },
);

await app.server.listen({ host: '127.0.0.1', port: 0 });
const { port } = app.server.server.address() as AddressInfo;
report({
  url: `http://127.0.0.1:${port}`,
  timelines: () => app.timelines.stats,
  setPrebuilt: (bytes) => {
    prebuilt = Buffer.alloc(bytes, 'x');
  },
});
