/** Statuses in pieces that lie ready: together they are what `presentStatus` makes, byte for byte. */
import type { OwnMarks, TweetView } from '../../service/tweet-views.ts';
import type { Writing } from '../../service/ready-tweets.ts';
import { presentAccount } from './present-account.ts';
import { presentStatus } from './present-status.ts';
import { siteAt } from './site.ts';

/** The fields that depend on who looks; they are the last ones of a status. */
const MARKS = ['favourited', 'reblogged', 'muted', 'bookmarked', 'pinned'] as const;

export const statusWriting: Writing = {
  tweet: (view, url) => piecesOf(view, url),
  user: (view, url) => JSON.stringify(presentAccount(view, siteAt(url))),
  marks: (marks) => READY_MARKS[numberOf(marks)] as Buffer,
  beforeAuthor: ',"account":',
};

function piecesOf(view: TweetView, url: string) {
  const fields = Object.entries(presentStatus(view, siteAt(url)));
  const at = (name: string) => fields.findIndex(([field]) => field === name);
  const between = (from: number, to?: number) =>
    JSON.stringify(Object.fromEntries(fields.slice(from, to))).slice(1, -1);
  return {
    head: `{${between(0, at('reblog'))},"reblog":`,
    tail: `,${between(at('account') + 1, at(MARKS[0]))}`,
  };
}

/** Each of the marks is a bit. */
function numberOf(marks: OwnMarks): number {
  let number = 0;
  for (let i = 0; i < MARKS.length; i += 1) {
    if (marks[MARKS[i] as (typeof MARKS)[number]]) number += 2 ** i;
  }
  return number;
}

/** The end of a status, for all there can be. */
const READY_MARKS = Array.from({ length: 2 ** MARKS.length }, (_, number) => {
  const marks = MARKS.map((name, i) => [name, Math.floor(number / 2 ** i) % 2 === 1]);
  const fields = { ...Object.fromEntries(marks), filtered: [] };
  return Buffer.from(`,${JSON.stringify(fields).slice(1)}`);
});
