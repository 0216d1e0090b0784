// Theme and density: two cookies that the server reads, so that no page flashes in the wrong one.
const YEAR = 365 * 24 * 3600;

function remember(name, value) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${name}=${value}; path=/; max-age=${value ? YEAR : 0}; samesite=lax${secure}`;
  const root = document.documentElement;
  if (value) root.dataset[name] = value;
  else delete root.dataset[name];
  if (name === "theme") document.querySelector("meta[name=color-scheme]").content = value || "light dark";
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-preferences]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const { name, value } = event.submitter;
  remember(name, value);
  for (const button of form.querySelectorAll(`button[name="${name}"]`)) {
    button.setAttribute("aria-pressed", String(button.value === value));
  }
});
