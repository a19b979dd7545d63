/** Where things are on this server, as a client knows it: what presenters make addresses from. */
import type { FastifyRequest } from 'fastify';
import type { User } from '../../service/users.ts';
import { publicUrlOf } from '../public-url.ts';
import { dayOf } from './dates.ts';
import { timeOfTweetId } from '../../service/tweets.ts';

export interface Site {
  /** Without a slash at the end. */
  readonly url: string;
  readonly pictureOf: (user: User) => string;
  readonly headerOf: (user: User) => string;
  /** Where a stored picture is, named `<store>:<key>`: another picture is elsewhere. */
  readonly fileAt: (object: string) => string;
  /** The day on which a tweet was written. */
  readonly dayOfTweet: (id: number) => string;
}

export const siteOf = (request: FastifyRequest): Site => siteAt(publicUrlOf(request));

/** @param url where the server is, without a slash at the end */
export function siteAt(url: string): Site {
  const fileAt = (object: string) => `${url}/media/${object.slice(object.indexOf(':') + 1)}`;
  return {
    url,
    pictureOf: ({ profile_picture: picture }) =>
      picture === null ? `${url}/avatars/missing.png` : fileAt(picture),
    headerOf: ({ header_picture: picture }) =>
      picture === null ? `${url}/headers/missing.png` : fileAt(picture),
    fileAt,
    dayOfTweet: (id) => dayOf(timeOfTweetId(id)),
  };
}
