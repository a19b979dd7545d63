/** What the owner of the access matrix has, by the names that its rows use. */
import assert from 'node:assert/strict';
import type { Answer, Person, TestApp } from './app.ts';
import { fileOf, jpegOf } from './media.ts';

/** The owner, somebody else, and a third with whom either may have to do. */
export type People = Readonly<Record<'owner' | 'other' | 'third', Person>>;
interface Scene extends People {
  readonly app: TestApp;
}
type MakeThing = (scene: Scene) => string | Promise<string>;

/** Each is made when a row first asks for it. */
export class Things {
  readonly #scene: Scene;
  readonly #made = new Map<string, string>();

  constructor(app: TestApp, people: People) {
    this.#scene = { app, ...people };
  }

  /** A text with things in place of their names. */
  async put(text: string): Promise<string> {
    let filled = text;
    for (const [mark, name = ''] of text.matchAll(/<(\w+)>/g)) {
      filled = filled.replace(mark, await this.#thing(name));
    }
    return filled;
  }

  async #thing(name: string): Promise<string> {
    if (name === 'new') return `new${(counter += 1)}`;
    const make = MAKERS[name];
    assert.ok(make, `nobody knows how to make <${name}>`);
    const made = this.#made.get(name) ?? (await make(this.#scene));
    this.#made.set(name, made);
    return made;
  }
}

let counter = 0;

/** Does something as one of them. @returns the answer's body */
async function done(
  { call }: TestApp,
  as: Person,
  request: Parameters<TestApp['call']>[0],
  json?: object,
): Promise<Answer['body']> {
  const { status, body, text } = await call(request, { as, json });
  assert.equal(status, 200, `${request}: ${text}`);
  return body;
}

const status =
  (visibility: string): MakeThing =>
  async ({ app, owner }) =>
    (await done(app, owner, 'POST /api/v1/statuses', { status: 'hello', visibility })).id;

const filterOf: MakeThing = async ({ app, owner }) => {
  const json = { title: 'No', context: ['home'], keywords_attributes: [{ keyword: 'spoiler' }] };
  return (await done(app, owner, 'POST /api/v2/filters', json)).id;
};

const MAKERS: Readonly<Record<string, MakeThing>> = {
  owner: ({ owner }) => String(owner.id),
  third: ({ third }) => String(third.id),
  ownerPassword: ({ owner }) => owner.password,
  session: async ({ app, owner }) => {
    const sessions = await done(app, owner, 'GET /api/minitter/v1/sessions');
    return sessions.find(({ current }: { current: boolean }) => !current).id;
  },
  followed: async ({ app, owner, third }) => {
    await done(app, owner, `POST /api/v1/accounts/${third.id}/follow`);
    return String(third.id);
  },
  name: async ({ app, owner }) => (await done(app, owner, `GET /api/v1/accounts/${owner.id}`)).acct,
  ownerEmail: ({ owner }) => owner.email,
  word: () => 'hello',
  number: () => '1',
  date: () => '2026-01-01',
  public: status('public'),
  unlisted: status('unlisted'),
  private: status('private'),
  direct: status('direct'),
  list: async ({ app, owner }) =>
    (await done(app, owner, 'POST /api/v1/lists', { title: 'Friends' })).id,
  filter: filterOf,
  keyword: async (scene) => {
    const id = await filterOf(scene);
    const keywords = await done(scene.app, scene.owner, `GET /api/v2/filters/${id}/keywords`);
    return keywords[0].id;
  },
  filteredStatus: async (scene) => {
    const id = await filterOf(scene);
    const json = { status_id: await status('public')(scene) };
    return (await done(scene.app, scene.owner, `POST /api/v2/filters/${id}/statuses`, json)).id;
  },
  notification: async (scene) => (await notified(scene)).id,
  group: async (scene) => (await notified(scene)).group_key,
  asker: async ({ app, owner, third }) => {
    await done(app, owner, 'PATCH /api/v1/accounts/update_credentials', { locked: true });
    await done(app, third, `POST /api/v1/accounts/${owner.id}/follow`);
    return String(third.id);
  },
  media: async (scene) => (await uploaded(scene)).id,
  file: async (scene) => String((await uploaded(scene)).url).replace(/^.*\//, ''),
};

/** What the owner is told of. */
async function notified(scene: Scene) {
  const { app, owner, third } = scene;
  await done(app, third, `POST /api/v1/statuses/${await status('public')(scene)}/favourite`);
  return (await done(app, owner, 'GET /api/v1/notifications'))[0];
}

async function uploaded({ app, owner }: Scene) {
  const form = new FormData();
  form.append('file', fileOf(await jpegOf('teal')), 'picture.jpg');
  return (await app.call('POST /api/v2/media', { as: owner, raw: form })).body;
}
