// The frame: theme, menus that close, copying, printing.

const COOKIE = "narvard_theme";
const YEAR_IN_SECONDS = 31536000;

function chosenTheme() {
  return document.documentElement.dataset.theme ?? "";
}

function showTheme() {
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosenTheme()));
  }
}

function chooseTheme(theme) {
  const age = theme ? YEAR_IN_SECONDS : 0;
  document.cookie = `${COOKIE}=${theme}; path=/; max-age=${age}; samesite=lax`;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  showTheme();
}

async function copyText(button) {
  const source = document.getElementById(button.dataset.copy);
  if (!navigator.clipboard) {
    // Without a secure connection the browser lends no clipboard: mark the text, so that Ctrl+C takes it.
    getSelection().selectAllChildren(source);
    return;
  }
  await navigator.clipboard.writeText(source.innerText);
  const label = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = label; }, 2000);
}

// A refused act answers with a whole page; what it says is shown where the reader is.
function showRefusal(answer) {
  const page = new DOMParser().parseFromString(answer, "text/html");
  const notice = document.createElement("div");
  notice.className = "notice notice--late";
  for (const text of page.querySelectorAll("main h1, main .lead")) {
    const line = document.createElement("p");
    line.textContent = text.textContent;
    notice.append(line);
  }
  document.getElementById("messages")?.replaceChildren(notice);
  notice.scrollIntoView({ block: "nearest" });
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  closeMenus(target?.closest("details[data-menu]"));
  const theme = target?.closest("[data-theme-choice]");
  if (theme) chooseTheme(theme.dataset.themeChoice);
  const copy = target?.closest("[data-copy]");
  if (copy) copyText(copy);
  if (target?.closest("[data-print]")) window.print();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("htmx:responseError", (event) => showRefusal(event.detail.xhr.responseText));

window.addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details[data-print-open]:not([open])")) {
    details.open = true;
    details.dataset.wasClosed = "";
  }
});

window.addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("details[data-was-closed]")) {
    details.open = false;
    delete details.dataset.wasClosed;
  }
});

showTheme();
