// Dragging a visit in the timeline fills the page's form[data-move] (visit, lane, start) and sends it: the server
// answers with what would change. The form itself does the same by keyboard and without this file.

const FAR_ENOUGH = 6;
const STEP_MINUTES = 5;
const MS_PER_MINUTE = 60000;

let drag = null;

function trackUnder(event) {
  const row = document.elementsFromPoint(event.clientX, event.clientY).map((e) => e.closest(".day-row[data-row]")).find(Boolean);
  return row ? { lane: row.dataset.row, track: row.querySelector(".day-lane") } : null;
}

// The local clock time at a place along a track, to the nearest five minutes.
function clockAt(track, x) {
  const { start, end, zone } = track.closest(".day").dataset;
  const box = track.getBoundingClientRect();
  const share = Math.min(1, Math.max(0, (x - box.left) / box.width));
  const minutes = (share * (new Date(end) - new Date(start))) / MS_PER_MINUTE;
  const at = new Date(Date.parse(start) + Math.round(minutes / STEP_MINUTES) * STEP_MINUTES * MS_PER_MINUTE);
  return at.toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit", timeZone: zone });
}

function begin(event) {
  const block = event.target.closest?.(".day a.day-block--visit[data-key]");
  if (!block || event.pointerType === "touch" || event.button !== 0 || !document.querySelector("form[data-move]")) return;
  drag = { block, x: event.clientX, y: event.clientY, grip: event.clientX - block.getBoundingClientRect().left, sign: null };
}

function follow(event) {
  if (!drag) return;
  if (!drag.sign) {
    if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR_ENOUGH) return;
    drag.sign = document.createElement("output");
    drag.sign.className = "day-drag";
    document.body.append(drag.sign);
  }
  const place = trackUnder(event);
  const clock = place ? clockAt(place.track, event.clientX - drag.grip) : "–";
  drag.sign.textContent = [drag.block.querySelector("text")?.textContent, clock].filter(Boolean).join(" ");
  drag.sign.style.left = `${event.clientX + 12}px`;
  drag.sign.style.top = `${event.clientY + 12}px`;
}

function drop(event) {
  const ended = drag;
  drag = null;
  if (!ended?.sign) return;
  ended.sign.remove();
  // The click that follows a drag would open the visit.
  ended.block.addEventListener("click", (click) => click.preventDefault(), { once: true, capture: true });
  const place = trackUnder(event);
  if (place) propose(ended.block.dataset.key, place.lane, clockAt(place.track, event.clientX - ended.grip));
}

function propose(visit, lane, start) {
  const form = document.querySelector("form[data-move]");
  form.elements.visit.value = visit;
  form.elements.lane.value = lane;
  form.elements.start.value = start;
  form.requestSubmit();
}

function cancel(event) {
  if (event.key !== "Escape" || !drag) return;
  drag.sign?.remove();
  drag = null;
}

document.addEventListener("pointerdown", begin);
document.addEventListener("pointermove", follow);
document.addEventListener("pointerup", drop);
document.addEventListener("keydown", cancel);
// The browser's own dragging of links would take over.
document.addEventListener("dragstart", (event) => { if (drag) event.preventDefault(); });
