// Copying a signed note to the journal is logged, in the same click.

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-copied-log] [data-copy]") : null;
  if (!button) return;
  const form = button.closest("form");
  fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, keepalive: true });
});
