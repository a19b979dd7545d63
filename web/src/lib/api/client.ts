/** The server, through the Mastodon client API. Only this folder talks to it. */
import { createRestAPIClient, type mastodon } from 'masto';

export type Client = ReturnType<typeof createRestAPIClient>;
export type Status = mastodon.v1.Status;
export type Account = mastodon.v1.Account;
export type Me = Awaited<ReturnType<Client['v1']['accounts']['verifyCredentials']>>;
export type Relationship = mastodon.v1.Relationship;
export type Notification = mastodon.v1.Notification;
export type Media = mastodon.v1.MediaAttachment;
export type List = mastodon.v1.List;
export type Tag = mastodon.v1.Tag;
export type Visibility = mastodon.v1.StatusVisibility;

/** After this long an answer is not coming. */
const TIMEOUT_MS = 20_000;

let accessToken: string | undefined;
let current: Client | undefined;

/** From now on, calls are made with this token, or with none. */
export function callAs(token: string | undefined): void {
  accessToken = token;
  current = undefined;
}

export const tokenInUse = (): string | undefined => accessToken;

/** The client of whoever has logged in. */
export function api(): Client {
  current ??= createRestAPIClient({
    url: location.origin,
    timeout: TIMEOUT_MS,
    ...(accessToken === undefined ? {} : { accessToken }),
  });
  return current;
}
