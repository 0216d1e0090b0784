// Lets the clock and the cost of live calls go on between two reports, by the same tariff as the engine's, in whole numbers.
const EIGHT = 8; // decimals of a price
let offset = 0; // between the server's clock and this one, in seconds

const now = () => Date.now() / 1000 - offset;

function clock(seconds) {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

function units(price) {
  const [whole, decimals = ""] = price.split(".");
  return BigInt(whole + decimals.padEnd(EIGHT, "0"));
}

// In millionths, rounded half up once. Prices are a minute's.
function cost({ firstInterval, nextInterval, firstPrice, nextPrice }, seconds) {
  const first = Number(firstInterval), next = Number(nextInterval);
  const steps = seconds > first ? Math.ceil((seconds - first) / next) : 0;
  const exact = BigInt(first) * units(firstPrice) + BigInt(steps * next) * units(nextPrice);
  return (exact + 3000n) / 6000n;
}

function writeMoney(place, millionths) {
  const text = String(millionths).padStart(7, "0");
  const whole = BigInt(text.slice(0, -6)).toLocaleString("en");
  const decimals = text.slice(-6);
  const said = decimals.slice(0, 2) + decimals.slice(2).replace(/0+$/, "");
  const fine = document.createElement("span");
  fine.className = "fine";
  fine.textContent = decimals.slice(said.length);
  place.replaceChildren(`${whole}.${said}`, fine);
}

function tick() {
  if (document.body.hasAttribute("data-paused")) return;
  for (const row of document.querySelectorAll("#live-calls tr[data-asked]")) {
    row.querySelector("[data-clock]").textContent = clock(Math.max(0, Math.floor(now() - row.dataset.asked)));
  }
  for (const row of document.querySelectorAll("#live-calls tr[data-began]")) {
    const used = Number(row.dataset.used), granted = Number(row.dataset.granted);
    const seconds = Math.max(used, Math.min(granted, Math.floor(now() - row.dataset.began)));
    row.querySelector("[data-clock]").textContent = clock(seconds);
    writeMoney(row.querySelector("[data-cost]"), cost(row.dataset, seconds));
  }
}

function settle() {
  const list = document.getElementById("live-calls");
  if (list) offset = Date.now() / 1000 - Number(list.dataset.now);
  tick();
}

settle();
document.addEventListener("htmx:load", settle);
setInterval(tick, 1000);
