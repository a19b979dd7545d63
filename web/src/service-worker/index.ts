/** Keeps the app itself for when there is no connection; what people say is never kept here. */
import { version } from '$app/env';
import { assets, immutable } from '$app/manifest';
import { self as worker } from '$app/service-worker';

const CACHE = `minitter-${version}`;
const SHELL = '/about';
const FILES = [...immutable, ...assets].map(({ path }) =>
  path.startsWith('/') ? path : `/${path}`,
);

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll([...FILES, SHELL]))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(forgetOldCaches().then(() => worker.clients.claim()));
});

async function forgetOldCaches(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}

const kept = new Set(FILES);

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (kept.has(url.pathname)) event.respondWith(keptOr(request));
  else if (request.mode === 'navigate' && isOurs(url.pathname)) event.respondWith(page(request));
});

/** Pages that the server makes by itself are never answered from here. */
const isOurs = (path: string) => !/^\/(api|oauth|docs|password|email|media)(\/|$)/.test(path);

async function keptOr(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreSearch: true })) ?? fetch(request);
}

/** The page from the server; without a connection the shell, which shows what it has. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(SHELL)) ?? Response.error();
  }
}
