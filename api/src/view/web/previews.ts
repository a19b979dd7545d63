/** Public tweets and profiles as text: for readers without JavaScript, and for links that unfurl. */
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../service/errors.ts';
import type { Media } from '../../service/media.ts';
import type { User } from '../../service/users.ts';
import { type Site, siteOf } from '../mastodon/site.ts';
import { type Html, markup } from '../html.ts';
import type { Services } from '../services.ts';
import type { PagePreview } from './shell.ts';

/** What unfurled links show. */
const DESCRIPTION = /^[^]{0,300}/u;

interface Card {
  readonly title: string;
  readonly description: string;
  readonly type: 'profile' | 'article';
  readonly url: string;
  readonly image: CardImage;
}

interface CardImage {
  readonly url: string;
  /** What the card is about, and to be shown large; a face stays small. */
  readonly isLarge: boolean;
  /** In pixels, where they are known. */
  readonly size?: Pick<Media, 'width' | 'height'>;
  /** For those who cannot see it. */
  readonly alt?: string;
}

/** @returns undefined when there is nobody of this name, for everybody to see */
export async function profilePreview(
  { userViews }: Services,
  request: FastifyRequest,
  name: string,
): Promise<PagePreview | undefined> {
  const view = await found(() => userViews.named(name));
  if (view?.user.state !== 'active') return undefined;
  const { user } = view;
  const site = siteOf(request);
  const title = `${user.name} (@${user.username})`;
  return {
    head: cardHead({
      title,
      description: user.profile,
      type: 'profile',
      url: `${site.url}/@${user.username}`,
      image: faceOf(user, site),
    }),
    body: markup`<h1>${title}</h1>${paragraphs(user.profile)}`,
  };
}

/** @returns undefined when there is no such tweet by this person, for everybody to see */
export async function tweetPreview(
  { tweetViews }: Services,
  request: FastifyRequest,
  { name, id }: { readonly name: string; readonly id: number },
): Promise<PagePreview | undefined> {
  const view = await found(() => tweetViews.one(id, undefined));
  if (view?.author.user.username.toLowerCase() !== name.toLowerCase()) return undefined;
  const { tweet, author, media } = view;
  const site = siteOf(request);
  const title = `${author.user.name} (@${author.user.username})`;
  // Behind a warning, the words are for those who ask for them.
  const text = tweet.spoiler_text === '' ? tweet.tweet : tweet.spoiler_text;
  const [picture] = tweet.is_sensitive === 1 ? [] : media;
  return {
    head: cardHead({
      title,
      description: text,
      type: 'article',
      url: `${site.url}/@${author.user.username}/${tweet.id}`,
      image: picture ? largeImage(picture, site) : faceOf(author.user, site),
    }),
    body: markup`<article><h1>${title}</h1>${paragraphs(text)}</article>`,
  };
}

const faceOf = (user: User, site: Site): CardImage => ({
  url: site.pictureOf(user),
  isLarge: false,
});

const largeImage = (media: Media, site: Site): CardImage => ({
  url: site.fileAt(media.picture),
  isLarge: true,
  size: media,
  alt: media.description,
});

function cardHead({ title, description, type, url, image }: Card): Html {
  const [short = ''] = DESCRIPTION.exec(description) ?? [];
  return markup`<title>${title} · Minitter</title>
    <link rel="canonical" href="${url}">
    <meta name="description" content="${short}">
    <meta name="twitter:card" content="${image.isLarge ? 'summary_large_image' : 'summary'}">
    <meta property="og:site_name" content="Minitter">
    <meta property="og:type" content="${type}">
    <meta property="og:title" content="${title}">
    <meta property="og:description" content="${short}">
    <meta property="og:url" content="${url}">
    ${imageTags(image)}`;
}

/** The protocol of https://ogp.me: what is known of a picture follows it. */
function imageTags({ url, size, alt = '' }: CardImage): Html {
  const picture = markup`<meta property="og:image" content="${url}">`;
  const sized = size
    ? markup`${picture}
    <meta property="og:image:width" content="${size.width}">
    <meta property="og:image:height" content="${size.height}">`
    : picture;
  return alt === ''
    ? sized
    : markup`${sized}
    <meta property="og:image:alt" content="${alt}">`;
}

/** Each line on its own. */
function paragraphs(text: string): Html {
  return text
    .split('\n')
    .reduce((all, line) => (line === '' ? all : markup`${all}<p>${line}</p>`), markup``);
}

/** @returns undefined for what is not there */
async function found<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}
