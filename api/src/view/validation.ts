/**
 * Input is checked by the route's schema. JSON bodies are taken as they are; queries and path
 * parameters are text, so `"20"` may be a number there.
 */
import { Ajv } from 'ajv';
import type { FastifySchemaCompiler } from 'fastify';
import type { FastifySchemaValidationError } from 'fastify/types/schema.js';
import type { Language } from '../service/errors.ts';

// Fields that a schema does not name are dropped, so they can never be stored.
const strict = new Ajv({ removeAdditional: 'all' });
// Nothing is dropped here: the headers that a schema does not name are still wanted elsewhere.
const coercing = new Ajv({ coerceTypes: true });

/** One validator per schema: strict for bodies, coercing for the rest. */
export const compileValidator: FastifySchemaCompiler<object> = ({ schema, httpPart }) =>
  (httpPart === 'body' ? strict : coercing).compile(schema);

type Params = Record<string, unknown>;
type Describe = (field: string, params: Params) => string;

const TYPES_KO: Record<string, string> = {
  string: '문자열',
  integer: '정수',
  number: '숫자',
  object: '객체',
  boolean: '참/거짓 값',
  array: '배열',
};

const withIndefiniteArticle = (noun: string) => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;

/** What each keyword of a schema means to the person who broke it. */
const DESCRIPTIONS: Record<string, Record<Language, Describe>> = {
  required: {
    en: (_, { missingProperty }) => `"${String(missingProperty)}" is missing.`,
    ko: (_, { missingProperty }) => `"${String(missingProperty)}" 값이 없습니다.`,
  },
  type: {
    en: (field, { type }) => `${field} must be ${withIndefiniteArticle(String(type))}.`,
    ko: (field, { type }) =>
      `${field} 값은 ${TYPES_KO[String(type)] ?? String(type)} 형식이어야 합니다.`,
  },
  minimum: {
    en: (field, { limit }) => `${field} must be ${String(limit)} or more.`,
    ko: (field, { limit }) => `${field} 값은 ${String(limit)} 이상이어야 합니다.`,
  },
  maximum: {
    en: (field, { limit }) => `${field} must be ${String(limit)} or less.`,
    ko: (field, { limit }) => `${field} 값은 ${String(limit)} 이하여야 합니다.`,
  },
};

const OTHERWISE: Record<Language, Describe> = {
  en: (field) => `${field} is not valid.`,
  ko: (field) => `${field} 값이 올바르지 않습니다.`,
};

const WHOLE_BODY: Record<Language, string> = { en: 'The body', ko: '요청 본문' };

/** The first mistake that the schema found, as a sentence that names the field. */
export function validationMessage(
  errors: readonly FastifySchemaValidationError[],
  language: Language,
): string {
  const { instancePath = '', keyword = '', params = {} } = errors[0] ?? {};
  const field = instancePath === '' ? WHOLE_BODY[language] : `"${instancePath.slice(1)}"`;
  const describe = DESCRIPTIONS[keyword]?.[language] ?? OTHERWISE[language];
  return describe(field, params);
}
