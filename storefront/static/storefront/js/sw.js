/* Shows notices that come by web push, and opens what they are about. It keeps no pages. */

const ADD = "/tai-khoan/thong-bao/thiet-bi/";
const ICON = "/static/storefront/apple-touch-icon.png";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  if (!event.data) return;
  const { title, body, url, tag } = event.data.json();
  event.waitUntil(self.registration.showNotification(title, { body, tag, icon: ICON, data: { url } }));
});

const show = async (url) => {
  const address = new URL(url, self.location.origin);
  if (address.origin !== self.location.origin) return;
  const windows = await self.clients.matchAll({ type: "window" });
  const open = windows.find((each) => new URL(each.url).pathname === address.pathname);
  if (open) await open.focus();
  else await self.clients.openWindow(address.href);
};

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data.url));
});

/* The push service has given the browser a new address: the shop must know it. */
self.addEventListener("pushsubscriptionchange", (event) => {
  const again = async () => {
    const key = event.oldSubscription?.options.applicationServerKey;
    const subscription = event.newSubscription ?? (key && (await self.registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: key,
    })));
    if (!subscription) return;
    const { endpoint, keys } = subscription.toJSON();
    await fetch(ADD, { method: "POST", body: new URLSearchParams({ endpoint, ...keys }) });
  };
  event.waitUntil(again());
});
