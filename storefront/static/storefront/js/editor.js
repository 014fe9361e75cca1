/* An editor's page is sent when its autosave has come back, not beside it: Wagtail saves a new page by itself half
   a second after a change, and sent meanwhile the form would find its own slug taken by that draft. */
(() => {
  let saving = false;
  let left = false;
  let waiting = null;

  document.addEventListener("w-autosave:save", (event) => {
    if (left) event.preventDefault();
    else saving = true;
  });

  const sendWhatWaits = () => {
    saving = false;
    if (!waiting) return;
    const { form, button } = waiting;
    waiting = null;
    // Pressed, it shows that it works and takes no second press; disabled, it would not be sent.
    if (button) button.disabled = false;
    form.requestSubmit(button);
  };
  document.addEventListener("w-autosave:success", sendWhatWaits);
  document.addEventListener("w-autosave:error", sendWhatWaits);

  document.addEventListener(
    "submit",
    (event) => {
      if (!event.target.matches("[data-edit-form][data-controller~=w-autosave]")) return;
      if (saving) {
        event.preventDefault();
        event.stopImmediatePropagation();
        waiting = { form: event.target, button: event.submitter };
      } else {
        left = true;
      }
    },
    true,
  );

  // Back from the browser's memory of pages.
  window.addEventListener("pageshow", () => {
    left = false;
  });
})();
