import type { Migration } from '../migrate.ts';

/** Whose code confirms another address than the one he has. */
export const emailChanges: Migration = {
  version: 6,
  name: 'email_changes',
  steps: ({ text, addColumn }) => [addColumn('one_time_codes', `new_email ${text(254)}`)],
};
