/* Small things that make the shop smoother. Every page works without this file. */

const cookieOf = (name) => {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
};

/* htmx sends the token of Django's cookie along with everything that changes something. */
document.addEventListener("htmx:configRequest", (event) => {
  const token = cookieOf("csrftoken");
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
});

/* On a slow line suggestions may come again after one was chosen: what was chosen stays chosen. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const chosen = event.detail.target.querySelector("input[type=radio]:checked");
  if (chosen) event.detail.target.dataset.chosen = chosen.id;
});

document.addEventListener("htmx:afterSwap", (event) => {
  const { chosen } = event.detail.target.dataset;
  const again = chosen && document.getElementById(chosen);
  if (again) again.checked = true;
  delete event.detail.target.dataset.chosen;
});

/* One less, one more: <button type="button" data-step="-1"> beside the number. */
const step = (button) => {
  const input = button.closest(".qty")?.querySelector("input");
  if (!input) return;
  const least = input.min === "" ? 1 : Number(input.min);
  const most = input.max === "" ? Infinity : Number(input.max);
  const wished = (Number.parseInt(input.value, 10) || 0) + Number(button.dataset.step);
  const value = String(Math.min(most, Math.max(least, wished)));
  if (value === input.value) return;
  input.value = value;
  input.dispatchEvent(new Event("change", { bubbles: true }));
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-step]");
  if (button) step(button);
  event.target.closest("[data-dismiss]")?.closest(".toast-box")?.remove();
});

/* A word in the corner gives way to what gets the focus under it, and to Escape. */
document.addEventListener("focusin", (event) => {
  const told = document.querySelector(".toast-box");
  if (!told || told.contains(event.target)) return;
  const box = told.getBoundingClientRect();
  const under = event.target.getBoundingClientRect();
  const apart = under.right < box.left || under.left > box.right || under.bottom < box.top || under.top > box.bottom;
  if (!apart) told.remove();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelector(".toast-box")?.remove();
});

/* The filter is a sheet on a phone: focus goes in when it opens, Escape closes it. */
const openSheet = () => document.querySelector(".panel:target");

window.addEventListener("hashchange", () => {
  const sheet = openSheet();
  if (sheet && getComputedStyle(sheet).position === "fixed") {
    sheet.querySelector("a, input, button")?.focus();
  }
});

document.addEventListener("keydown", (event) => {
  const sheet = event.key === "Escape" && openSheet();
  if (!sheet) return;
  const opener = document.querySelector(`a[href="#${sheet.id}"]`);
  location.hash = "";
  opener?.focus();
});

/* A video's own player comes in the place of its picture, and only when it is asked for. */
document.addEventListener("click", (event) => {
  const link = event.target.closest(".embed[data-frame] > a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const box = link.parentElement;
  const frame = document.createElement("iframe");
  frame.className = "screen";
  frame.title = link.textContent.trim();
  frame.allow = "autoplay; fullscreen; picture-in-picture; encrypted-media";
  // Hosts want to know which site shows their player; the page itself is none of their business.
  frame.referrerPolicy = "strict-origin";
  frame.src = box.dataset.frame;
  delete box.dataset.frame;
  link.querySelector(".screen").remove();
  link.before(frame);
  frame.focus();
});

/* Of tabs in a row that is wider than the screen the chosen one is seen, not only the first. */
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const row = tab.parentElement.getBoundingClientRect();
  const { left, width } = tab.getBoundingClientRect();
  tab.parentElement.scrollLeft += left - row.left - (row.width - width) / 2;
}

/* What is written into another app is copied by a button, where the browser lets it. */
for (const button of document.querySelectorAll("button[data-copy]")) button.hidden = !navigator.clipboard;

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const text = button.dataset.copy || button.previousElementSibling.textContent;
  navigator.clipboard.writeText(text).then(
    () => { button.firstElementChild.textContent = button.dataset.done; },
    () => { button.hidden = true; },
  );
});
