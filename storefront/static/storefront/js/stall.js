/* Blocks of a stall's page are put in order by dragging, too; the buttons do the same without this file. */

const list = document.querySelector("[data-sorted]");

const renumber = () => {
  list.querySelectorAll(":scope > li").forEach((item, place) => {
    const order = item.querySelector("input[name^=order_]");
    if (order) order.value = place;
  });
};

if (list) {
  let dragged = null;
  list.querySelectorAll(":scope > li > header").forEach((head) => {
    head.draggable = true;
    head.addEventListener("dragstart", (event) => {
      dragged = head.parentElement;
      dragged.classList.add("dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged.id);
    });
    head.addEventListener("dragend", () => {
      dragged?.classList.remove("dragged");
      dragged = null;
    });
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-sorted] > li");
    if (!dragged || !over) return;
    event.preventDefault();
    if (over === dragged) return;
    const box = over.getBoundingClientRect();
    over[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
    renumber();
  });
  list.addEventListener("drop", (event) => event.preventDefault());
}
