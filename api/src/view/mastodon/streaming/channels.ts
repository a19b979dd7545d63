/**
 * What clients call the streams, and what they are (https://docs.joinmastodon.org/methods/streaming/).
 */
import { DomainError } from '../../../service/errors.ts';
import { allows, type Scopes } from '../../../service/scopes.ts';
import type { Channel } from '../../../service/streams.ts';
import { foldKey } from '../../../service/text.ts';
import { RequestError } from '../../errors.ts';
import { idOf } from '../schemas.ts';

/** One stream, as a client asks for it. */
export interface StreamRequest {
  readonly stream: string;
  readonly tag?: string | undefined;
  readonly list?: string | undefined;
}

/** A stream that a client may listen to. */
export interface NamedChannel {
  readonly channel: Channel;
  /** Its name and what it is of, as messages bear it. */
  readonly label: readonly [string, ...string[]];
}

/** Code points of a hashtag that anybody listens to. */
const TAG_MAX = 200;

const PLAIN: Readonly<Record<string, Channel>> = {
  'user:notification': { kind: 'notifications' },
  direct: { kind: 'direct' },
  public: { kind: 'public', withMedia: false },
  'public:local': { kind: 'public', withMedia: false },
  'public:media': { kind: 'public', withMedia: true },
  'public:local:media': { kind: 'public', withMedia: true },
  'public:remote': { kind: 'nothing' },
  'public:remote:media': { kind: 'nothing' },
};

/**
 * @param scopes what the token is good for
 * @throws {DomainError} `stream_unknown`, `scope_missing`
 * @throws {RequestError} `invalid_input` where the tag is missing, or longer than any
 */
export function channelOf(request: StreamRequest, scopes: Scopes): NamedChannel {
  const { stream } = request;
  const named = find(request, scopes);
  if (!named) throw new DomainError('stream_unknown');
  const scope = stream === 'user:notification' ? 'read:notifications' : 'read:statuses';
  if (!allows(scopes, scope)) throw new DomainError('scope_missing');
  return named;
}

function find({ stream, tag, list }: StreamRequest, scopes: Scopes): NamedChannel | undefined {
  if (stream === 'user') {
    const withNotifications = allows(scopes, 'read:notifications');
    return { channel: { kind: 'home', withNotifications }, label: [stream] };
  }
  if (stream === 'hashtag' || stream === 'hashtag:local') {
    const name = (tag ?? '').replace(/^[#＃]/, '');
    if (name === '' || name.length > TAG_MAX) throw new RequestError('invalid_input');
    return { channel: { kind: 'hashtag', key: foldKey(name) }, label: [stream, tag ?? ''] };
  }
  if (stream === 'list') {
    const id = list ?? '';
    return { channel: { kind: 'list', listId: idOf(id) }, label: [stream, id] };
  }
  const channel = Object.hasOwn(PLAIN, stream) ? PLAIN[stream] : undefined;
  return channel && { channel, label: [stream] };
}
