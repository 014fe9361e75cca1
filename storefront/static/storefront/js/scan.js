/* Codes by the camera, where the browser can read them: <button data-scan="id of the input" hidden>. */

const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "qr_code"];
const PAUSE = 150; /* ms between two looks */

const canScan = async () => {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return [];
  const known = await BarcodeDetector.getSupportedFormats();
  return FORMATS.filter((format) => known.includes(format));
};

/* Shows the camera's picture below the button until a code is read or it is pressed again. */
const scan = async (button, formats) => {
  if (button.scanning) {
    button.scanning();
    return;
  }
  const box = document.createElement("div");
  box.className = "scanner";
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  box.append(video);
  let stream = null;
  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    box.remove();
    button.setAttribute("aria-pressed", "false");
    button.scanning = null;
  };
  button.scanning = stop;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    stop();
    document.getElementById(button.dataset.scan).focus();
    return;
  }
  button.after(box);
  button.setAttribute("aria-pressed", "true");
  video.srcObject = stream;
  await video.play();
  const detector = new BarcodeDetector({ formats });
  while (button.scanning === stop) {
    const codes = await detector.detect(video).catch(() => []);
    if (codes.length && button.scanning === stop) {
      stop();
      take(button, codes[0].rawValue);
      return;
    }
    await new Promise((done) => setTimeout(done, PAUSE));
  }
};

/* What was read goes the way of what is typed. */
const take = (button, code) => {
  const input = document.getElementById(button.dataset.scan);
  input.value = code;
  input.form.requestSubmit(input.form.querySelector("button:not([type=button])"));
};

canScan().then((formats) => {
  if (!formats.length) return;
  document.querySelectorAll("button[data-scan]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => scan(button, formats));
  });
});
