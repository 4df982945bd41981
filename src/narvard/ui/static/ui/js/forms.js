// Forms: sent once, errors found, drafts kept. Every form also works without this file.

const AGAIN_AFTER_MS = 10000;
const DRAFT_AFTER_MS = 1500;
const NEVER_KEPT = new Set(["csrfmiddlewaretoken", "password"]);

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
}

function guard(event) {
  const form = event.target;
  if (!form.matches("form[method='post']") || form.dataset.guard === "off" || event.defaultPrevented) return;
  if ("sent" in form.dataset || !navigator.onLine) {
    event.preventDefault();
    showContact(navigator.onLine);
    return;
  }
  form.dataset.sent = "";
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  setTimeout(() => release(form), AGAIN_AFTER_MS);
}

function draftBody(form) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (!NEVER_KEPT.has(name) && typeof value === "string") body.append(name, value);
  }
  return body;
}

function clockText() {
  return new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
}

async function keepDraft(form) {
  const status = form.querySelector("[data-draft-status]");
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken?.value ?? "" };
  const kept = await fetch(form.dataset.draft, { method: "POST", body: draftBody(form), headers, keepalive: true })
    .then((answer) => answer.ok, () => false);
  if (kept) delete form.dataset.unkept;
  if (status) status.textContent = kept ? `${status.dataset.saved} ${clockText()}` : status.dataset.failed;
}

const waiting = new WeakMap();

function noteTyping(event) {
  const form = event.target.closest?.("form[data-draft]");
  if (!form) return;
  form.dataset.unkept = "";
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => keepDraft(form), DRAFT_AFTER_MS));
}

function keepAllNow() {
  for (const form of document.querySelectorAll("form[data-draft][data-unkept]:not([data-sent])")) keepDraft(form);
}

// Without contact a sent form would be lost with its page: it stays, and says so.
function showContact(contact) {
  const note = document.querySelector("[data-offline]");
  if (note) note.hidden = contact;
}

function showErrors(root) {
  root.querySelector("[data-error-summary]")?.focus();
}

document.addEventListener("submit", guard);
document.addEventListener("submit", (event) => clearTimeout(waiting.get(event.target)));
document.addEventListener("input", noteTyping);
window.addEventListener("offline", () => showContact(false));
window.addEventListener("online", () => showContact(true));
document.addEventListener("htmx:sendError", () => showContact(false));
document.addEventListener("htmx:beforeOnLoad", () => showContact(true));
window.addEventListener("online", keepAllNow);
window.addEventListener("pagehide", keepAllNow);
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
document.addEventListener("htmx:afterSwap", (event) => showErrors(event.target));
showErrors(document);
