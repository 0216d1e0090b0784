// Dialogs and drawers: a link with data-over="dialog" or "drawer" opens what it leads to over the page.
// Without this file, or in a new tab, the same link leads to a page of its own.
const overlays = ["dialog", "drawer"];

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-over]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  htmx.ajax("GET", link.href, { target: `#${link.dataset.over}`, swap: "innerHTML" });
});

document.addEventListener("htmx:afterSwap", (event) => {
  const target = event.detail.target;
  if (!overlays.includes(target.id)) return;
  if (!target.open) target.showModal();
  const first = target.querySelector("[aria-invalid=true], input:not([type=hidden]), select, textarea");
  first?.focus();
});

document.addEventListener("click", (event) => {
  const closer = event.target.closest("[data-close]");
  const overlay = event.target.closest("dialog");
  if (!overlay) return;
  const outside = event.target === overlay && !inside(overlay, event);
  if (closer || outside) {
    event.preventDefault();
    overlay.close();
  }
});

for (const id of overlays) {
  document.getElementById(id)?.addEventListener("close", (event) => event.target.replaceChildren());
}

function inside(overlay, { clientX, clientY }) {
  const box = overlay.getBoundingClientRect();
  return clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
}

// What a page asked for in the background and did not get: said once, quietly, until it works again.
const unreachable = document.getElementById("unreachable");
document.addEventListener("htmx:sendError", () => unreachable?.removeAttribute("hidden"));
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status >= 500) unreachable?.removeAttribute("hidden");
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) unreachable?.setAttribute("hidden", "");
});
