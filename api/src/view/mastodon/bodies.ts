/**
 * Bodies as clients of Mastodon send them: JSON, forms and multipart alike, with nested names such as
 * `fields_attributes[0][name]`, or none at all.
 */
import multipart from '@fastify/multipart';
import { Ajv } from 'ajv';
import type {
  FastifyBodyParser,
  FastifyInstance,
  FastifyRequest,
  FastifySchemaCompiler,
} from 'fastify';
import qs from 'qs';
import type { TSchema } from 'typebox';
import { whenGone } from '../connections.ts';
import { formRead } from '../files.ts';

/** Bodies whose values are all text, whatever they mean. */
const texts = new WeakSet<object>();

/** Nobody nests deeper, and nobody sends more fields. */
const NESTING = { depth: 4, arrayLimit: 100, parameterLimit: 500 } as const;

export interface BodyLimits {
  /** The largest uploaded file, in bytes. */
  readonly fileMaxBytes: number;
}

/** Lets the routes of `app` take all of these. To be called before they are added. */
export async function takeAllBodies(
  app: FastifyInstance,
  { fileMaxBytes }: BodyLimits,
): Promise<void> {
  app.addContentTypeParser('application/json', { parseAs: 'string' }, readJson(app));
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, textsIn(String(body))),
  );
  await app.register(multipart, {
    limits: { fileSize: fileMaxBytes, files: 4, fields: 100, parts: 104, fieldSize: 20_000 },
  });
  app.setValidatorCompiler(compileValidator);
  app.addHook('preValidation', (request, reply, done) => {
    readNestedQuery(request);
    if (request.isMultipart()) {
      // Where files are wanted they are read in their turn: see `uploader` in callers.ts.
      if (!request.routeOptions.config.takesFiles) return readForm(request, whenGone(reply));
    } else if (request.body === undefined || request.body === null) request.body = {};
    else request.sentNulls = withoutNulls(request.body);
    done();
    return undefined;
  });
}

/** JSON as everywhere, but some clients name it where they send nothing. */
function readJson(app: FastifyInstance): FastifyBodyParser<string> {
  const read = app.getDefaultJsonParser('error', 'error');
  return (request, body, done) =>
    body.trim() === '' ? done(null, undefined) : read(request, body, done);
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route reads multipart bodies itself. */
    takesFiles?: boolean;
  }
  interface FastifyRequest {
    /** Files of a multipart body, by field; only those that the route asks for. */
    sentFiles?: ReadonlyMap<string, Uint8Array>;
    /** Fields of a JSON body that were null, and count as not sent. */
    sentNulls?: ReadonlySet<string>;
  }
}

/**
 * Reads a multipart body: its texts become the body. Every part is read to its end, so that the
 * client gets to hear the answer.
 *
 * @param wanted fields whose files are kept, the first of each; all others are passed over
 * @throws {RequestError} `malformed_request`; the multipart plugin's errors
 */
export async function readForm(
  request: FastifyRequest,
  gone: AbortSignal,
  wanted: readonly string[] = [],
): Promise<void> {
  const { pairs, files } = await formRead(readParts(request, wanted), gone);
  request.sentFiles = files;
  request.body = textsIn(pairs.join('&'));
}

async function readParts(request: FastifyRequest, wanted: readonly string[]) {
  const pairs: string[] = [];
  const files = new Map<string, Uint8Array>();
  for await (const part of request.parts()) {
    const { fieldname: field } = part;
    if (part.type !== 'file') {
      pairs.push(`${encodeURIComponent(field)}=${encodeURIComponent(String(part.value))}`);
    } else if (wanted.includes(field) && !files.has(field)) {
      files.set(field, await part.toBuffer());
    } else part.file.resume();
  }
  return { pairs, files };
}

/** Forms turn each line end into two characters, as their standards want it: here it is one again. */
function textsIn(form: string): object {
  const body = qs.parse(form.replaceAll(/%0d%0a/gi, '%0A'), NESTING);
  texts.add(body);
  return body;
}

/** `id[]=1&id[]=2`: the server's own parser knows no lists. */
function readNestedQuery(request: FastifyRequest): void {
  const at = request.url.indexOf('?');
  const text = at < 0 ? '' : request.url.slice(at + 1);
  if (/\[|%5b/i.test(text)) request.query = qs.parse(text, NESTING);
}

/** Clients send null for what they do not mean to say. @returns the names of these fields */
function withoutNulls(body: unknown): ReadonlySet<string> {
  const fields = body as Record<string, unknown>;
  const names = Object.keys(fields).filter((name) => fields[name] === null);
  for (const name of names) delete fields[name];
  return new Set(names);
}

const options = { removeAdditional: 'all' } as const;
const strict = withKeywords(new Ajv(options));
const coercing = withKeywords(new Ajv({ ...options, coerceTypes: 'array' }));

/** JSON is taken as it is; what came as text is what its schema says it is. */
const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) =>
  httpPart === 'body' ? bodyValidator(schema) : coercing.compile(schema);

/** A function that holds a body against a schema, when it was read too late for the server to do so. */
export function bodyCheck(schema: TSchema): (body: unknown) => void {
  const validate = bodyValidator(schema);
  return (body) => {
    const { error } = validate(body as object);
    if (error) throw Object.assign(new Error('the body is not valid'), { validation: error });
  };
}

function bodyValidator(schema: TSchema) {
  const ofTexts = coercing.compile(schema);
  const ofJson = strict.compile(schema);
  return (body: object) => {
    const validate = texts.has(body) ? ofTexts : ofJson;
    const isValid = validate(body);
    return isValid ? { value: body } : { error: asError(validate.errors ?? []) };
  };
}

/** Fastify looks for the list of mistakes in an error's place. */
const asError = (errors: unknown) => errors as Error;

/** Longer ones are nobody's, and not worth looking up. */
const ID_LENGTH_MAX = 64;

const YES = new Set<unknown>([true, 1, '1', 'true', 't', 'on', 'yes']);
const NO = new Set<unknown>([false, 0, '0', 'false', 'f', 'off', 'no', '']);

/** Where a value is, so that a keyword can put another in its place. */
interface Place {
  readonly parentData: Record<string, unknown>;
  readonly parentDataProperty: string | number;
}

/** Keywords for booleans in all the spellings that clients use, in JSON too, and for ids. */
function withKeywords(ajv: Ajv): Ajv {
  return ajv
    .addKeyword({
      keyword: 'isFlag',
      modifying: true,
      validate: (_schema: unknown, value: unknown, _parentSchema: unknown, place?: Place) => {
        if (place) place.parentData[place.parentDataProperty] = YES.has(value);
        return YES.has(value) || NO.has(value);
      },
    })
    .addKeyword({
      keyword: 'isId',
      modifying: true,
      validate: (_schema: unknown, value: unknown, _parentSchema: unknown, place?: Place) => {
        if (typeof value === 'string') return value.length <= ID_LENGTH_MAX;
        if (!Number.isSafeInteger(value)) return false;
        if (place) place.parentData[place.parentDataProperty] = String(value);
        return true;
      },
    });
}
