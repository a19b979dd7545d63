import { Readable } from 'node:stream';
import { failures } from '../classic/schemas.ts';
import { forViewer } from '../endpoint.ts';
import { ZipFile } from './schemas.ts';

export const exportData = forViewer(
  {
    tags: ['Account'],
    summary: 'All that belongs to you, as one zip file',
    description:
      'Files of JSON and your pictures, without passwords and tokens; a few times an hour.',
    response: { 200: ZipFile, ...failures(401, 403, 429, 503) },
  },
  async ({ services, viewer, reply }) => {
    const { name, content } = await services.dataDownloads.begin(viewer);
    return reply
      .type('application/zip')
      .header('content-disposition', `attachment; filename="${name}"`)
      .header('cache-control', 'no-store')
      .send(Readable.from(content, { objectMode: false }));
  },
);
