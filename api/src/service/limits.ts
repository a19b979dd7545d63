/** The numbers of the micro-blog's rules. Limits that an operator may set are in `config/settings.ts`. */

/** A tweet, in characters as a person counts them (grapheme clusters). */
export const TWEET_MAX = 300;
/** A tweet, in code points: some "characters" can be built without end. */
export const TWEET_MAX_CODE_POINTS = 3000;
/** Code points. */
export const NAME_MAX = 100;
export const PROFILE_MAX = 2000;
/** Pairs on a profile, and the name or value of one, in code points. */
export const FIELDS_MAX = 4;
export const FIELD_MAX = 255;
/** All of them as JSON, in code points: what the column takes. */
export const FIELDS_JSON_MAX = 4000;
/** A language's code. */
export const LANGUAGE_MAX = 16;
export const EMAIL_MAX = 254;
export const USERNAME_MAX = 30;
export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 256;
/** A hashtag, without its sign, in code points. */
export const HASHTAG_MAX = 100;
/** Pictures in a tweet. */
export const MEDIA_PER_TWEET = 4;
/** Those who are notified of one tweet because they want to hear of all. */
export const TOLD_OF_TWEET_MAX = 1000;
/** Sessions of his that somebody is shown. */
export const SESSIONS_SHOWN = 200;
/** Connections that a person can have for streams, on one server. */
export const STREAMS_PER_USER = 32;
/** What one connection can listen to. */
export const SUBSCRIPTIONS_PER_STREAM = 64;
/** Bytes that may wait for a client that does not read; then it is dropped. */
export const STREAM_WAITING_MAX = 1024 * 1024;
/** Events that may wait to be told; more are left out. */
export const STREAM_EVENTS_MAX = 1000;
/** Tweets that a person can pin to his profile. */
export const PINS_MAX = 5;
/** Tweets, or users, that are asked for by their ids in one request. */
export const MANY_AT_ONCE = 40;
/** A profile picture's longer side after re-encoding, in pixels. */
export const PICTURE_SIDE = 512;
/** The same of the wide picture above a profile. */
export const HEADER_SIDE = 1500;
/** A picture in a tweet after re-encoding, width × height: larger ones are shrunk. */
export const MEDIA_AREA = 3840 * 2160;
/** Its small version. */
export const MEDIA_PREVIEW_AREA = 640 * 360;
/** What pictures in tweets may be; how large a file may be, the operator says. */
export const MEDIA_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'] as const;
/** The description of a picture, in code points. */
export const MEDIA_DESCRIPTION_MAX = 1500;
/** How long a picture waits for a tweet, in milliseconds. */
export const MEDIA_WAITS_MS = 24 * 3_600_000;
/** Pictures of one person that wait. */
export const MEDIA_WAITING_MAX = 100;
/** Tweets on one page of a timeline. */
export const TIMELINE_PAGE = 100;
export const TIMELINE_PAGE_MAX = 800;
/** People on one page of a list: usually, and at most. */
export const PEOPLE_PAGE = 40;
export const PEOPLE_PAGE_MAX = 80;
/** People that can be asked for at once by their ids. */
export const PEOPLE_AT_ONCE_MAX = 100;
/** People whose familiar followers can be asked for at once, and how many of each are told. */
export const FAMILIAR_AT_ONCE_MAX = 20;
export const FAMILIAR_SHOWN = 10;
/** A note about somebody, in code points. */
export const USER_NOTE_MAX = 2000;
/** People that a person can show on his profile. */
export const ENDORSEMENTS_MAX = 100;
/** Hashtags that a person can follow, and how many stand on a page: usually, and at most. */
export const FOLLOWED_HASHTAGS_MAX = 500;
export const FOLLOWED_HASHTAGS_PAGE = 100;
export const FOLLOWED_HASHTAGS_PAGE_MAX = 200;
/** Filters of one person; words and tweets of one filter. */
export const FILTERS_MAX = 50;
export const FILTER_KEYWORDS_MAX = 50;
export const FILTER_TWEETS_MAX = 100;
/** Words of all filters of one person: each is looked for in whatever he reads. */
export const FILTER_WORDS_MAX = 250;
/** A filter's title, and a word of it, in code points. */
export const FILTER_TITLE_MAX = 255;
export const FILTER_KEYWORD_MAX = 255;
/** The longest that a filter can hold before it is for good, in seconds: ten years. */
export const FILTER_SECONDS_MAX = 315_360_000;
/** People whose filters are kept ready. */
export const FILTER_CACHE = 10_000;
/** The longest that somebody can be muted for before it is for good, in seconds: ten years. */
export const MUTE_SECONDS_MAX = 315_360_000;
/** What somebody searches for, in code points. */
export const SEARCH_MAX = 200;
/** Terms of a search that are looked up; the rest is compared with the texts that these lead to. */
export const SEARCH_TERMS = 16;
/** What one page of a search has at most, of each kind. */
export const SEARCH_PAGE_MAX = 40;
/** How many results one can skip. */
export const SEARCH_OFFSET_MAX = 1000;
/** Tweets with the rarest term that a search looks at, the newest first, before it gives up. */
export const SEARCH_CANDIDATES = 50_000;
/** Tweets and people that are not indexed yet which a search looks at, the newest first. */
export const SEARCH_FRESH = 2000;
/** People whom one term leads to that a search looks at. */
export const SEARCH_PEOPLE = 500;
/** A term, in code points; of a longer word its beginning counts. */
export const TERM_MAX = 32;
/** Terms of one text. */
export const TERMS_PER_TEXT = 1500;
/** Of an app, in code points. */
export const APP_NAME_MAX = 60;
export const APP_ADDRESS_MAX = 2000;
/** Addresses to which an app may have people sent back, in all. */
export const APP_REDIRECTS_MAX = 20;
export const APP_REDIRECTS_LENGTH_MAX = 4000;
/** The title of a list, in code points. */
export const LIST_TITLE_MAX = 255;
/** Lists of one person, and people on one list. */
export const LISTS_MAX = 50;
export const LIST_MEMBERS_MAX = 1000;
/** Streams are told of so many tweets that go at once, the newest; there is more to be told of than that. */
export const DELETIONS_TOLD = 200;
/** A reblog is left out where its tweet stands among so many entries before it. */
export const REBLOG_WINDOW = 40;
