import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';

/** Where `npm run dev` finds a server to talk to. */
const SERVER = process.env['MINITTER_SERVER'] ?? 'http://127.0.0.1:5000';
/** Where the built client goes: scripts/build-web.ts says so. */
const OUT = process.env['MINITTER_WEB_OUT'] ?? 'build';

/**
 * The Content-Security-Policy forbids style attributes, and SvelteKit's announcer for screen readers
 * bears one: it is hidden by src/app.css instead.
 */
const withoutStyleAttributes: Plugin = {
  name: 'minitter:announcer',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('/runtime/components/root.svelte')) return undefined;
    const stripped = code.replace(/\sstyle="[^"]*"/, '');
    if (stripped === code) this.error("SvelteKit's announcer looks different now");
    return stripped;
  },
};

export default defineConfig({
  plugins: [
    withoutStyleAttributes,
    sveltekit({
      adapter: adapter({ pages: OUT, fallback: 'shell.html', precompress: true }),
    }),
  ],
  build: {
    target: 'es2023',
    rolldownOptions: {
      output: {
        // What most pages have goes into one file: dozens of small ones weigh and take more. But what
        // SvelteKit begins with stays by itself: all else looks at it, and must come later.
        codeSplitting: {
          groups: [
            { name: 'begin', test: /client\/payload\.js|preload-helper/, priority: 1 },
            { name: 'shared', minShareCount: 9 },
          ],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/oauth/', '/media', '/profile-picture', '/avatars', '/headers'].map((path) => [
        path,
        { target: SERVER, ws: path === '/api' },
      ]),
    ),
  },
});
