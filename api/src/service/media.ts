/** Pictures in tweets. */
export type { Media } from '../model/media.ts';
