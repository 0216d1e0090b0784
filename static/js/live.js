// Keeps open pages true: one stream of server-sent events for the company where one sits.
// Figures are replaced where they stand; a list asks for itself again when its mark changes (hx-trigger="live").
// A hidden page keeps no stream open: browsers allow six connections to a host.
const url = document.body.dataset.live;
const LOST_AFTER = 5_000;
const FIRST_WAIT = 5_000, LONGEST_WAIT = 60_000;

let source, lost, again;
let wait = FIRST_WAIT;
let isPaused = false;
let figures = {}, marks = {};
const stale = new Set();

function open() {
  if (source || document.hidden || !url) return;
  source = new EventSource(url);
  source.addEventListener("open", () => {
    wait = FIRST_WAIT;
    found();
  });
  source.addEventListener("figures", (event) => {
    Object.assign(figures, JSON.parse(event.data));
    found();
    show();
  });
  source.addEventListener("marks", (event) => {
    for (const [name, mark] of Object.entries(JSON.parse(event.data))) {
      if (marks[name] !== mark) stale.add(name);
      marks[name] = mark;
    }
    refresh();
  });
  source.addEventListener("ended", () => {
    close();
    document.removeEventListener("visibilitychange", look);
    document.getElementById("signed-out")?.removeAttribute("hidden");
  });
  source.addEventListener("error", () => {
    lost ??= setTimeout(() => document.getElementById("unreachable")?.removeAttribute("hidden"), LOST_AFTER);
    if (source?.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    close();
    again = setTimeout(open, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  });
}

function close() {
  source?.close();
  source = undefined;
  clearTimeout(again);
}

function found() {
  clearTimeout(lost);
  lost = undefined;
  document.getElementById("unreachable")?.setAttribute("hidden", "");
}

function look() {
  if (document.hidden) close();
  else open();
}

function show() {
  if (isPaused) return;
  for (const place of document.querySelectorAll("[data-figure]")) {
    const now = figures[place.dataset.figure];
    if (now === undefined || place.dataset.shown === now) continue;
    const isFirst = place.dataset.shown === undefined;
    const before = place.textContent.trim();
    place.innerHTML = now;
    place.dataset.shown = now;
    if (!isFirst || before !== place.textContent.trim()) moved(place);
  }
}

function moved(place) {
  place.classList.remove("fresh");
  requestAnimationFrame(() => place.classList.add("fresh"));
}

// A list under the pointer waits until the pointer leaves: nothing moves away from under a click.
function refresh() {
  if (isPaused) return;
  for (const list of document.querySelectorAll("[data-list]")) {
    if (!stale.has(list.dataset.list)) continue;
    if (list.matches(":hover") && list.querySelector("a, button")) {
      list.addEventListener("pointerleave", refresh, { once: true });
      continue;
    }
    stale.delete(list.dataset.list);
    htmx.trigger(list, "live");
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-pause]");
  if (!button) return;
  isPaused = !isPaused;
  button.setAttribute("aria-pressed", String(isPaused));
  document.body.toggleAttribute("data-paused", isPaused);
  show();
  refresh();
});
document.addEventListener("htmx:load", show);
document.addEventListener("visibilitychange", look);
addEventListener("pagehide", close);
addEventListener("pageshow", open);
open();
