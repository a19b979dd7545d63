/** Pictures in tweets (https://docs.joinmastodon.org/entities/MediaAttachment/). */
import type { Media } from '../../service/media.ts';
import type { Site } from './site.ts';

export function presentMedia(media: Media, site: Site) {
  const { width, height, preview_width, preview_height, description, blurhash } = media;
  const [x = 0, y = 0] = media.focus.split(',').map(Number);
  return {
    id: String(media.id),
    type: media.kind,
    url: site.fileAt(media.picture),
    preview_url: site.fileAt(media.preview),
    remote_url: null,
    text_url: null,
    preview_remote_url: null,
    meta: {
      original: sizeOf(width, height),
      small: sizeOf(preview_width, preview_height),
      focus: { x, y },
    },
    description: description === '' ? null : description,
    blurhash: blurhash === '' ? null : blurhash,
  };
}

function sizeOf(width: number, height: number) {
  return { width, height, size: `${width}x${height}`, aspect: width / height };
}
