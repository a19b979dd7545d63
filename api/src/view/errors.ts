/**
 * The one table: error → status and body, a column per face. Domain errors come from
 * `service/errors.ts`; what is wrong with a request before any service sees it is named here.
 */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import {
  DOMAIN_ERRORS,
  DomainError,
  type DomainErrorCode,
  type Language,
  type Message,
  StoreBusy,
  StoreUnavailable,
  TryLaterError,
} from '../service/errors.ts';
import { addToVary } from './headers.ts';
import { languageOf } from './language.ts';
import { requestIdOf } from './request-ids.ts';
import { validationMessage } from './validation.ts';

/** Errors of HTTP itself. `docs/errors.md` lists them too. */
export const REQUEST_ERRORS = {
  invalid_input: {
    en: 'A value in the request is missing or of the wrong kind.',
    ko: '요청에 빠졌거나 형식이 잘못된 값이 있습니다.',
  },
  malformed_json: {
    en: 'The body is not valid JSON.',
    ko: '요청 본문이 올바른 JSON 형식이 아닙니다.',
  },
  malformed_request: {
    en: 'The request cannot be understood.',
    ko: '올바르지 않은 요청입니다.',
  },
  value_missing: {
    en: 'This must not be empty.',
    ko: '필수 입력 항목입니다.',
  },
  agreement_missing: {
    en: 'Agree to the rules of this server first.',
    ko: '서버 규칙에 동의해야 가입할 수 있습니다.',
  },
  form_expired: {
    en: 'This form has expired. Fill it in once more.',
    ko: '입력 양식이 만료되었습니다. 다시 입력해 주세요.',
  },
  file_missing: {
    en: 'Send the picture as a file in the field "profile-pic" or "profile_pic".',
    ko: '"profile-pic" 또는 "profile_pic" 필드에 사진 파일을 담아 보내 주세요.',
  },
  upload_missing: {
    en: 'Send the picture as a file in the field "file".',
    ko: '"file" 필드에 사진 파일을 담아 보내 주세요.',
  },
  not_found: {
    en: 'There is nothing at this address.',
    ko: '존재하지 않는 주소입니다.',
  },
  method_not_allowed: {
    en: 'This address does not take this method; see the Allow header.',
    ko: '이 주소에서 지원하지 않는 메서드입니다. Allow 헤더를 확인해 주세요.',
  },
  body_too_large: {
    en: 'The body is larger than this server takes.',
    ko: '요청 본문이 서버가 허용하는 크기를 넘었습니다.',
  },
  unsupported_media_type: {
    en: 'The body has a Content-Type that is not taken here.',
    ko: '지원하지 않는 Content-Type입니다.',
  },
  not_ready: {
    en: 'The server cannot serve right now; "missing" says what it lacks.',
    ko: '지금은 서비스를 제공할 수 없습니다. "missing"에 문제가 있는 항목이 나와 있습니다.',
  },
  stopping: {
    en: 'The server is about to stop.',
    ko: '서버가 곧 종료됩니다.',
  },
  storage_unavailable: {
    en: 'The data cannot be reached or stored right now. Nothing was changed unless you are told so.',
    ko: '지금은 데이터를 읽거나 저장할 수 없습니다. 잠시 후 다시 시도해 주세요.',
  },
  internal_error: {
    en: 'Something went wrong on the server.',
    ko: '서버에 문제가 발생했습니다.',
  },
} as const satisfies Record<string, Message>;

type RequestErrorCode = keyof typeof REQUEST_ERRORS;
export type ErrorCode = DomainErrorCode | RequestErrorCode;

/** What OAuth calls an error (RFC 6749, 4.1.2.1 and 5.2; RFC 6750, 3.1). */
export type OauthError =
  | 'access_denied'
  | 'insufficient_scope'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_request'
  | 'invalid_scope'
  | 'invalid_token'
  | 'server_error'
  | 'temporarily_unavailable'
  | 'unsupported_grant_type'
  | 'unsupported_response_type';

interface Faces {
  readonly classic: number;
  readonly mastodon?: number;
  /** At `/oauth`, where every answer is named by the standard. */
  readonly oauth?: OauthError;
}

/** The status of each error, by face; the Mastodon API's is the classic one where it is not named. */
export const ERROR_STATUS: Readonly<Record<ErrorCode, Faces>> = {
  name_invalid: { classic: 400, mastodon: 422 },
  email_invalid: { classic: 400, mastodon: 422 },
  email_taken: { classic: 409, mastodon: 422 },
  profile_too_long: { classic: 400, mastodon: 422 },
  fields_too_many: { classic: 400, mastodon: 422 },
  field_too_long: { classic: 400, mastodon: 422 },
  visibility_invalid: { classic: 400, mastodon: 422 },
  language_invalid: { classic: 400, mastodon: 422 },
  text_invalid: { classic: 400, mastodon: 422 },
  username_invalid: { classic: 400, mastodon: 422 },
  username_reserved: { classic: 400, mastodon: 422 },
  username_taken: { classic: 409, mastodon: 422 },
  password_too_short: { classic: 400, mastodon: 422 },
  password_too_long: { classic: 400, mastodon: 422 },
  password_common: { classic: 400, mastodon: 422 },
  password_is_identity: { classic: 400, mastodon: 422 },
  registrations_closed: { classic: 403 },
  wrong_credentials: { classic: 401, oauth: 'invalid_grant' },
  password_wrong: { classic: 403 },
  session_not_found: { classic: 404 },
  account_pending: { classic: 403, oauth: 'invalid_grant' },
  account_suspended: { classic: 403, oauth: 'invalid_grant' },
  token_invalid: { classic: 401, oauth: 'invalid_token' },
  tweet_blank: { classic: 400, mastodon: 422 },
  tweet_too_long: { classic: 400, mastodon: 422 },
  tweet_too_complex: { classic: 400, mastodon: 422 },
  tweet_not_found: { classic: 404 },
  notification_not_found: { classic: 404 },
  media_too_many: { classic: 400, mastodon: 422 },
  media_not_found: { classic: 404 },
  media_not_attachable: { classic: 404, mastodon: 422 },
  media_in_use: { classic: 409, mastodon: 422 },
  media_too_many_waiting: { classic: 409, mastodon: 422 },
  media_unsupported: { classic: 415, mastodon: 422 },
  media_description_too_long: { classic: 400, mastodon: 422 },
  media_focus_invalid: { classic: 400, mastodon: 422 },
  pin_refused: { classic: 400, mastodon: 422 },
  feature_missing: { classic: 400, mastodon: 422 },
  reblog_refused: { classic: 400, mastodon: 422 },
  scope_missing: { classic: 403, oauth: 'insufficient_scope' },
  user_required: { classic: 403, mastodon: 422 },
  app_required: { classic: 403 },
  app_invalid: { classic: 400, mastodon: 422 },
  redirect_invalid: { classic: 400, mastodon: 422, oauth: 'invalid_request' },
  client_invalid: { classic: 401, oauth: 'invalid_client' },
  scope_invalid: { classic: 400, mastodon: 422, oauth: 'invalid_scope' },
  grant_invalid: { classic: 400, oauth: 'invalid_grant' },
  grant_unsupported: { classic: 400, oauth: 'unsupported_grant_type' },
  response_unsupported: { classic: 400, oauth: 'unsupported_response_type' },
  challenge_invalid: { classic: 400, oauth: 'invalid_request' },
  follow_self: { classic: 400, mastodon: 422 },
  follow_refused: { classic: 403 },
  follow_request_not_found: { classic: 404 },
  hashtag_invalid: { classic: 400, mastodon: 404 },
  too_many_hashtags: { classic: 400, mastodon: 422 },
  filter_not_found: { classic: 404 },
  filter_title_invalid: { classic: 400, mastodon: 422 },
  filter_keyword_invalid: { classic: 400, mastodon: 422 },
  filter_contexts_missing: { classic: 400, mastodon: 422 },
  filters_too_many: { classic: 400, mastodon: 422 },
  filter_full: { classic: 400, mastodon: 422 },
  relation_self: { classic: 400, mastodon: 422 },
  endorsement_refused: { classic: 400, mastodon: 422 },
  note_too_long: { classic: 400, mastodon: 422 },
  user_not_found: { classic: 404 },
  picture_not_found: { classic: 404 },
  picture_unsupported: { classic: 415, mastodon: 422 },
  picture_broken: { classic: 400, mastodon: 422 },
  picture_too_many_pixels: { classic: 413, mastodon: 422 },
  list_not_found: { classic: 404 },
  list_title_invalid: { classic: 400, mastodon: 422 },
  too_many_lists: { classic: 400, mastodon: 422 },
  list_full: { classic: 400, mastodon: 422 },
  list_member_not_followed: { classic: 404 },
  idempotency_key_invalid: { classic: 400, mastodon: 422 },
  idempotency_key_reused: { classic: 422 },
  stream_unknown: { classic: 400 },
  too_many_streams: { classic: 429 },
  search_too_long: { classic: 400, mastodon: 422 },
  too_many_attempts: { classic: 429 },
  mail_unavailable: { classic: 501 },
  code_invalid: { classic: 400 },
  busy: { classic: 503 },
  invalid_input: { classic: 400, mastodon: 422, oauth: 'invalid_request' },
  value_missing: { classic: 400, mastodon: 422 },
  agreement_missing: { classic: 400, mastodon: 422 },
  form_expired: { classic: 403 },
  malformed_json: { classic: 400 },
  malformed_request: { classic: 400 },
  file_missing: { classic: 400, mastodon: 422 },
  upload_missing: { classic: 400, mastodon: 422 },
  not_found: { classic: 404 },
  method_not_allowed: { classic: 405, mastodon: 404 },
  body_too_large: { classic: 413 },
  unsupported_media_type: { classic: 415 },
  not_ready: { classic: 503 },
  stopping: { classic: 503 },
  storage_unavailable: { classic: 503 },
  internal_error: { classic: 500 },
};

/** A mistake in the request itself, found by the view. */
export class RequestError extends Error {
  readonly code: RequestErrorCode;

  constructor(code: RequestErrorCode, options?: ErrorOptions) {
    super(REQUEST_ERRORS[code].en, options);
    this.name = 'RequestError';
    this.code = code;
  }
}

/** What is wrong with one field, in Mastodon's word and in ours. */
export interface FieldProblem {
  readonly field: string;
  /** Such as `ERR_TAKEN`. */
  readonly error: string;
  readonly code: ErrorCode;
}

/** Fields that are not as they should be; in the Mastodon API each is named (`details`). */
export class FieldsError extends RequestError {
  readonly problems: readonly FieldProblem[];

  constructor(problems: readonly FieldProblem[]) {
    super('invalid_input');
    this.problems = problems;
  }
}

/** Something that the server cannot do without does not answer. */
export class NotReadyError extends RequestError {
  readonly missing: readonly string[];

  constructor(missing: readonly string[]) {
    super('not_ready');
    this.missing = missing;
  }
}

/** Fastify's own errors, and those of its multipart plugin, in our words. */
const FRAMEWORK_ERRORS: Readonly<Record<string, RequestErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_request',
  FST_ERR_BAD_URL: 'not_found',
  FST_ERR_ASYNC_CONSTRAINT: 'malformed_request',
  FST_REQ_FILE_TOO_LARGE: 'body_too_large',
  FST_FILES_LIMIT: 'malformed_request',
  FST_PARTS_LIMIT: 'malformed_request',
  FST_FIELDS_LIMIT: 'malformed_request',
  FST_PROTO_VIOLATION: 'malformed_request',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'unsupported_media_type',
};

const RETRY_SECONDS = 2;

/** Answers with what went wrong, in the language of the client. */
export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const code = codeOf(error);
  const language = languageOf(request.raw);
  const details = { err: error, requestId: requestIdOf(request) };
  if (code === 'internal_error') request.log.error(details, 'failed');
  else if (code === 'storage_unavailable') request.log.error(details, 'storage failed');

  const retryAfter = retryAfterSeconds(error, code);
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  if (code === 'token_invalid') reply.header('www-authenticate', 'Bearer');
  const { validation } = error as FastifyError;
  const message = validation ? validationMessage(validation, language) : MESSAGES[code][language];
  addToVary(reply, 'accept-language');
  reply.header('cache-control', 'no-store').header('content-language', language);
  const status = ERROR_STATUS[code];
  if (isOauth(request.url)) {
    const { status, error: name } = oauthErrorOf(code);
    return reply.code(status).send({ error: name, error_description: message });
  }
  if (isMastodon(request.url)) {
    reply.code(status.mastodon ?? status.classic);
    return reply.send(
      error instanceof FieldsError ? detailed(error, language) : { error: message },
    );
  }
  return reply.code(status.classic).send({
    error: code,
    message,
    ...(code === 'internal_error' ? { request_id: requestIdOf(request) } : {}),
    ...(error instanceof NotReadyError ? { missing: error.missing } : {}),
  });
}

/** https://docs.joinmastodon.org/entities/Error/ and https://docs.joinmastodon.org/methods/accounts/#422-unprocessable-entity */
function detailed({ problems }: FieldsError, language: Language) {
  const details: Record<string, { error: string; description: string }[]> = {};
  for (const { field, error, code } of problems) {
    (details[field] ??= []).push({ error, description: MESSAGES[code][language] });
  }
  const sentences = problems.map(({ field, code }) => `${field}: ${MESSAGES[code][language]}`);
  return { error: sentences.join(' '), details };
}

/** What went wrong, for a client of the Mastodon API to whom there is nothing to reply to. */
export function refusalOf(error: unknown, request: FastifyRequest) {
  const code = codeOf(error);
  if (code === 'internal_error' || code === 'storage_unavailable') {
    request.log.error({ err: error, requestId: requestIdOf(request) }, 'failed');
  }
  const { mastodon, classic } = ERROR_STATUS[code];
  return { error: MESSAGES[code][languageOf(request.raw)], status: mastodon ?? classic };
}

/** Addresses of the Mastodon client API, known or not, whose errors have bodies of their own. */
const isMastodon = (url: string): boolean => /^\/api\/(?!minitter\/)/.test(url);
/** And those of OAuth. */
const isOauth = (url: string): boolean => url.startsWith('/oauth/');

/** An error as OAuth has it: what it has no name for is a request that cannot be understood, or ours. */
export function oauthErrorOf(code: ErrorCode): { status: number; error: OauthError } {
  const { classic, oauth } = ERROR_STATUS[code];
  if (oauth === 'invalid_client' || oauth === 'invalid_token') return { status: 401, error: oauth };
  if (oauth === 'insufficient_scope') return { status: 403, error: oauth };
  if (oauth !== undefined) return { status: 400, error: oauth };
  if (classic === 429 || classic === 503) {
    return { status: classic, error: 'temporarily_unavailable' };
  }
  return { status: classic, error: classic >= 500 ? 'server_error' : 'invalid_request' };
}

/** Every message there is, by code. */
export const MESSAGES: Readonly<Record<ErrorCode, Message>> = {
  ...DOMAIN_ERRORS,
  ...REQUEST_ERRORS,
};

function codeOf(error: unknown): ErrorCode {
  if (error instanceof DomainError || error instanceof RequestError) return error.code;
  if (error instanceof StoreBusy) return 'busy';
  if (error instanceof StoreUnavailable) return 'storage_unavailable';
  const { validation, code, statusCode } = error as FastifyError;
  if (validation) return 'invalid_input';
  const known = FRAMEWORK_ERRORS[code];
  if (known) return known;
  // What else the framework blames on the client.
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500
    ? 'malformed_request'
    : 'internal_error';
}

function retryAfterSeconds(error: unknown, code: ErrorCode): number | undefined {
  if (error instanceof TryLaterError) return Math.max(1, Math.ceil(error.retryAfterMs / 1000));
  return ERROR_STATUS[code].classic === 503 ? RETRY_SECONDS : undefined;
}
