import type { Migration } from '../migrate.ts';
import { initial } from './0001_initial.ts';
import { people } from './0002_people.ts';
import { sharedTimelines } from './0003_shared_timelines.ts';
import { social } from './0004_social.ts';
import { search } from './0005_search.ts';
import { emailChanges } from './0006_email_changes.ts';
import { deletions } from './0007_deletions.ts';

/** Every migration there is, oldest first. Append; never change one that has been released. */
export const migrations: readonly Migration[] = [
  initial,
  people,
  sharedTimelines,
  social,
  search,
  emailChanges,
  deletions,
];
