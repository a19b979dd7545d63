/**
 * Bodies as clients of Mastodon send them: JSON, forms and multipart alike, with nested names such as
 * `fields_attributes[0][name]`, or none at all.
 */
import multipart from '@fastify/multipart';
import { Ajv } from 'ajv';
import type { FastifyInstance, FastifyRequest, FastifySchemaCompiler } from 'fastify';
import qs from 'qs';

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
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, textsIn(String(body))),
  );
  await app.register(multipart, {
    limits: { fileSize: fileMaxBytes, files: 4, fields: 100, parts: 104, fieldSize: 20_000 },
  });
  app.setValidatorCompiler(compileValidator);
  app.addHook('preValidation', async (request) => {
    readNestedQuery(request);
    if (request.isMultipart()) await readParts(request);
    else if (request.body === undefined || request.body === null) request.body = {};
    else withoutNulls(request.body);
  });
}

/** A file of a multipart body, where its field has a name like this. */
export interface SentFile {
  readonly bytes: Buffer;
  readonly name: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Files of a multipart body, by field. */
    sentFiles?: ReadonlyMap<string, SentFile>;
  }
}

async function readParts(request: FastifyRequest): Promise<void> {
  const pairs: string[] = [];
  const files = new Map<string, SentFile>();
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      files.set(part.fieldname, { bytes: await part.toBuffer(), name: part.filename });
    } else {
      const { fieldname, value } = part;
      pairs.push(`${encodeURIComponent(fieldname)}=${encodeURIComponent(String(value))}`);
    }
  }
  request.sentFiles = files;
  request.body = textsIn(pairs.join('&'));
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

/** Clients send null for what they do not mean to say. */
function withoutNulls(body: unknown): void {
  const fields = body as Record<string, unknown>;
  for (const [name, value] of Object.entries(fields)) if (value === null) delete fields[name];
}

const options = { removeAdditional: 'all' } as const;
const strict = withFlags(new Ajv(options));
const coercing = withFlags(new Ajv({ ...options, coerceTypes: 'array' }));

/** JSON is taken as it is; what came as text is what its schema says it is. */
const compileValidator: FastifySchemaCompiler<object> = ({ schema, httpPart }) => {
  const ofTexts = coercing.compile(schema);
  if (httpPart !== 'body') return ofTexts;
  const ofJson = strict.compile(schema);
  return (body: object) => {
    const validate = texts.has(body) ? ofTexts : ofJson;
    const isValid = validate(body);
    return isValid ? { value: body } : { error: asError(validate.errors ?? []) };
  };
};

/** Fastify looks for the list of mistakes in an error's place. */
const asError = (errors: unknown) => errors as Error;

const YES = new Set<unknown>([true, 1, '1', 'true', 't', 'on', 'yes']);
const NO = new Set<unknown>([false, 0, '0', 'false', 'f', 'off', 'no', '']);

/** A keyword for booleans in all the spellings that clients use, in JSON too. */
function withFlags(ajv: Ajv): Ajv {
  return ajv.addKeyword({
    keyword: 'isFlag',
    modifying: true,
    validate: (
      _schema: unknown,
      value: unknown,
      _parentSchema: unknown,
      place?: { parentData: Record<string, unknown>; parentDataProperty: string | number },
    ) => {
      if (place) place.parentData[place.parentDataProperty] = YES.has(value);
      return YES.has(value) || NO.has(value);
    },
  });
}
