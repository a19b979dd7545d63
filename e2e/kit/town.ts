/** A small town of made-up people, for screenshots. */
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

export async function fillTown(url: string): Promise<Town> {
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

  await tweet(url, grace, 'A ship in port is safe; but that is not what ships are built for.');
  const walk = await tweet(
    url,
    minsu,
    '오늘은 오래된 골목을 걸었습니다. 담장 위 고양이가 한참을 따라오더니, 빵집 앞에서 작별 인사를 하더군요. 다음에는 간식을 챙겨 가야겠어요. #산책 #고양이',
  );
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
  await tweet(url, minsu, '내일 아침 일곱 시, 온천천에서 함께 걸으실 분 계신가요?', {
    visibility: 'private',
  });

  const react = (who: Person, id: string, what: string) =>
    post(url, `/api/v1/statuses/${id}/${what}`, {}, who);
  for (const who of [ada, minsu, grace, jiyu]) await react(who, tea, 'favourite');
  await react(grace, poem, 'favourite');
  await react(sea, poem, 'favourite');
  await react(sea, walk, 'favourite');
  await react(sea, walk, 'bookmark');
  await react(sea, poem, 'bookmark');
  await react(minsu, tea, 'reblog');
  await react(ada, walk, 'reblog');
  const lists: string[] = [];
  for (const title of ['차 친구들', '동네 사람들']) {
    lists.push(String((await post(url, '/api/v1/lists', { title }, sea)).id));
  }
  const [list = ''] = lists;
  const account_ids = [jiyu.id, minsu.id];
  await post(url, `/api/v1/lists/${list}/accounts`, { account_ids }, sea);
  return { sea, ada, thread: `/@bada/${tea}`, list: `/lists/${list}` };
}
