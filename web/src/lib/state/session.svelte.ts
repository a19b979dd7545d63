/** Who has logged in on this browser. All tabs agree. */
import { api, callAs, type Me } from '#lib/api/client.ts';
import { isExpired } from '#lib/api/errors.ts';
import { forgetPages } from './pages.svelte.ts';
import { forgetSavedPages } from './saved-pages.ts';
import { remember, remembered, rememberedJson, rememberJson } from './storage.ts';
import { forgetTweets } from './tweets.svelte.ts';

const TOKEN = 'minitter.token';
const ME = 'minitter.me';

class Session {
  token = $state<string>();
  /** The person; as of the last visit until the server has answered. */
  me = $state.raw<Me>();
  /** The token was good, and is no more. */
  hasExpired = $state(false);

  get isIn(): boolean {
    return this.token !== undefined;
  }

  /** Takes up what this browser remembers. */
  start(): void {
    this.#take(remembered(TOKEN));
    window.addEventListener('storage', ({ key }) => {
      // Another tab has logged in or out: this one begins anew.
      if (key === TOKEN || key === null) location.reload();
    });
  }

  /** @throws whatever the server says to this token */
  async begin(token: string): Promise<void> {
    remember(TOKEN, token);
    this.#take(token);
    this.hasExpired = false;
    await this.refresh();
  }

  /** Asks the server who this is. */
  async refresh(): Promise<void> {
    if (!this.isIn) return;
    try {
      this.tell(await api().v1.accounts.verifyCredentials());
    } catch (error) {
      this.noteExpired(error);
      throw error;
    }
  }

  /** What the server has said about the person. */
  tell(me: Me): void {
    this.me = me;
    rememberJson(ME, me);
  }

  /** To be told of errors: when the token is no good, the person is asked to log in again. */
  noteExpired(error: unknown): boolean {
    if (!isExpired(error) || !this.isIn) return false;
    this.end();
    this.hasExpired = true;
    return true;
  }

  /** Forgets everything about the person; drafts stay. */
  end(): void {
    remember(TOKEN, undefined);
    remember(ME, undefined);
    this.#take(undefined);
    forgetPages();
    forgetSavedPages();
    forgetTweets();
  }

  #take(token: string | undefined): void {
    this.token = token;
    this.me = token === undefined ? undefined : (rememberedJson(ME) as Me | undefined);
    callAs(token);
  }
}

export const session = new Session();
