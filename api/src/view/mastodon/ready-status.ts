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
  user: (view, url) => Buffer.from(JSON.stringify(presentAccount(view, siteAt(url)))),
  marks: (marks) => READY_MARKS[numberOf(marks)] as Buffer,
  nothing: Buffer.from('null'),
  beforeAuthor: Buffer.from(',"account":'),
};

function piecesOf(view: TweetView, url: string) {
  const fields = Object.entries(presentStatus(view, siteAt(url)));
  const at = (name: string) => fields.findIndex(([field]) => field === name);
  const between = (from: number, to?: number) =>
    JSON.stringify(Object.fromEntries(fields.slice(from, to))).slice(1, -1);
  return {
    head: Buffer.from(`{${between(0, at('reblog'))},"reblog":`),
    tail: Buffer.from(`,${between(at('account') + 1, at(MARKS[0]))}`),
  };
}

/** Each of the marks is a bit. */
const numberOf = (marks: OwnMarks): number =>
  MARKS.reduce((number, name, i) => number + (marks[name] ? 2 ** i : 0), 0);

/** The end of a status, for all there can be. */
const READY_MARKS = Array.from({ length: 2 ** MARKS.length }, (_, number) => {
  const marks = MARKS.map((name, i) => [name, Math.floor(number / 2 ** i) % 2 === 1]);
  const fields = { ...Object.fromEntries(marks), filtered: [] };
  return Buffer.from(`,${JSON.stringify(fields).slice(1)}`);
});
