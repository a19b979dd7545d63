import type { FastifyRequest } from 'fastify';
import type { Picture } from '../../service/profile-pictures.ts';
import { whenGone } from '../connections.ts';
import { forAnyone, forViewer } from '../endpoint.ts';
import { RequestError } from '../errors.ts';
import { formRead } from '../files.ts';
import { addToVary } from '../headers.ts';
import { publicUrlOf } from '../public-url.ts';
import {
  Empty,
  failures,
  PictureAddress,
  PictureFile,
  PictureUpload,
  UserParams,
} from './schemas.ts';

const FIELDS = new Set(['profile-pic', 'profile_pic']);
/** The address stays while the picture changes: to be asked again after a minute. */
const CACHE_CONTROL = 'public, max-age=60, must-revalidate';

export const uploadPicture = forViewer(
  {
    tags: ['Profile pictures'],
    summary: 'Set your profile picture',
    description: 'multipart/form-data with a JPEG, PNG or WebP file in "profile-pic".',
    consumes: ['multipart/form-data'],
    upload: PictureUpload,
    response: { 200: Empty, ...failures(400, 401, 413, 415, 503) },
  },
  async ({ services, viewer, request, reply }) => {
    await services.profilePictures.replace(viewer, () => uploadedFile(request, whenGone(reply)));
    return reply.send();
  },
);

export const picture = forAnyone(
  {
    tags: ['Profile pictures'],
    summary: "A user's profile picture",
    description: 'Its bytes, or a redirection to it; its address for Accept: application/json.',
    params: UserParams,
    response: { 200: PictureFile, 302: Empty, 304: Empty, ...failures(400, 404) },
  },
  async ({ services, params, request, reply }) => {
    const found = await services.profilePictures.find(params.user_id);
    addToVary(reply, 'accept');
    if (wantsJson(request)) return { img_url: await addressOf(found, request, params.user_id) };

    const address = await found.address();
    if (address !== undefined) return reply.redirect(address);
    const etag = `"${found.version}"`;
    reply.headers({ etag, 'cache-control': CACHE_CONTROL });
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type(found.contentType).send(Buffer.from(await found.bytes()));
  },
);

export const pictureAddress = forAnyone(
  {
    tags: ['Profile pictures'],
    summary: "The address of a user's profile picture",
    params: UserParams,
    response: { 200: PictureAddress, ...failures(400, 404) },
  },
  async ({ services, params, request }) => {
    const found = await services.profilePictures.find(params.user_id);
    return { img_url: await addressOf(found, request, params.user_id) };
  },
);

/** @throws {RequestError} `unsupported_media_type`, `file_missing`; the multipart plugin's errors */
async function uploadedFile(request: FastifyRequest, gone: AbortSignal): Promise<Buffer> {
  if (!request.isMultipart()) throw new RequestError('unsupported_media_type');
  const file = await formRead(fileOfForm(request), gone);
  if (!file || file.length === 0) throw new RequestError('file_missing');
  return file;
}

/** Every part is read to its end, so that the client gets to hear the answer. */
async function fileOfForm(request: FastifyRequest): Promise<Buffer | undefined> {
  let file: Buffer | undefined;
  for await (const part of request.parts()) {
    if (part.type !== 'file') continue;
    if (FIELDS.has(part.fieldname) && part.filename !== '') file ??= await part.toBuffer();
    else part.file.resume();
  }
  return file;
}

function wantsJson(request: FastifyRequest): boolean {
  return /\bapplication\/json\b/i.test(request.headers.accept ?? '');
}

/** An absolute address: the store's own, or this server's, with a mark that changes with the file. */
async function addressOf(found: Picture, request: FastifyRequest, userId: number): Promise<string> {
  return (
    (await found.address()) ??
    `${publicUrlOf(request)}/profile-picture/${userId}?v=${encodeURIComponent(found.version)}`
  );
}
