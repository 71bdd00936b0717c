// Keeps the shell, and nothing else: packs, acts and photos are the page's business. In front of this text the server puts SHELL, the
// addresses the shell consists of, each with its digest, and VERSION, the digest of that list.
const CACHE = `xiezhi-field-${VERSION}`;
const byPath = new Map(SHELL.map((address) => [new URL(address, self.location).pathname, address]));

self.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      await cache.addAll(SHELL.map((address) => new Request(address, { cache: 'reload' })));
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys())
        if (name.startsWith('xiezhi-field-') && name !== CACHE) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

// A module is asked for by its bare name by another; whatever the query, it is the one of this version.
self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  const address =
    event.request.method === 'GET' && url.origin === self.location.origin ? byPath.get(url.pathname) : undefined;
  if (!address) return;
  event.respondWith((async () => (await (await caches.open(CACHE)).match(address)) ?? fetch(event.request))());
});
