import type { Migration } from '../migrate.ts';
import { initial } from './0001_initial.ts';
import { sharedTimelines } from './0003_shared_timelines.ts';

/** Every migration there is, oldest first. Append; never change one that has been released. */
export const migrations: readonly Migration[] = [initial, sharedTimelines];
