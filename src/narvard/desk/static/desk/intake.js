// The intake at speed: the queue by keyboard, the case beside it. Every link and form also works without this file.

const WIDE = matchMedia("(min-width: 60rem)");

function links() {
  return [...document.querySelectorAll("[data-queue] a[data-case]")];
}

function current() {
  return links().findIndex((link) => link.pathname === location.pathname);
}

function step(by) {
  const all = links();
  if (!all.length) return;
  const at = current();
  const next = all[Math.min(Math.max(at === -1 ? (by > 0 ? 0 : all.length - 1) : at + by, 0), all.length - 1)];
  next.focus();
  next.click();
}

function openAct(name) {
  const details = document.querySelector(`details[data-act="${name}"]`);
  if (!details) return false;
  details.open = true;
  details.querySelector("select, textarea, input:not([type=hidden])")?.focus();
  return true;
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  f: () => document.querySelector("[data-key='f']")?.focus(),
  t: () => document.querySelector("[data-key='t']")?.focus(),
  v: () => openAct("forward") || document.querySelector("#case input[name='team']")?.focus(),
  r: () => document.querySelector("#case [data-call], #case a[href^='tel:']")?.focus(),
  n: () => document.querySelector("[data-key='n']")?.click(),
};

function isTyping(target) {
  return target instanceof Element && target.closest("input:not([type=radio], [type=checkbox]), textarea, select");
}

// Single keys can be turned off, for those who speak to their computer.
const OFF = "narvard_keys_off";

function showKeys() {
  const button = document.querySelector("[data-keys]");
  if (!button) return;
  const off = Boolean(localStorage.getItem(OFF));
  button.textContent = off ? button.dataset.off : button.dataset.on;
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-keys]")) return;
  if (localStorage.getItem(OFF)) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
  showKeys();
});

// Enter after the number finds the person; anywhere else it sends the form.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.name !== "identifier") return;
  const find = event.target.form?.querySelector("[data-find]");
  if (!find) return;
  event.preventDefault();
  find.click();
});

document.addEventListener("keydown", (event) => {
  if (localStorage.getItem(OFF) || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const act = KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

// On a narrow screen the case is a page of its own.
document.addEventListener("htmx:beforeRequest", (event) => {
  const link = event.target.closest?.("a[data-case]");
  if (!link || WIDE.matches) return;
  event.preventDefault();
  location.assign(link.href);
});

showKeys();

document.addEventListener("htmx:pushedIntoHistory", () => {
  const at = current();
  links().forEach((link, place) => {
    if (place === at) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
});
