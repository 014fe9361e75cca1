/* Suggestions below the search box, as an ARIA combobox. Without this file the form is sent as it is. */

const WAIT_MS = 150;
const KEPT = 50;

const suggestTo = (form) => {
  const box = form.querySelector("[data-suggestions]");
  const list = form.querySelector(".suggestions");
  const status = form.querySelector("[role=status]");
  const answers = new Map();
  let timer = 0;
  let asked = null;
  let active = -1;

  const options = () => [...list.querySelectorAll("[role=option]")];

  const choose = (place) => {
    const found = options();
    active = place;
    for (const [index, option] of found.entries()) option.setAttribute("aria-selected", String(index === place));
    if (place < 0) {
      box.removeAttribute("aria-activedescendant");
    } else {
      box.setAttribute("aria-activedescendant", found[place].id);
      found[place].scrollIntoView({ block: "nearest" });
    }
  };

  const close = () => {
    clearTimeout(timer);
    asked?.abort();
    asked = null;
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    choose(-1);
  };

  const show = (html) => {
    list.innerHTML = html;
    const found = options().length;
    list.hidden = found === 0;
    box.setAttribute("aria-expanded", String(found > 0));
    choose(-1);
    status.textContent = list.querySelector("[data-status]")?.dataset.status ?? "";
  };

  const keep = (words, html) => {
    if (answers.size === KEPT) answers.delete(answers.keys().next().value);
    answers.set(words, html);
  };

  /* The question before is called off, so that its late answer never stands over a newer one. */
  const ask = async (words) => {
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    const address = `${box.dataset.suggestions}?q=${encodeURIComponent(words)}`;
    try {
      const response = await fetch(address, { signal });
      if (!response.ok) return;
      const html = await response.text();
      keep(words, html);
      if (!signal.aborted) show(html);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };

  const look = () => {
    const words = box.value.trim().replace(/\s+/g, " ").toLocaleLowerCase("vi");
    clearTimeout(timer);
    if (words === "") {
      close();
      status.textContent = "";
    } else if (answers.has(words)) {
      asked?.abort();
      show(answers.get(words));
    } else {
      timer = setTimeout(ask, WAIT_MS, words);
    }
  };

  const move = (step) => {
    const number = options().length;
    // One place more than there are options: that of the box itself.
    choose(((active + 1 + step + number + 1) % (number + 1)) - 1);
  };

  const press = (event) => {
    if (event.isComposing) return;
    const isOpen = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (isOpen) move(event.key === "ArrowDown" ? 1 : -1);
      else look();
    } else if (event.key === "Enter" && isOpen && active >= 0) {
      event.preventDefault();
      options()[active].click();
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      close();
    } else if (event.key === "Tab") {
      close();
    }
  };

  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-expanded", "false");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("autocomplete", "off");
  box.addEventListener("input", look);
  box.addEventListener("keydown", press);
  box.addEventListener("blur", close);
  form.addEventListener("submit", close);
  // The box keeps the focus while an option is pressed.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  // A page that comes back from the browser's memory comes without its list.
  window.addEventListener("pagehide", close);
};

document.querySelectorAll("form:has([data-suggestions])").forEach(suggestTo);
