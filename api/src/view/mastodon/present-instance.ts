/** The server as clients know it: an instance (https://docs.joinmastodon.org/entities/Instance/). */
import type { SiteConfig } from '../../config.ts';
import type { Facts, Usage } from '../../service/instance.ts';
import {
  MEDIA_DESCRIPTION_MAX,
  MEDIA_PER_TWEET,
  MEDIA_TYPES,
  NAME_MAX,
  PINS_MAX,
  PROFILE_MAX,
  TWEET_MAX,
} from '../../service/limits.ts';
import type { Site } from './site.ts';

/** The documentation that this face was built by; clients look for features by its number. */
const SPEAKS = '4.5.0';
/** The newest version of the API of which nothing is missing that clients look for: 7 has quotes. */
const API_VERSION = 6;
const FIELDS_MAX = 4;
const FIELD_MAX = 255;
const LANGUAGES = ['ko', 'en'];

const versionOf = ({ version }: Facts) => `${SPEAKS} (compatible; Minitter ${version})`;
const hostOf = ({ url }: Site) => new URL(url).host;
const streamingOf = ({ url }: Site) => url.replace(/^http/, 'ws');

export const presentRules = ({ rules }: SiteConfig) =>
  rules.map((text, i) => ({ id: String(i + 1), text, hint: '', translations: {} }));

export function presentInstance(facts: Facts, usage: Usage, site: Site) {
  const { title, description, contact } = facts.site;
  return {
    domain: hostOf(site),
    title,
    version: versionOf(facts),
    source_url: '',
    description,
    usage: { users: { active_month: usage.activeMonth } },
    thumbnail: {
      url: `${site.url}/headers/missing.png`,
      blurhash: null,
      versions: {},
      description: '',
    },
    icon: [],
    languages: LANGUAGES,
    configuration: {
      urls: {
        streaming: streamingOf(site),
        status: null,
        about: null,
        privacy_policy: null,
        terms_of_service: null,
      },
      vapid: { public_key: '' },
      ...limitsOf(facts),
      translation: { enabled: false },
      timelines_access: {
        live_feeds: { local: 'public', remote: 'disabled' },
        hashtag_feeds: { local: 'public', remote: 'disabled' },
        trending_link_feeds: { local: 'disabled', remote: 'disabled' },
      },
      limited_federation: true,
    },
    registrations: {
      enabled: facts.registrations !== 'closed',
      approval_required: facts.registrations === 'approval',
      reason_required: false,
      message: null,
      min_age: null,
      url: null,
    },
    api_versions: { mastodon: API_VERSION },
    contact: { email: contact ?? '', account: null },
    rules: presentRules(facts.site),
  };
}

/** As it was before version 4; Debian's toot and others still ask for it. */
export function presentOldInstance(facts: Facts, usage: Usage, site: Site) {
  const { title, description, contact } = facts.site;
  return {
    uri: hostOf(site),
    title,
    short_description: description,
    description,
    email: contact ?? '',
    version: versionOf(facts),
    urls: { streaming_api: streamingOf(site) },
    stats: { user_count: usage.people, status_count: usage.tweets, domain_count: 0 },
    thumbnail: `${site.url}/headers/missing.png`,
    languages: LANGUAGES,
    registrations: facts.registrations !== 'closed',
    approval_required: facts.registrations === 'approval',
    invites_enabled: false,
    configuration: limitsOf(facts),
    contact_account: null,
    rules: presentRules(facts.site),
  };
}

function limitsOf({ pictures: { maxBytes, maxPixels } }: Facts) {
  return {
    accounts: {
      max_featured_tags: 0,
      max_pinned_statuses: PINS_MAX,
      max_display_name_length: NAME_MAX,
      max_note_length: PROFILE_MAX,
      max_profile_fields: FIELDS_MAX,
      profile_field_name_limit: FIELD_MAX,
      profile_field_value_limit: FIELD_MAX,
    },
    statuses: {
      max_characters: TWEET_MAX,
      max_media_attachments: MEDIA_PER_TWEET,
      // They count in full here, which cannot be said; most are about as long.
      characters_reserved_per_url: 23,
    },
    media_attachments: {
      supported_mime_types: MEDIA_TYPES,
      description_limit: MEDIA_DESCRIPTION_MAX,
      image_size_limit: maxBytes,
      image_matrix_limit: maxPixels,
      video_size_limit: 0,
      video_frame_rate_limit: 0,
      video_matrix_limit: 0,
    },
    // There are none.
    polls: {
      max_options: 0,
      max_characters_per_option: 0,
      min_expiration: 0,
      max_expiration: 0,
    },
  };
}
