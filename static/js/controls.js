// Small helps on forms and texts: copy, the reader's time zone, no second submit, menus, toasts.
const TOAST_SECONDS = 7;

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(source ? source.textContent.trim() : button.dataset.copyText);
  button.classList.add("done");
  const said = button.getAttribute("aria-label");
  button.setAttribute("aria-label", button.dataset.copied);
  setTimeout(() => {
    button.classList.remove("done");
    button.setAttribute("aria-label", said);
  }, 1600);
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  const copier = event.target.closest("[data-copy], [data-copy-text]");
  const dismisser = event.target.closest("[data-dismiss]");
  if (copier) copy(copier);
  if (dismisser) dismisser.closest("[data-toast]").remove();
  closeMenus(event.target.closest("details[data-menu]"));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A form that is on its way is not sent a second time; coming back by the browser's button makes it usable again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

function settle(root) {
  for (const element of root.querySelectorAll("[data-needs-script], [data-dismiss]")) element.hidden = false;
  for (const input of root.querySelectorAll("input[data-time-zone]")) {
    input.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  }
  for (const toast of root.querySelectorAll("[data-toast]:not(.bad, .care)")) {
    let left = TOAST_SECONDS;
    const clock = setInterval(() => {
      if (!toast.matches(":hover, :focus-within")) left -= 1;
      if (left <= 0) {
        clearInterval(clock);
        toast.remove();
      }
    }, 1000);
  }
}

settle(document);
document.addEventListener("htmx:load", (event) => settle(event.detail.elt));
