// The admin's theme, before anything is drawn: the same cookie as everywhere; its button goes through the three choices.
const choices = ["auto", "light", "dark"];
const root = document.documentElement;
root.dataset.theme = /(?:^|; )theme=(light|dark)/.exec(document.cookie)?.[1] ?? "auto";

document.addEventListener("click", (event) => {
  if (!event.target.closest(".theme-toggle")) return;
  const next = choices[(choices.indexOf(root.dataset.theme) + 1) % choices.length];
  root.dataset.theme = next;
  const age = next === "auto" ? 0 : 365 * 24 * 3600;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${next}; path=/; max-age=${age}; samesite=lax${secure}`;
});
