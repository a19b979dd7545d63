import '../kit/client.ts';
import assert from 'node:assert/strict';
import { beforeEach, it } from 'node:test';
import { serve, status } from '../kit/server.ts';

const { forgetRelations } = await import('#lib/state/people.svelte.ts');
const { session } = await import('#lib/state/session.svelte.ts');
const { suggestedPeople } = await import('#lib/state/suggested-people.ts');

const by = (id: string) => ({ account: { id, acct: `p${id}`, username: `p${id}` } });

beforeEach(() => forgetRelations());

it('suggests who has written lately: once each, and nobody who is followed, asked, or oneself', async (t) => {
  session.me = { id: '1' } as typeof session.me;
  serve(t, ({ path }) =>
    path.startsWith('/api/v1/timelines/public')
      ? { json: ['1', '4', '2', '4', '3', '5'].map((id, i) => status(String(i), by(id))) }
      : {
          json: [
            { id: '2', following: true, requested: false },
            { id: '3', following: false, requested: true },
            { id: '4', following: false, requested: false },
            { id: '5', following: false, requested: false },
          ],
        },
  );
  const people = await suggestedPeople();
  assert.deepEqual(
    people.map(({ id }) => id),
    ['4', '5'],
  );
});
