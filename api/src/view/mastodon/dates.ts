/** Epoch milliseconds as Mastodon writes them: UTC, with milliseconds. */
export const dateOf = (ms: number): string => new Date(ms).toISOString();

/** The day alone. */
export const dayOf = (ms: number): string => dateOf(ms).slice(0, 10);
