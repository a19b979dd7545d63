/** Pictures over HTTP: files to send, and a server whose folder of pictures can be looked into. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import sharp from 'sharp';
import type { Config } from '../../src/config.ts';
import { type Answer, type Person, startAppWith, type TestApp, testConfig } from './app.ts';
import { freshDatabase } from './engines.ts';

export interface PictureApp extends TestApp {
  readonly config: Config;
  /** The files in the folder of pictures. */
  readonly files: () => string[];
  readonly upload: (as: Person, form: FormData) => Promise<Answer>;
  readonly show: (person: Person, headers?: Record<string, string>) => Promise<Answer>;
}

export async function startPictureApp(
  t: TestContext,
  env: Record<string, string> = {},
): Promise<PictureApp> {
  const config = { ...testConfig(t, env), database: await freshDatabase(t, 'sqlite') };
  const folder = path.join(config.dataDir, 'pictures');
  const app = await startAppWith(t, config);
  return {
    ...app,
    config,
    files: () => (existsSync(folder) ? readdirSync(folder) : []),
    upload: (as, raw) => app.call('POST /profile-picture', { as, raw }),
    show: ({ id }, headers = {}) => app.call(`GET /profile-picture/${id}`, { headers }),
  };
}

/** A small PNG of one colour. */
export function pngOf(color: string): Promise<Buffer> {
  return sharp({ create: { width: 20, height: 10, channels: 3, background: color } })
    .png()
    .toBuffer();
}

/** A part of a form: text, or a file. */
export type Part = readonly [field: string, content: string | Uint8Array, fileName?: string];

/** Bytes are sent as a file. */
export function formOf(...parts: readonly Part[]): FormData {
  const form = new FormData();
  for (const [field, content, fileName = 'me.png'] of parts) {
    if (typeof content === 'string') form.append(field, content);
    else form.append(field, new Blob([new Uint8Array(content)]), fileName);
  }
  return form;
}
