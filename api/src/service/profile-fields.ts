/** The pairs that a person shows on his profile, such as where he lives. */
import { DomainError } from './errors.ts';
import { FIELD_MAX, FIELDS_JSON_MAX, FIELDS_MAX } from './limits.ts';
import { codePoints, showsNothing, storableText } from './text.ts';

export interface ProfileField {
  readonly name: string;
  readonly value: string;
}

/**
 * The pairs as they are stored; empty ones are left out.
 *
 * @throws {DomainError} `fields_too_many`, `field_too_long`, `text_invalid`
 */
export function profileFields(fields: readonly ProfileField[]): ProfileField[] {
  const kept = fields
    .map(({ name, value }) => ({ name: fieldText(name), value: fieldText(value) }))
    .filter(({ name, value }) => name !== '' || value !== '');
  if (kept.length > FIELDS_MAX) throw new DomainError('fields_too_many');
  if (codePoints(JSON.stringify(kept)) > FIELDS_JSON_MAX) throw new DomainError('field_too_long');
  return kept;
}

function fieldText(text: string): string {
  const stored = storableText(text).trim();
  if (codePoints(stored) > FIELD_MAX) throw new DomainError('field_too_long');
  return showsNothing(stored) ? '' : stored;
}
