/* What happens to a shelf beside selling, without network too: a delivery comes, goods spoil, are counted, or are
   brought back. Each becomes an entry of counter.js, which keeps, signs, numbers and sends it. */

const form = (name) => document.getElementById(`oc-${name}`);
const inputOf = (name, field) => form(name).elements[field];
const work = () => document.querySelector("#oc-works input:checked").value;
const said = (template, value) => template.replace("{}", value);
let picked = null; /* the product that the open form is about */
let returned = null; /* the sale of which something comes back */
let delivery = []; /* what has come and is not entered yet */

/* What an entry adds to the records of a shelf, or takes: a reservation has been counted as taken before. */
const movesOf = ({ kind, body }) => {
  const recordOf = (id) => known.goods.find((good) => good.batches.some((each) => each.batch === id))?.record;
  if (kind === "sale") return body.lines.map((line) => [line.record, -line.quantity]);
  if (kind === "return") return body.lines.map((line) => [line.record, line.quantity]);
  if (kind === "receipt") return body.lines.map((line) => [byCode(line.code)[0]?.record, line.quantity]);
  if (kind === "spoilage") {
    /* What had expired was not for sale before. */
    const fresh = (id) => known.goods.some((good) => good.batches.some((each) => each.batch === id && isFresh(each)));
    return body.lines.filter((line) => fresh(line.batch)).map((line) => [recordOf(line.batch), -line.quantity]);
  }
  return [];
};

const hideShelf = () => ["receive", "spoil", "count", "return"].forEach((name) => { form(name).hidden = true; });

const openForm = (name, good) => {
  hideShelf();
  picked = good;
  const sheet = form(name);
  sheet.reset();
  sheet.querySelector(".product").textContent = good.title;
  sheet.hidden = false;
  form("code").value = "";
  form("choices").replaceChildren();
  trouble("");
};

const receiving = (good) => {
  openForm("receive", good);
  inputOf("receive", "price").value = good.price ?? "";
  inputOf("receive", "quantity").focus();
};

const spoiling = (good) => {
  if (!good.batches.length) return trouble(word("none"));
  openForm("spoil", good);
  inputOf("spoil", "batch").replaceChildren(...good.batches.map((batch) => {
    const until = batch.expires_on ? said(word("until"), batch.expires_on.split("-").reverse().join("/")) : "";
    return new Option([batch.left, until, batch.lot].filter(Boolean).join(" · "), batch.batch);
  }));
  return inputOf("spoil", "quantity").focus();
};

const counting = (good) => {
  openForm("count", good);
  inputOf("count", "quantity").focus();
};

const works = { receive: receiving, spoil: spoiling, count: counting };

/* A barcode that the shelf does not know yet is taken in all the same: the marketplace knows more products. */
const takeUnknown = (text) => {
  const isCode = work() === "receive" && /^\d{8,14}$/.test(text);
  if (isCode) receiving({ title: text, codes: [text], producer: text });
  return isCode;
};

/* --- a delivery */
const showDelivery = () => {
  form("delivery").hidden = !delivery.length;
  form("delivery").querySelector("ul").replaceChildren(...delivery.map(({ title, line }) => {
    const item = document.createElement("li");
    item.lang = "vi";
    item.textContent = `${line.quantity} × ${title}`;
    return item;
  }));
};

const addToDelivery = async () => {
  const value = (name) => inputOf("receive", name).value.trim();
  const number = (name) => (value(name) ? whole(value(name)) : null);
  const [quantity, cost, price] = [whole(value("quantity")), number("unit_cost"), number("price")];
  const terms = form("receive").querySelector("[name=terms]:checked").value;
  if (!(quantity >= 1) || Number.isNaN(cost) || Number.isNaN(price)) return trouble(word("number"));
  if (terms === "consignment" && cost === null) return trouble(word("cost"));
  if (price === null && !picked.price) return trouble(word("price"));
  if (value("expires_on") && value("expires_on") < today()) return trouble(word("expired"));
  const line = {
    code: picked.product ? `/san-pham/x_${picked.product}/` : picked.codes[0],
    quantity,
    terms,
    unit_cost: cost,
    price,
    lot: value("lot"),
    expires_on: value("expires_on") || null,
  };
  delivery.push({ title: picked.title, producer: picked.producer, line });
  trouble("");
  hideShelf();
  showDelivery();
  return form("code").focus();
};

/* One entry for each producer, as one delivery note each. */
const takeIn = async () => {
  const paper = inputOf("delivery", "paper").value.trim();
  const producers = Map.groupBy ? Map.groupBy(delivery, (each) => each.producer) : delivery.reduce(
    (groups, each) => groups.set(each.producer, [...(groups.get(each.producer) ?? []), each]), new Map(),
  );
  delivery = [];
  showDelivery();
  form("delivery").reset();
  for (const lines of producers.values()) {
    const about = `+ ${lines.map(({ title, line }) => `${line.quantity} × ${title}`).join("; ")}`;
    await record("receipt", { paper, lines: lines.map(({ line }) => line) }, about);
  }
  await entered(word("received"));
};

/* --- what spoils, and what is counted */
const writeOff = async () => {
  const quantity = whole(inputOf("spoil", "quantity").value);
  const note = inputOf("spoil", "note").value.trim();
  const batch = picked.batches.find((each) => each.batch === Number(inputOf("spoil", "batch").value));
  if (!(quantity >= 1)) return trouble(word("number"));
  if (quantity > batch.left) return trouble(said(word("most"), batch.left));
  if (!note) return trouble(word("why"));
  trouble("");
  hideShelf();
  await record("spoilage", { lines: [{ batch: batch.batch, quantity }], note }, `− ${quantity} × ${picked.title}: ${note}`);
  return entered(word("spoiled"));
};

const keepCount = async () => {
  const counted = whole(inputOf("count", "quantity").value);
  if (Number.isNaN(counted)) return trouble(word("number"));
  trouble("");
  hideShelf();
  await record("count", { record: picked.record, counted }, `= ${counted} × ${picked.title}`);
  return entered(word("counted"));
};

/* --- what is brought back */
const returning = async (sale) => {
  const before = (await entries()).filter((each) => each.kind === "return" && each.state === "waiting"
    && each.body.sale === sale.sale).flatMap((each) => each.body.lines);
  const gone = (key) => before.filter((line) => line.record === key).reduce((sum, line) => sum + line.quantity, 0);
  const lines = sale.lines.map((line) => ({ ...line, quantity: line.quantity - gone(line.record) }))
    .filter((line) => line.quantity > 0);
  hideShelf();
  if (!lines.length) return trouble(word("spent"));
  returned = { ...sale, lines };
  trouble("");
  form("code").value = "";
  form("return").reset();
  form("return").querySelector(".number").textContent = sale.number ?? "";
  form("return").querySelector(".lines").replaceChildren(...lines.map((line) => {
    const field = document.createElement("div");
    const label = document.createElement("label");
    const input = document.createElement("input");
    field.className = "field";
    input.id = `oc-b-${line.record}`;
    input.name = "back";
    input.inputMode = "numeric";
    input.autocomplete = "off";
    label.htmlFor = input.id;
    label.lang = "vi";
    label.textContent = `${line.title} (${line.quantity})`;
    field.append(label, input);
    return field;
  }));
  form("return").hidden = false;
  return form("return").querySelector("input").focus();
};

const takeBack = async () => {
  const typed = returned.lines.map((line) => ({ ...line, back: document.getElementById(`oc-b-${line.record}`).value.trim() }));
  const wanted = typed.filter((line) => line.back).map((line) => ({ ...line, back: whole(line.back) }));
  if (!wanted.length || wanted.some((line) => !(line.back >= 1))) return trouble(word("number"));
  const above = wanted.find((line) => line.back > line.quantity);
  if (above) return trouble(said(word("most"), above.quantity));
  const sum = wanted.reduce((total, line) => total + line.back * line.price, 0);
  const body = {
    sale: returned.sale,
    lines: wanted.map((line) => ({ record: line.record, quantity: line.back })),
    paid_by: form("return").querySelector("[name=paid_by]:checked").value,
  };
  trouble("");
  hideShelf();
  await record("return", body, `− ${money(sum)}: ${wanted.map((line) => `${line.back} × ${line.title}`).join("; ")}`);
  return entered(word("returned"));
};

/* A receipt's number leads to its sale. */
const seekSale = (text) => {
  const sale = known.sales.find((each) => each.number === text);
  if (sale) returning(sale);
  return Boolean(sale);
};

/* What can be done about an entry in the list. */
const shelfActs = (entry) => {
  if (entry.kind !== "sale" || (entry.state !== "waiting" && entry.state !== "done")) return [];
  const sale = known.sales.find((each) => each.sale === JSON.parse(entry.text).client_id) ?? {
    sale: JSON.parse(entry.text).client_id,
    number: entry.number,
    lines: entry.body.lines.map((line) => ({
      ...line, title: known.goods.find((good) => good.record === line.record)?.title ?? "",
    })),
  };
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn plain";
  button.textContent = word("takeback");
  button.addEventListener("click", () => returning(sale));
  return [button];
};

const beginShelf = () => {
  handle(form("receive"), addToDelivery);
  handle(form("delivery"), takeIn);
  handle(form("spoil"), writeOff);
  handle(form("count"), keepCount);
  handle(form("return"), takeBack);
  form("works").addEventListener("change", () => { hideShelf(); trouble(""); form("code").focus(); });
};
