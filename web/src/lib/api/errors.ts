/** What has gone wrong with a call, and what to tell the person. */
import { t } from '#lib/i18n/index.svelte.ts';

/** The status of the answer that said no; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : undefined;
}

export const isNotFound = (error: unknown): boolean => [404, 410].includes(statusOf(error) ?? 0);
/** Whether the token is no good; a wrong password is another matter. */
export const isExpired = (error: unknown): boolean =>
  statusOf(error) === 401 && (!(error instanceof CallError) || error.code.startsWith('token'));

/** Whether the server's own sentence says it best: it knows which field is wrong, and why. */
const SAYS_WHY = new Set([400, 401, 403, 409, 413, 415, 422]);

/** What happened and what to do, in one or two sentences. */
export function explain(error: unknown): string {
  const status = statusOf(error);
  const { message = '' } = error as { message?: string };
  if (status === undefined) return explainSilence(error);
  if (SAYS_WHY.has(status) && message !== '') return message;
  if (status === 403) return t().errorForbidden;
  if (status === 404 || status === 410) return t().errorGone;
  if (status === 429) return t().errorTooOften;
  if (status === 501) return t().errorUnsupported;
  if (status === 503) return t().errorBusy;
  return status >= 500 ? t().errorServer : t().errorUnknown;
}

function explainSilence(error: unknown): string {
  const { name = '' } = error as { name?: string };
  if (!navigator.onLine || error instanceof TypeError) return t().errorOffline;
  return /timeout|abort/i.test(name) ? t().errorTimeout : t().errorUnknown;
}

/** A refusal by the extension, whose shape is that of masto's own errors. */
export class CallError extends Error {
  readonly statusCode: number;
  /** The error's name in docs/errors.md, where the server has given it. */
  readonly code: string;

  constructor(statusCode: number, message: string, code = '') {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
  }
}
