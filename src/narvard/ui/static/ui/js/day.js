// The timeline and the map show the same crew: what is pointed at in one stands out in the other.

function tell(lane, key) {
  document.dispatchEvent(new CustomEvent("narvard:show", { detail: { lane, key } }));
}

function blockOf(event) {
  return event.target instanceof Element ? event.target.closest(".day [data-lane]") : null;
}

function point(event) {
  const block = blockOf(event);
  if (block) tell(block.dataset.lane, block.dataset.key ?? "");
}

function leave(event) {
  if (blockOf(event)) tell("", "");
}

function show({ detail: { lane, key } }) {
  for (const element of document.querySelectorAll(".day [data-lane], .map [data-lane]")) {
    element.classList.toggle("is-dimmed", Boolean(lane) && element.dataset.lane !== lane);
    element.classList.toggle("is-shown", Boolean(key) && element.dataset.key === key);
  }
  for (const route of document.querySelectorAll(".map .map-route")) {
    route.classList.toggle("is-shown", Boolean(lane) && route.dataset.lane === lane);
  }
}

document.addEventListener("mouseover", point);
document.addEventListener("focusin", point);
document.addEventListener("mouseout", leave);
document.addEventListener("focusout", leave);
document.addEventListener("narvard:show", show);
