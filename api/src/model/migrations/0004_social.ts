import type { Migration } from '../migrate.ts';

/** What the richer face needs: apps, media, reactions, relations, lists, filters, notifications. */
export const social: Migration = {
  version: 4,
  name: 'social',
  steps: ({ autoId, bigint, text, createTable, addColumn, addIndex, widenText }) => [
    addColumn('users', `header_picture ${text(255)}`),
    addColumn('users', `is_locked ${bigint} NOT NULL DEFAULT 0`),
    addColumn('users', `is_bot ${bigint} NOT NULL DEFAULT 0`),
    addColumn('users', `is_discoverable ${bigint} NOT NULL DEFAULT 1`),
    addColumn('users', `hides_follows ${bigint} NOT NULL DEFAULT 0`),
    addColumn('users', `fields ${text(4000)} NOT NULL DEFAULT '[]'`),
    addColumn('users', `default_visibility ${bigint} NOT NULL DEFAULT 0`),
    addColumn('users', `default_sensitive ${bigint} NOT NULL DEFAULT 0`),
    addColumn('users', `default_language ${text(16)}`),

    addColumn('users_follow_list', `shows_reblogs ${bigint} NOT NULL DEFAULT 1`),
    addColumn('users_follow_list', `notifies ${bigint} NOT NULL DEFAULT 0`),
    // Who wants to hear of every tweet of somebody.
    addIndex('users_follow_list', ['follow_user_id', 'notifies', 'user_id']),

    addColumn('tweets', `spoiler_text ${text(1500)} NOT NULL DEFAULT ''`),
    addColumn('tweets', `is_sensitive ${bigint} NOT NULL DEFAULT 0`),
    addColumn('tweets', `language ${text(16)}`),
    addColumn('tweets', `edited_at ${bigint}`),
    addColumn('tweets', `reply_to_user_id ${bigint}`),
    addColumn('tweets', `conversation_id ${bigint}`),
    // The public timeline.
    addIndex('tweets', ['visibility', 'reblog_of_id', 'id']),

    ...widenText('sessions', 'scopes', 1000),
    // Whether anybody still comes with an app.
    addIndex('sessions', ['app_id']),
    ...createTable('apps', {
      columns: [
        `id ${autoId}`,
        `client_id ${text(64)} NOT NULL`,
        `hashed_client_secret ${text(64)} NOT NULL`,
        `name ${text(255)} NOT NULL`,
        `website ${text(2000)}`,
        `redirect_uris ${text(4000)} NOT NULL`,
        `scopes ${text(1000)} NOT NULL`,
        `created_at ${bigint} NOT NULL`,
      ],
      unique: [['client_id']],
      indexes: [['created_at']],
    }),
    ...createTable('app_tokens', {
      columns: [
        `jti ${text(32)} NOT NULL PRIMARY KEY`,
        `app_id ${bigint} NOT NULL`,
        `scopes ${text(1000)} NOT NULL`,
        `created_at ${bigint} NOT NULL`,
        `revoked_at ${bigint}`,
        'FOREIGN KEY (app_id) REFERENCES apps (id) ON DELETE CASCADE',
      ],
      indexes: [['app_id']],
    }),
    ...createTable('authorization_codes', {
      columns: [
        `code_hash ${text(64)} NOT NULL PRIMARY KEY`,
        `app_id ${bigint} NOT NULL`,
        `user_id ${bigint} NOT NULL`,
        `redirect_uri ${text(2000)} NOT NULL`,
        `scopes ${text(1000)} NOT NULL`,
        `code_challenge ${text(128)}`,
        `jti ${text(32)}`,
        `expires_at ${bigint} NOT NULL`,
        'FOREIGN KEY (app_id) REFERENCES apps (id) ON DELETE CASCADE',
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
      indexes: [['app_id'], ['user_id'], ['expires_at']],
    }),

    ...createTable('tweets_edits', {
      columns: [
        `tweet_id ${bigint} NOT NULL`,
        `edited_at ${bigint} NOT NULL`,
        `tweet ${text(3000)} NOT NULL`,
        `spoiler_text ${text(1500)} NOT NULL`,
        `is_sensitive ${bigint} NOT NULL`,
        `media ${text(4000)} NOT NULL`,
        'PRIMARY KEY (tweet_id, edited_at)',
        'FOREIGN KEY (tweet_id) REFERENCES tweets (id) ON DELETE CASCADE',
      ],
    }),
    ...createTable('media', {
      columns: [
        `id ${autoId}`,
        `user_id ${bigint} NOT NULL`,
        `tweet_id ${bigint}`,
        `position ${bigint} NOT NULL`,
        `kind ${text(16)} NOT NULL`,
        `picture ${text(255)} NOT NULL`,
        `preview ${text(255)} NOT NULL`,
        `width ${bigint} NOT NULL`,
        `height ${bigint} NOT NULL`,
        `preview_width ${bigint} NOT NULL`,
        `preview_height ${bigint} NOT NULL`,
        `description ${text(1500)} NOT NULL`,
        `focus ${text(32)} NOT NULL`,
        `blurhash ${text(128)} NOT NULL`,
        `created_at ${bigint} NOT NULL`,
        `expires_at ${bigint} NOT NULL`,
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
        // Its files are still to be deleted.
        'FOREIGN KEY (tweet_id) REFERENCES tweets (id) ON DELETE SET NULL',
      ],
      indexes: [
        ['user_id', 'tweet_id'],
        ['tweet_id', 'position'],
        ['tweet_id', 'expires_at'],
      ],
    }),
    ...createTable('mentions', {
      columns: [
        `tweet_id ${bigint} NOT NULL`,
        `user_id ${bigint} NOT NULL`,
        'PRIMARY KEY (tweet_id, user_id)',
        'FOREIGN KEY (tweet_id) REFERENCES tweets (id) ON DELETE CASCADE',
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
      indexes: [['user_id', 'tweet_id']],
    }),
    ...createTable('hashtags', {
      columns: [
        `id ${autoId}`,
        `name ${text(100)} NOT NULL`,
        `name_key ${text(100)} NOT NULL`,
        `created_at ${bigint} NOT NULL`,
      ],
      unique: [['name_key']],
    }),
    ...createTable('tweets_hashtags', {
      columns: [
        `hashtag_id ${bigint} NOT NULL`,
        `tweet_id ${bigint} NOT NULL`,
        'PRIMARY KEY (hashtag_id, tweet_id)',
        'FOREIGN KEY (hashtag_id) REFERENCES hashtags (id) ON DELETE CASCADE',
        'FOREIGN KEY (tweet_id) REFERENCES tweets (id) ON DELETE CASCADE',
      ],
      indexes: [['tweet_id', 'hashtag_id']],
    }),
    ...createTable('followed_hashtags', {
      columns: [
        `user_id ${bigint} NOT NULL`,
        `hashtag_id ${bigint} NOT NULL`,
        `created_at ${bigint} NOT NULL`,
        'PRIMARY KEY (user_id, hashtag_id)',
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
        'FOREIGN KEY (hashtag_id) REFERENCES hashtags (id) ON DELETE CASCADE',
      ],
      indexes: [['hashtag_id', 'user_id']],
    }),
    // What a person did with a tweet; the id is the place in his list.
    ...['favourites', 'bookmarks', 'pins'].flatMap((name) =>
      createTable(name, {
        columns: [
          `id ${autoId}`,
          `user_id ${bigint} NOT NULL`,
          `tweet_id ${bigint} NOT NULL`,
          `created_at ${bigint} NOT NULL`,
          'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
          'FOREIGN KEY (tweet_id) REFERENCES tweets (id) ON DELETE CASCADE',
        ],
        unique: [['user_id', 'tweet_id']],
        indexes: [
          ['tweet_id', 'id'],
          ['user_id', 'id'],
        ],
      }),
    ),
    ...createTable('muted_conversations', {
      columns: [
        `user_id ${bigint} NOT NULL`,
        `conversation_id ${bigint} NOT NULL`,
        `created_at ${bigint} NOT NULL`,
        'PRIMARY KEY (user_id, conversation_id)',
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
    }),

    ...createTable('follow_requests', {
      columns: [
        `id ${autoId}`,
        `user_id ${bigint} NOT NULL`,
        `follow_user_id ${bigint} NOT NULL`,
        `shows_reblogs ${bigint} NOT NULL`,
        `notifies ${bigint} NOT NULL`,
        `created_at ${bigint} NOT NULL`,
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
        'FOREIGN KEY (follow_user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
      unique: [['user_id', 'follow_user_id']],
      indexes: [['follow_user_id', 'id']],
    }),
    ...createTable('blocks', {
      columns: [
        `id ${autoId}`,
        `user_id ${bigint} NOT NULL`,
        `blocked_user_id ${bigint} NOT NULL`,
        `created_at ${bigint} NOT NULL`,
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
        'FOREIGN KEY (blocked_user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
      unique: [['user_id', 'blocked_user_id']],
      indexes: [['blocked_user_id', 'user_id']],
    }),
    ...createTable('mutes', {
      columns: [
        `id ${autoId}`,
        `user_id ${bigint} NOT NULL`,
        `muted_user_id ${bigint} NOT NULL`,
        `hides_notifications ${bigint} NOT NULL`,
        `expires_at ${bigint}`,
        `created_at ${bigint} NOT NULL`,
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
        'FOREIGN KEY (muted_user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
      unique: [['user_id', 'muted_user_id']],
      indexes: [['muted_user_id'], ['expires_at']],
    }),
    ...createTable('endorsements', {
      columns: [
        `user_id ${bigint} NOT NULL`,
        `endorsed_user_id ${bigint} NOT NULL`,
        `created_at ${bigint} NOT NULL`,
        'PRIMARY KEY (user_id, endorsed_user_id)',
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
        'FOREIGN KEY (endorsed_user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
      indexes: [['endorsed_user_id']],
    }),
    ...createTable('user_notes', {
      columns: [
        `user_id ${bigint} NOT NULL`,
        `about_user_id ${bigint} NOT NULL`,
        `note ${text(2000)} NOT NULL`,
        'PRIMARY KEY (user_id, about_user_id)',
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
        'FOREIGN KEY (about_user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
      indexes: [['about_user_id']],
    }),

    ...createTable('lists', {
      columns: [
        `id ${autoId}`,
        `user_id ${bigint} NOT NULL`,
        `title ${text(255)} NOT NULL`,
        `replies_policy ${text(16)} NOT NULL`,
        `is_exclusive ${bigint} NOT NULL`,
        `created_at ${bigint} NOT NULL`,
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
      indexes: [['user_id', 'id']],
    }),
    ...createTable('list_members', {
      columns: [
        `list_id ${bigint} NOT NULL`,
        `user_id ${bigint} NOT NULL`,
        `created_at ${bigint} NOT NULL`,
        'PRIMARY KEY (list_id, user_id)',
        'FOREIGN KEY (list_id) REFERENCES lists (id) ON DELETE CASCADE',
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
      indexes: [['user_id', 'list_id']],
    }),

    ...createTable('notifications', {
      columns: [
        `id ${autoId}`,
        `user_id ${bigint} NOT NULL`,
        `kind ${text(16)} NOT NULL`,
        `from_user_id ${bigint} NOT NULL`,
        `tweet_id ${bigint}`,
        `group_key ${text(64)} NOT NULL`,
        `created_at ${bigint} NOT NULL`,
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
        'FOREIGN KEY (from_user_id) REFERENCES users (id) ON DELETE CASCADE',
        'FOREIGN KEY (tweet_id) REFERENCES tweets (id) ON DELETE CASCADE',
      ],
      indexes: [
        ['user_id', 'id'],
        ['user_id', 'group_key', 'id'],
        // To find one among the many that somebody, or a tweet, gives rise to.
        ['from_user_id', 'user_id', 'kind', 'tweet_id'],
        ['tweet_id'],
      ],
    }),
    ...createTable('markers', {
      columns: [
        `user_id ${bigint} NOT NULL`,
        `timeline ${text(16)} NOT NULL`,
        `last_read_id ${bigint} NOT NULL`,
        `version ${bigint} NOT NULL`,
        `updated_at ${bigint} NOT NULL`,
        'PRIMARY KEY (user_id, timeline)',
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
    }),
    ...createTable('filters', {
      columns: [
        `id ${autoId}`,
        `user_id ${bigint} NOT NULL`,
        `title ${text(255)} NOT NULL`,
        `contexts ${text(100)} NOT NULL`,
        `action ${text(16)} NOT NULL`,
        `expires_at ${bigint}`,
        `created_at ${bigint} NOT NULL`,
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
      indexes: [['user_id', 'id']],
    }),
    ...createTable('filter_keywords', {
      columns: [
        `id ${autoId}`,
        `filter_id ${bigint} NOT NULL`,
        `keyword ${text(255)} NOT NULL`,
        `is_whole_word ${bigint} NOT NULL`,
        'FOREIGN KEY (filter_id) REFERENCES filters (id) ON DELETE CASCADE',
      ],
      indexes: [['filter_id', 'id']],
    }),
    ...createTable('filter_tweets', {
      columns: [
        `id ${autoId}`,
        `filter_id ${bigint} NOT NULL`,
        `tweet_id ${bigint} NOT NULL`,
        'FOREIGN KEY (filter_id) REFERENCES filters (id) ON DELETE CASCADE',
        'FOREIGN KEY (tweet_id) REFERENCES tweets (id) ON DELETE CASCADE',
      ],
      unique: [['filter_id', 'tweet_id']],
      indexes: [['tweet_id']],
    }),
  ],
};
