/* The counter of a point of sale where the network may fail: goods and prices are kept on the device, what is
   done is written down, signed and numbered here, and sent in order once the network is back. Selling and
   handing over stand here, what else happens to a shelf in counter-shelf.js, the codes for bank transfers in
   vietqr.js. Without this file the page sells online by its plain form. */

const root = document.getElementById("counter");
const plain = document.getElementById("plain");
const allow = document.getElementById("allow");
const EVERY = 20_000; /* ms between two tries to send */
const AT_ONCE = 50; /* entries in one request */
const DAY = 86_400_000;

const word = (name) => root.querySelector(`[data-word=${name}]`).textContent;
const find = (name) => document.getElementById(`oc-${name}`);
const money = (amount) => `${String(amount).replace(/\B(?=(\d{3})+$)/g, ".")}\u00a0₫`;
const bare = (text) => text.replace(/[đĐ]/g, "d").normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const fold = (text) => (bare(text).match(/[\p{L}\p{N}_]+/gu) ?? []).join(" ");

/* A whole number as people write it; NaN for anything else. */
const whole = (text) => {
  const bareText = text.replace(/\s*(₫|đ)$/, "").trim();
  return /^(\d+|\d{1,3}([.,\s])\d{3}(\2\d{3})*)$/.test(bareText) ? Number(bareText.replace(/\D/g, "")) : NaN;
};

const cookie = (name) => {
  const pair = document.cookie.split("; ").find((each) => each.startsWith(`${name}=`));
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : "";
};

const post = (url, body, headers = {}) => fetch(url, {
  method: "POST",
  headers: { "X-CSRFToken": cookie("csrftoken"), ...headers },
  body,
});

/* --- what the device keeps */
const opened = new Promise((done, fail) => {
  const request = indexedDB.open(`counter-${root.dataset.point}`, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("kept");
    request.result.createObjectStore("entries", { keyPath: "sequence" });
  };
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});

const asked = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});

const store = async (name, mode = "readonly") => (await opened).transaction(name, mode).objectStore(name);
const get = async (key) => asked((await store("kept")).get(key));
const put = async (key, value) => asked((await store("kept", "readwrite")).put(value, key));
const entries = async () => asked((await store("entries")).getAll());

/* Entry and number are written together, so that no number is ever used twice or left out. */
const write = async (device, entry) => {
  const change = (await opened).transaction(["kept", "entries"], "readwrite");
  change.objectStore("entries").put(entry);
  change.objectStore("kept").put({ ...device, sequence: entry.sequence }, "device");
  return new Promise((done, fail) => {
    change.oncomplete = done;
    change.onabort = () => fail(change.error);
  });
};

const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bytesOf = (text) => Uint8Array.from(text.match(/../g), (pair) => Number.parseInt(pair, 16));

/* One entry at a time, in all windows of the device. */
const record = (kind, body, about) => navigator.locks.request(`write-${root.dataset.point}`, async () => {
  const device = await get("device");
  const sequence = device.sequence + 1;
  const text = JSON.stringify({
    client_id: crypto.randomUUID(), sequence, kind, happened_at: new Date().toISOString(), body,
  });
  const signature = hex(await crypto.subtle.sign("HMAC", device.key, new TextEncoder().encode(text)));
  await write(device, { sequence, text, signature, about, body, kind, state: "waiting", at: Date.now() });
});

/* --- sending */
let net = "";

const say = (state, more = "") => {
  net = state;
  const line = find("net");
  line.textContent = more || word(state);
  line.className = `state ${state === "online" ? "ok" : "warn"}`;
};

const settle = async (sent, outcomes) => {
  const change = await store("entries", "readwrite");
  sent.forEach((entry, place) => {
    const { state, ...rest } = outcomes[place];
    change.put({ ...entry, ...rest, state: state === "done" ? "done" : "kept" });
  });
  return new Promise((done) => { change.transaction.oncomplete = done; });
};

const answered = async (response) => {
  if (response.ok) return response.json();
  if (response.status === 401) say("login");
  else say("refused", response.status === 422 ? (await response.json()).error : word("refused"));
  return null;
};

const sendAll = () => navigator.locks.request(`send-${root.dataset.point}`, async () => {
  const device = await get("device");
  for (;;) {
    const waiting = (await entries()).filter((each) => each.state === "waiting").slice(0, AT_ONCE);
    if (!waiting.length) return true;
    const body = JSON.stringify({
      device: device.id,
      entries: waiting.map(({ text, signature }) => ({ text, signature })),
    });
    const response = await post(root.dataset.send, body, { "Content-Type": "application/json" });
    const answer = await answered(response);
    if (!answer) return false;
    await settle(waiting, answer.outcomes);
  }
});

/* Forgets what is done and a day old; what was refused waits at the manager's. */
const forget = async () => {
  const old = (await entries()).filter((each) => each.state !== "waiting" && Date.now() - each.at > DAY);
  const change = await store("entries", "readwrite");
  old.forEach((each) => change.delete(each.sequence));
};

let known = { goods: [], reservations: [], sales: [], account: null };

const refresh = async () => {
  const answer = await answered(await fetch(root.dataset.goods));
  if (!answer) return false;
  known = answer;
  await put("goods", answer);
  return true;
};

const sync = async () => {
  try {
    if (await sendAll() && await refresh()) say("online");
  } catch {
    say("offline");
  }
  await showQueue();
  showBill();
};

/* --- the bill */
const bill = new Map();
let changed = new Map(); /* what entries that were not sent yet add to each record, or take */

const today = () => new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" }).format(new Date());
const isFresh = (batch) => !batch.expires_on || batch.expires_on >= today();

/* What can be sold: what has expired since cannot, whenever the list was fetched. */
const left = (good) => good.batches.filter(isFresh).reduce((sum, batch) => sum + batch.left, 0)
  - good.reserved + (changed.get(good.record) ?? 0);

const byCode = (text) => {
  const page = text.match(/\/san-pham\/[^/?#]*_(\d+)\/?(?:[?#].*)?$/);
  if (page) return known.goods.filter((good) => good.product === Number(page[1]));
  const code = text.match(/\/chung-nhan\/([^/?#]+)/)?.[1] ?? text.replace(/\s/g, "");
  return known.goods.filter((good) => good.codes.includes(code));
};

const byWords = (text) => {
  const words = fold(text).split(" ").filter(Boolean);
  if (!words.length) return [];
  return known.goods.filter((good) => words.every((each) => good.folded.includes(each)));
};

const trouble = (text) => {
  find("trouble").hidden = !text;
  find("trouble").querySelector("p").textContent = text;
};

const add = (good) => {
  bill.set(good.record, (bill.get(good.record) ?? 0) + 1);
  find("code").value = "";
  find("choices").replaceChildren();
  trouble("");
  showBill();
  find("code").focus();
};

/* What was found goes where the chosen work wants it. */
const takeUp = (good) => (works[work()] ?? add)(good);

const choose = (goods) => {
  find("choices").replaceChildren(...goods.slice(0, 12).map((good) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    const title = document.createElement("span");
    title.lang = "vi";
    title.textContent = good.title;
    const price = document.createElement("span");
    price.className = "quiet";
    price.textContent = money(good.price);
    button.append(title, price);
    button.addEventListener("click", () => takeUp(good));
    return button;
  }));
};

const showLine = (record, quantity) => {
  const good = known.goods.find((each) => each.record === record);
  const line = find("line").content.firstElementChild.cloneNode(true);
  line.querySelector(".name").textContent = good.title;
  line.querySelector(".price").textContent = money(good.price);
  line.querySelector(".total").textContent = Number.isNaN(quantity) ? "" : money(good.price * quantity);
  const input = line.querySelector("input");
  input.value = Number.isNaN(quantity) ? "" : quantity;
  const labels = [...line.querySelectorAll("[aria-label]")];
  labels.forEach((each) => each.setAttribute("aria-label", each.getAttribute("aria-label").replace("{}", good.title)));
  const fault = faultOf(good, quantity);
  line.querySelector(".err").hidden = !fault;
  line.querySelector(".err span").textContent = fault;
  line.classList.toggle("bad", Boolean(fault));
  input.addEventListener("change", () => { bill.set(record, whole(input.value)); showBill(); });
  line.querySelector(".remove").addEventListener("click", () => { bill.delete(record); showBill(); });
  return line;
};

const faultOf = (good, quantity) => {
  if (Number.isNaN(quantity) || quantity < 1) return word("number");
  return quantity > left(good) ? word("few").replace("{}", String(Math.max(left(good), 0))) : "";
};

const total = () => [...bill].reduce((sum, [record, quantity]) => {
  const good = known.goods.find((each) => each.record === record);
  return sum + (good && !Number.isNaN(quantity) ? good.price * quantity : 0);
}, 0);

const showChange = () => {
  const given = whole(find("given").value);
  const change = given - total();
  find("change").textContent = change > 0 ? `${word("change")} ${money(change)}` : "";
};

const paidBy = (form) => form.querySelector("input[name=paid_by]:checked").value;

/* --- paying by a bank's app: the code is drawn here, so that it needs no network */
let transferCode = ""; /* of the bill that is open */

const showTransfer = (form, amount, words) => {
  const box = form.querySelector(".transfer");
  const { account } = known;
  box.hidden = paidBy(form) !== "vietqr" || !amount;
  box.querySelector(".without").hidden = Boolean(account);
  box.querySelector(".paybox").hidden = !account;
  if (box.hidden || !account) return;
  const text = vietQr.payload({ ...account, amount, words });
  const drawn = box.querySelector(".qr");
  if (drawn.dataset.text === text) return;
  drawn.dataset.text = text;
  drawn.replaceChildren(vietQr.draw(text));
  drawn.setAttribute("aria-label", word("code").replace("{}", money(amount)).replace("{code}", words));
  box.querySelector(".sum").textContent = money(amount);
  box.querySelector(".words").textContent = words;
  box.querySelector(".account").textContent = `${account.bank_name} ${account.number}`;
  box.querySelector(".holder").textContent = account.holder;
};

const showBillTransfer = () => {
  find("given").closest(".field").hidden = paidBy(find("pay")) !== "cash";
  if (known.account && !transferCode) transferCode = vietQr.newCode(known.account);
  showTransfer(find("pay"), total(), transferCode);
};

function showBill() {
  [...bill.keys()].filter((record) => !known.goods.some((each) => each.record === record))
    .forEach((record) => bill.delete(record));
  /* A field that is being written in stays as it is. */
  const focused = find("bill").contains(document.activeElement) && document.activeElement.matches("input");
  if (!focused) find("bill").replaceChildren(...[...bill].map(([record, quantity]) => showLine(record, quantity)));
  find("pay").hidden = !bill.size;
  find("total").textContent = money(total());
  showChange();
  showBillTransfer();
}

/* --- reservations */
const codeOf = (text) => text.replace(/\/$/, "").split("/").pop().replace(/[\s-]/g, "").toUpperCase();
const isHandedOver = async (code) => (await entries()).some((each) => each.kind === "pickup" && each.body.code === code);
let reserved = null;

const showReserved = (reservation) => {
  reserved = reservation;
  const form = find("pickup");
  form.hidden = !reservation;
  if (!reservation) return;
  find("code").value = "";
  form.querySelector("h2").textContent = reservation.reference;
  form.querySelector("ul").replaceChildren(...reservation.goods.map(({ title, quantity }) => {
    const item = document.createElement("li");
    item.lang = "vi";
    item.textContent = `${quantity} × ${title}`;
    return item;
  }));
  find("owed").textContent = money(reservation.owed);
  form.querySelector("fieldset").hidden = !reservation.owed;
  showTransfer(form, reservation.owed, reservation.reference);
  form.querySelector("button").focus();
};

/* --- what was entered */
const stateOf = (entry) => {
  if (entry.state === "waiting") return word("waiting");
  return entry.state === "done" ? entry.number ?? word("sent") : `${word("kept")} ${entry.reason}`;
};

async function showQueue() {
  const all = (await entries()).reverse();
  changed = new Map();
  all.filter((each) => each.state === "waiting").forEach((each) => {
    movesOf(each).forEach(([key, quantity]) => changed.set(key, (changed.get(key) ?? 0) + quantity));
  });
  const waiting = all.filter((each) => each.state === "waiting").length;
  find("waiting").textContent = String(waiting);
  find("queue").hidden = !all.length;
  find("queue").querySelector("ul").replaceChildren(...all.slice(0, 30).map((entry) => {
    const item = document.createElement("li");
    const said = document.createElement("span");
    const state = document.createElement("span");
    said.textContent = entry.about;
    state.className = "small quiet";
    state.textContent = `${new Date(entry.at).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" })} · ${stateOf(entry)}`;
    said.append(document.createElement("br"), state);
    item.append(said);
    if (entry.receipt) {
      const link = document.createElement("a");
      link.href = entry.receipt;
      link.target = "_blank";
      link.rel = "noopener";
      link.textContent = word("receipt");
      item.append(link);
    }
    item.append(...shelfActs(entry));
    return item;
  }));
}

const entered = async (words) => {
  say(net);
  find("done").textContent = words;
  await showQueue();
  showBill();
  sync();
};

const sell = async () => {
  const lines = [...bill].map(([key, quantity]) => {
    const good = known.goods.find((each) => each.record === key);
    return { good, quantity };
  });
  if (lines.some(({ good, quantity }) => faultOf(good, quantity))) {
    trouble(word("wrong"));
    return;
  }
  const given = paidBy(find("pay")) === "cash" ? whole(find("given").value) : Number.NaN;
  const sum = total();
  if (find("given").value && paidBy(find("pay")) === "cash" && !(given >= sum)) {
    trouble(word("less"));
    return;
  }
  const about = `${money(sum)}: ${lines.map(({ good, quantity }) => `${quantity} × ${good.title}`).join("; ")}`;
  const body = {
    lines: lines.map(({ good, quantity }) => ({ record: good.record, quantity, price: good.price })),
    paid_by: paidBy(find("pay")),
    ...(paidBy(find("pay")) === "vietqr" && known.account ? { transfer: transferCode } : {}),
  };
  bill.clear();
  transferCode = "";
  find("given").value = "";
  trouble("");
  await record("sale", body, about);
  await entered(given > sum ? `${word("change")} ${money(given - sum)}` : word("sold"));
};

const handOver = async () => {
  const { code, reference, owed } = reserved;
  showReserved(null);
  const body = { code, amount: owed, ...(owed ? { paid_by: paidBy(find("pickup")) } : {}) };
  await record("pickup", body, `${reference}: ${money(owed)}`);
  await entered(word("handed"));
};

const seek = async () => {
  const text = find("code").value.trim();
  find("choices").replaceChildren();
  showReserved(null);
  if (!text) return;
  const reservation = known.reservations.find((each) => each.code === codeOf(text));
  if (reservation && !(await isHandedOver(reservation.code))) {
    trouble("");
    showReserved(reservation);
    return;
  }
  if (seekSale(text)) return;
  const coded = byCode(text);
  const found = coded.length ? coded : byWords(text);
  if (!found.length && takeUnknown(text)) return;
  trouble(found.length ? "" : word("nothing"));
  if (found.length === 1) takeUp(found[0]);
  else choose(found);
};

const handle = (form, work) => {
  let isWorking = false; /* A second press while the first one is written down does nothing. */
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isWorking) return;
    isWorking = true;
    try {
      await work();
    } catch {
      trouble(word("broken"));
    } finally {
      isWorking = false;
    }
  });
};

/* --- beginning */
const keepPage = async () => {
  const registration = await navigator.serviceWorker.register(root.dataset.worker);
  await navigator.serviceWorker.ready.catch(() => null);
  const loaded = performance.getEntriesByType("resource")
    .map((each) => new URL(each.name))
    .filter((url) => url.origin === location.origin && /\.(css|js|woff2|svg|png)$/.test(url.pathname))
    .map((url) => url.href);
  (registration.active ?? registration.waiting ?? registration.installing)
    ?.postMessage({ keep: [location.pathname, ...new Set(loaded)] });
};

/* Without this promise a browser may throw entries away that are not sent yet, when the disk gets full. */
const keepEntries = async () => {
  const store = navigator.storage;
  find("fleeting").hidden = Boolean(await store?.persisted?.() || await store?.persist?.());
};

const begin = async () => {
  plain.hidden = true;
  allow.hidden = true;
  root.hidden = false;
  known = { ...known, ...await get("goods") };
  await forget();
  handle(find("find"), seek);
  handle(find("pay"), sell);
  handle(find("pickup"), handOver);
  beginShelf();
  find("given").addEventListener("input", showChange);
  find("pay").addEventListener("change", showBillTransfer);
  find("pickup").addEventListener("change", () => reserved && showTransfer(find("pickup"), reserved.owed, reserved.reference));
  window.addEventListener("online", sync);
  window.addEventListener("offline", () => say("offline"));
  setInterval(sync, EVERY);
  await sync();
  keepPage().catch(() => null);
  keepEntries().catch(() => { find("fleeting").hidden = false; });
};

const register = async () => {
  const name = allow.querySelector("input").value.trim();
  const response = await post(root.dataset.add, new URLSearchParams({ name }));
  if (!response.ok) {
    allow.querySelector(".err").hidden = false;
    return;
  }
  const { device, secret } = await response.json();
  /* The browser hands the key out to nobody, this page included. */
  const key = await crypto.subtle.importKey("raw", bytesOf(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  await put("device", { id: device, name, key, sequence: 0 });
  await begin();
};

const canKeep = () => Boolean(window.isSecureContext && crypto.subtle && navigator.locks && navigator.serviceWorker);

if (root && canKeep()) {
  get("device").then((device) => {
    if (device) return begin();
    allow.hidden = false;
    allow.addEventListener("submit", (event) => {
      event.preventDefault();
      register().catch(() => { allow.querySelector(".err").hidden = false; });
    });
    return null;
  }).catch(() => null); /* Without a place to keep things the plain form sells. */
}
