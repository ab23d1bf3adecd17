// Keeps the files of one build, so that the page works without a network after the first visit. A later build waits until the
// user asks for it: no page ever runs with files of two builds.

const CACHE = "fabricscope-@BUILD@";
const FILES = "@FILES@".split(" "); // written by web/build

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    // Names with a version may come from the browser's cache, which has just loaded them; the others are asked for anew.
    await cache.addAll(FILES.map((file) => new Request(file, { cache: file.includes("?v=") ? "default" : "no-cache" })));
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("fabricscope-") && name !== CACHE) await caches.delete(name);
  })());
});

self.addEventListener("message", ({ data }) => { if (data === "take over") self.skipWaiting(); });

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  event.respondWith((async () => {
    const cache = await caches.open(CACHE);
    // The query of the page itself is for its scripts.
    const kept = await cache.match(request, { ignoreSearch: request.mode === "navigate" });
    return kept ?? fetch(request);
  })());
});
