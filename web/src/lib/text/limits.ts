/** Characters in a tweet, with its warning, at most. A test holds it to the server's. */
export const TWEET_MAX = 300;
