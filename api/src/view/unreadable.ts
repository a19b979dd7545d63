/** Requests that never become one of the framework's: answered with what Node.js gives. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Language } from '../service/errors.ts';
import { MESSAGES } from './errors.ts';
import { COMMON_HEADERS } from './headers.ts';
import { languageOf } from './language.ts';

const STATUS_OF_PARSER_ERRORS: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What is not even HTTP: answered on the bare socket, in English. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const status = STATUS_OF_PARSER_ERRORS[error.code ?? ''] ?? '400 Bad Request';
  const { headers, body } = refusal('en');
  const lines = Object.entries({ ...COMMON_HEADERS, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.end([`HTTP/1.1 ${status}`, ...lines, '', body].join('\r\n'));
}

/** `Expect:` of anything but `100-continue`, which nobody here can meet (RFC 9110, 10.1.1). */
export function refuseExpectation(request: IncomingMessage, response: ServerResponse): void {
  const { headers, body } = refusal(languageOf(request));
  response.writeHead(417, headers).end(body);
}

function refusal(language: Language) {
  const body = JSON.stringify({
    error: 'malformed_request',
    message: MESSAGES.malformed_request[language],
  });
  const headers = {
    'content-language': language,
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  return { headers, body };
}
