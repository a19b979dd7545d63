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
  /** Where a stored picture is, named `<store>:<key>`. */
  readonly fileAt: (object: string) => string;
  /** The day on which a tweet was written. */
  readonly dayOfTweet: (id: number) => string;
}

export function siteOf(request: FastifyRequest): Site {
  const url = publicUrlOf(request);
  return {
    url,
    pictureOf: ({ id, profile_picture }) =>
      profile_picture === null
        ? `${url}/avatars/missing.png`
        : `${url}/profile-picture/${id}?${versionOf(profile_picture)}`,
    headerOf: () => `${url}/headers/missing.png`,
    fileAt: (object) => `${url}/media/${object.slice(object.indexOf(':') + 1)}`,
    dayOfTweet: (id) => dayOf(timeOfTweetId(id)),
  };
}

/** A new picture has a new address, so that nobody shows the old one. */
const versionOf = (object: string): string => object.slice(-8).replaceAll(/\W/g, '');
