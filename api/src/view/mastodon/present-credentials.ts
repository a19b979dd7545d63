/** Oneself, with what only oneself sees (https://docs.joinmastodon.org/entities/Account/#CredentialAccount). */
import type { UserView } from '../../service/user-views.ts';
import { fieldsOf, presentAccount } from './present-account.ts';
import { visibilityName } from './present-status.ts';
import type { Site } from './site.ts';

/** @param requests how many would like to follow him */
export function presentCredentials(view: UserView, requests: number, site: Site) {
  const { user } = view;
  return {
    ...presentAccount(view, site),
    source: {
      privacy: visibilityName(user.default_visibility),
      sensitive: user.default_sensitive === 1,
      language: user.default_language,
      // As he wrote it, to be edited.
      note: user.profile,
      fields: fieldsOf(user.fields).map(({ name, value }) => ({ name, value, verified_at: null })),
      follow_requests_count: requests,
      hide_collections: user.hides_follows === 1,
      discoverable: user.is_discoverable === 1,
      indexable: false,
      attribution_domains: [],
      quote_policy: 'nobody',
    },
    // Nobody moderates through this API, so nobody has a permission in it.
    role: {
      id: user.role === 'admin' ? '1' : '-99',
      name: user.role === 'admin' ? 'Admin' : '',
      permissions: '0',
      color: '',
      highlighted: false,
    },
  };
}
