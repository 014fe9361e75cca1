/* What makes the sales desk smoother on a phone. Every page works without this file. */

const JPEG_QUALITY = 0.85;

/* Photos are made smaller before they are sent: <input type="file" data-resize="1600">, pixels of the longer side. */
const smaller = async (file, side) => {
  if (!file.type.startsWith("image/")) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = side / Math.max(picture.width, picture.height);
    if (scale >= 1) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", JPEG_QUALITY));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" });
  } catch {
    return file; /* The server says what is wrong with it. */
  }
};

document.addEventListener("change", async (event) => {
  const input = event.target;
  if (!input.matches?.("input[type=file][data-resize]")) return;
  const buttons = input.form.querySelectorAll("button");
  buttons.forEach((button) => { button.disabled = true; });
  const files = new DataTransfer();
  for (const file of input.files) files.items.add(await smaller(file, Number(input.dataset.resize)));
  input.files = files.files;
  buttons.forEach((button) => { button.disabled = false; });
});

/* Pictures are put in order by dragging: <ol data-sortable="id of the input">, its items with data-number. */
const sortable = (list) => {
  let dragged = null;
  for (const item of list.children) item.draggable = true;
  list.addEventListener("dragstart", (event) => { dragged = event.target.closest("li"); });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged || !over) return;
    event.preventDefault();
    if (over === dragged) return;
    const box = over.getBoundingClientRect();
    over.parentNode.insertBefore(dragged, event.clientY > box.top + box.height / 2 ? over.nextSibling : over);
  });
  list.addEventListener("dragend", () => {
    const numbers = [...list.children].map((item) => item.dataset.number);
    document.getElementById(list.dataset.sortable).value = numbers.join(",");
    dragged = null;
  });
};

document.querySelectorAll("[data-sortable]").forEach(sortable);
