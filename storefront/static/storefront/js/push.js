/* Turns notices on in this browser: <div id="push" data-key data-worker data-add hidden>. */

const box = document.getElementById("push");

const say = (state) => {
  for (const words of box.querySelectorAll("[data-when]")) words.hidden = words.dataset.when !== state;
};

const bytes = (key) => {
  const plain = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};

const subscribe = async () => {
  const registration = await navigator.serviceWorker.register(box.dataset.worker, { scope: "/" });
  await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: bytes(box.dataset.key) };
  let subscription = await registration.pushManager.getSubscription();
  if (subscription && box.dataset.known === undefined) {
    /* It may have been made with a key that the shop no longer has. */
    await subscription.unsubscribe();
    subscription = null;
  }
  return subscription ?? registration.pushManager.subscribe(options);
};

const turnOn = async () => {
  if ((await Notification.requestPermission()) !== "granted") return say("denied");
  const { endpoint, keys } = (await subscribe()).toJSON();
  const body = new URLSearchParams({ endpoint, ...keys });
  const answer = await fetch(box.dataset.add, { method: "POST", body });
  return answer.ok ? location.reload() : say("failed");
};

if (box && "serviceWorker" in navigator && "PushManager" in window) {
  box.hidden = false;
  say(Notification.permission === "denied" ? "denied" : "");
  box.querySelector("button").addEventListener("click", () => turnOn().catch(() => say("failed")));
}
