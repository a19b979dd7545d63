/** A small town of made-up people, for screenshots and for tests that look at every page. */
import { decorate, DRAWINGS, faceOf, upload } from './pictures.ts';
import { join, type Person, post, tweet } from './server.ts';

export interface Town {
  /** Whose timeline is shown. */
  readonly sea: Person;
  readonly ada: Person;
  /** The path of a tweet in a conversation. */
  readonly thread: string;
  /** The path of a list. */
  readonly list: string;
}

type People = Readonly<Record<'sea' | 'ada' | 'minsu' | 'grace' | 'jiyu', Person>>;
/** Ids of tweets that others react to. */
type Tweets = Readonly<Record<'walk' | 'poem' | 'tea', string>>;

export async function fillTown(url: string): Promise<Town> {
  const people = await settle(url);
  const { sea, ada, minsu, jiyu } = people;
  const tweets = await talk(url, people);
  await react(url, people, tweets);
  const list = String((await post(url, '/api/v1/lists', { title: '동네 사람들' }, sea)).id);
  await post(url, '/api/v1/lists', { title: '차 친구들' }, sea);
  const account_ids = [jiyu.id, minsu.id];
  await post(url, `/api/v1/lists/${list}/accounts`, { account_ids }, sea);
  return { sea, ada, thread: `/@bada/${tweets.tea}`, list: `/lists/${list}` };
}

async function settle(url: string): Promise<People> {
  const sea = await join(url, '바다', 'bada');
  const ada = await join(url, 'Ada Lovelace', 'ada');
  const minsu = await join(url, '민수의 동네 산책', 'minsu');
  const grace = await join(url, 'Grace', 'grace');
  const jiyu = await join(url, '지유', 'jiyu');
  const follow = async (who: Person, ...whom: Person[]) => {
    for (const one of whom) await post(url, '/follow', { follow: Number(one.id) }, who);
  };
  await follow(sea, ada, minsu, grace, jiyu);
  await follow(ada, sea, grace);
  await follow(minsu, sea, jiyu);
  await follow(jiyu, sea);
  for (const [who, note] of [
    [sea, '부산에서 차를 마시고 글을 씁니다. #차 이야기를 좋아해요.'],
    [ada, 'Mathematics, engines, and the occasional poem.\nhttps://example.com/notes'],
    [minsu, '동네를 걷고 사진을 찍습니다.'],
  ] as const) {
    await post(url, '/api/v1/accounts/update_credentials', { note }, who, 'PATCH');
  }
  await decorate(url, sea, { avatar: faceOf('#2f6f7e', '#d9eef0'), header: DRAWINGS.sea });
  await decorate(url, ada, { avatar: faceOf('#7a3e65', '#f3dcea') });
  await decorate(url, minsu, { avatar: faceOf('#8a5a2b', '#f6e7cf') });
  return { sea, ada, minsu, grace, jiyu };
}

async function talk(url: string, { sea, ada, minsu, grace, jiyu }: People): Promise<Tweets> {
  await tweet(url, grace, 'A ship in port is safe; but that is not what ships are built for.');
  const poem = await tweet(
    url,
    ada,
    'The engine weaves algebraical patterns just as the Jacquard loom weaves flowers and leaves.',
  );
  await tweet(url, jiyu, '첫 글입니다! 잘 부탁드립니다');
  const tea = await tweet(
    url,
    sea,
    '비 오는 날의 보이차. 찻잎을 덜 넣고 오래 우리니 오히려 더 달아요. 여러분은 어떤 차를 좋아하세요? #차',
  );
  const answer = await tweet(url, jiyu, '@bada 저는 호지차요. 고소해서 밤에도 부담이 없어요.', {
    in_reply_to_id: tea,
  });
  await tweet(url, sea, '@jiyu 호지차 좋죠! 다음에 같이 마셔요.', { in_reply_to_id: answer });
  await tweet(url, ada, '@bada A plain Assam, with far too much milk.', { in_reply_to_id: tea });
  await tweet(url, grace, 'Reminder to self: measure twice, commit once.', {
    spoiler_text: 'Work talk',
  });
  const alley = await upload(url, minsu, DRAWINGS.alley, '좁은 골목, 담장 위에 앉은 고양이');
  const walk = await tweet(
    url,
    minsu,
    '오늘은 오래된 골목을 걸었습니다. 담장 위 고양이가 한참을 따라오더니, 빵집 앞에서 작별 인사를 하더군요. 다음에는 간식을 챙겨 가야겠어요. #산책 #고양이',
    { media_ids: [alley] },
  );
  await tweet(url, minsu, '내일 아침 일곱 시, 온천천에서 함께 걸으실 분 계신가요?', {
    visibility: 'private',
  });
  return { walk, poem, tea };
}

async function react(
  url: string,
  { sea, ada, minsu, grace, jiyu }: People,
  { walk, poem, tea }: Tweets,
): Promise<void> {
  const reactions: readonly (readonly [Person, string, string])[] = [
    [ada, tea, 'favourite'],
    [minsu, tea, 'favourite'],
    [grace, tea, 'favourite'],
    [jiyu, tea, 'favourite'],
    [grace, poem, 'favourite'],
    [sea, poem, 'favourite'],
    [sea, walk, 'favourite'],
    [sea, walk, 'bookmark'],
    [sea, poem, 'bookmark'],
    [minsu, tea, 'reblog'],
    [ada, walk, 'reblog'],
  ];
  for (const [who, id, what] of reactions) {
    await post(url, `/api/v1/statuses/${id}/${what}`, {}, who);
  }
}
