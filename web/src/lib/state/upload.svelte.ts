/** One picture on its way to the server, with its progress. */
import { api, type Media, tokenInUse } from '#lib/api/client.ts';
import { CallError } from '#lib/api/errors.ts';

const POLL_MS = 700;
const POLLS = 60;

export class Upload {
  state = $state<'uploading' | 'processing' | 'done' | 'failed'>('uploading');
  percent = $state(0);
  media = $state.raw<Media>();
  description = $state('');
  error = $state.raw<unknown>();
  /** Shown meanwhile. */
  preview = '';
  #request: XMLHttpRequest | undefined;
  #file: File | undefined;

  static of(file: File): Upload {
    const upload = new Upload();
    upload.#file = file;
    upload.preview = URL.createObjectURL(file);
    void upload.#send(file);
    return upload;
  }

  /** One that is there already. */
  static done(media: Media): Upload {
    const upload = new Upload();
    upload.state = 'done';
    upload.media = media;
    upload.preview = media.previewUrl ?? media.url ?? '';
    upload.description = media.description ?? '';
    return upload;
  }

  cancel(): void {
    this.#request?.abort();
    if (this.preview.startsWith('blob:')) URL.revokeObjectURL(this.preview);
  }

  /** After it has failed. */
  retry(): void {
    if (!this.#file || this.state !== 'failed') return;
    this.state = 'uploading';
    this.percent = 0;
    this.error = undefined;
    void this.#send(this.#file);
  }

  /** Tells the server what the picture shows. */
  async describe(description: string): Promise<void> {
    this.description = description;
    if (!this.media) return;
    this.media = await api().v1.media.$select(this.media.id).update({ description });
  }

  /** `fetch` tells nothing of progress. */
  async #send(file: File): Promise<void> {
    try {
      const body = await this.#post(file);
      this.state = 'processing';
      const { id } = body as { id: string };
      this.media = await this.#fetched(id);
      if (this.description !== '') await this.describe(this.description);
      this.state = 'done';
    } catch (error) {
      this.error = error;
      this.state = 'failed';
    }
  }

  #post(file: File): Promise<unknown> {
    const request = new XMLHttpRequest();
    this.#request = request;
    const form = new FormData();
    form.append('file', file);
    return new Promise((resolve, reject) => {
      request.open('POST', '/api/v2/media');
      request.setRequestHeader('authorization', `Bearer ${tokenInUse() ?? ''}`);
      request.setRequestHeader('accept-language', document.documentElement.lang);
      request.responseType = 'json';
      request.upload.addEventListener('progress', ({ loaded, total }) => {
        this.percent = Math.round((100 * loaded) / Math.max(1, total));
      });
      request.addEventListener('error', () => reject(new TypeError('network')));
      request.addEventListener('load', () => {
        const { status, response } = request;
        const { error = '' } = (response ?? {}) as { error?: string };
        if (status >= 200 && status < 300) resolve(response);
        else reject(new CallError(status, error, status === 401 ? 'token_invalid' : ''));
      });
      request.send(form);
    });
  }

  /** Large ones take the server a while. */
  async #fetched(id: string): Promise<Media> {
    const client = api().v1.media.$select(id);
    let media = await client.fetch();
    for (let i = 0; !media.url && i < POLLS; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      media = await client.fetch();
    }
    return media;
  }
}
