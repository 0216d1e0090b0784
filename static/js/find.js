// Find anything: "/" or Ctrl-K opens it, arrows go through what was found, Enter opens the first of it.
const opener = document.querySelector("[data-find]");
let waiting = false; // Enter was pressed before the findings had come

function wants(event) {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) return true;
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  return event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
}

function open(first) {
  waiting = false;
  if (first) first.click();
}

function walk(form, step) {
  const stops = [form.elements.q, ...form.parentElement.querySelectorAll("#found a")];
  const here = stops.indexOf(document.activeElement);
  stops[(here + step + stops.length) % stops.length].focus();
}

document.addEventListener("keydown", (event) => {
  if (wants(event)) {
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) opener?.click();
    return;
  }
  const form = event.target.closest(".find")?.querySelector("form");
  if (!form || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
  event.preventDefault();
  walk(form, event.key === "ArrowDown" ? 1 : -1);
});

document.addEventListener("submit", (event) => {
  const box = event.target.closest(".find");
  if (!box) return;
  const found = box.querySelector("#found > [data-wanted]");
  const isFresh = found?.dataset.wanted === event.target.elements.q.value.trim();
  event.preventDefault();
  if (isFresh) open(found.querySelector("a"));
  else waiting = true;
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "found" && waiting) open(event.detail.target.querySelector("a"));
});
