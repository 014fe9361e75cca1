/* Keeps the counter's page of a point of sale, and what it is drawn with, for times without network. What is
   sold meanwhile is kept by the page itself; nothing that is sent goes through here. */

const CACHE = "counter-1";
const PATIENCE = 4000; /* ms that a page may take before the kept one is shown */

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const keep = async (request, response) => {
  if (response.ok && !response.redirected) {
    const cache = await caches.open(CACHE);
    await cache.put(request, response.clone());
  }
  return response;
};

/* The page tells what it has loaded, for it came before this script. */
self.addEventListener("message", (event) => {
  const addresses = event.data?.keep ?? [];
  event.waitUntil(Promise.all(addresses.map((url) => fetch(url)
    .then((response) => keep(url, response))
    .catch(() => null))));
});

const kept = (request) => caches.match(request, { ignoreSearch: request.mode === "navigate", ignoreVary: true });

const freshOrKept = async (request) => {
  const fresh = fetch(request).then((response) => keep(request, response));
  const late = new Promise((_done, fail) => { setTimeout(fail, PATIENCE); });
  try {
    return await Promise.race([fresh, late]);
  } catch {
    return (await kept(request)) ?? fresh;
  }
};

const isKept = (request) => {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return false;
  if (request.mode === "navigate") return url.pathname === new URL(self.registration.scope).pathname;
  return ["style", "script", "font", "image"].includes(request.destination);
};

self.addEventListener("fetch", (event) => {
  if (isKept(event.request)) event.respondWith(freshOrKept(event.request));
});
