// Draws <c-chart>: asks its address for the figures, draws them with uPlot, and writes the same figures as a table.
import uPlot from "../vendor/uplot-1.6.32.js";

const HEIGHT = 220;
const AGAIN = 60_000;
const drawn = new Map();

const shorten = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumFractionDigits: 2 });
const ticks = {
  money: (value) => shorten.format(value),
  count: (value) => shorten.format(value),
  share: (value) => `${Math.round(value * 100)} %`,
  duration: (value) => `${Math.floor(value / 60)}:${String(Math.round(value % 60)).padStart(2, "0")}`,
};

function show(figure, state) {
  for (const said of figure.querySelectorAll("[data-state]")) said.hidden = said.dataset.state !== state;
}

async function load(figure) {
  try {
    const answer = await fetch(figure.dataset.chart, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const chart = await answer.json();
    writeTable(figure, chart);
    draw(figure, chart);
  } catch {
    if (!drawn.has(figure)) show(figure, "failed");
    setTimeout(() => figure.isConnected && load(figure), AGAIN);
  }
}

function cell(name, text, kind = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function writeTable(figure, chart) {
  const head = figure.querySelector("thead tr");
  while (head.children.length > 1) head.lastChild.remove();
  for (const { label, unit } of chart.series) head.append(cell("th", unit ? `${label} ${unit}` : label, "number"));
  const rows = chart.labels.map((label, place) => {
    const row = document.createElement("tr");
    const first = cell("th", label, "nowrap");
    first.scope = "row";
    row.append(first, ...chart.series.map((series) => cell("td", series.texts[place], "number")));
    return row;
  });
  figure.querySelector("tbody").replaceChildren(...rows.reverse());
}

function legend(figure, chart) {
  const swatches = figure.querySelectorAll(".chart-legend > span");
  return chart.series.map(({ label, unit, drawn: kind }, place) => {
    const swatch = swatches[place];
    swatch.textContent = unit ? `${label}, ${unit}` : label;
    swatch.dataset.drawn = kind;
    swatch.hidden = false;
    return getComputedStyle(swatch).color;
  });
}

// Bars are filled; lines differ by their dashes too, so that nothing hangs on colour alone.
function styled(series, place, colour) {
  const common = { scale: series.shape, stroke: colour };
  if (series.drawn === "line") {
    return { ...common, width: 2, dash: place > 1 ? [6, 4] : [], points: { show: true, size: 5, fill: colour } };
  }
  return { ...common, points: { show: false }, width: 0, fill: colour, paths: uPlot.paths.bars({ size: [0.72, 40], radius: 0.08 }) };
}

function axes(figure, chart) {
  const ink = getComputedStyle(figure).color;
  const line = getComputedStyle(figure.querySelector(".chart-legend")).borderBottomColor;
  const font = `12px ${getComputedStyle(figure).fontFamily}`;
  const common = { stroke: ink, font, ticks: { show: false } };
  const shapes = [...new Set(chart.series.map((series) => series.shape))].slice(0, 2);
  return [
    { ...common, grid: { show: false }, size: 30, space: 60, values: (_, times) => times.map(moment(chart)) },
    ...shapes.map((shape, place) => ({
      ...common,
      scale: shape,
      side: place ? 1 : 3,
      size: 52,
      grid: { show: !place, stroke: line, width: 1 },
      values: (_, values) => values.map(ticks[shape]),
    })),
  ];
}

// The hour, and where a day begins the day.
function moment({ step, zone }) {
  const day = new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "numeric", month: "short" });
  const hour = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
  return (seconds) => {
    const at = new Date(seconds * 1e3);
    const time = hour.format(at);
    return step === "day" || time === "00:00" ? day.format(at) : time;
  };
}

function draw(figure, chart) {
  drawn.get(figure)?.plot?.destroy();
  const place = figure.querySelector(".chart-drawing");
  const values = chart.series.map((series) => series.values.map((value) => (value === null ? null : Number(value))));
  if (!values.some((column) => column.some(Boolean))) {
    drawn.set(figure, { chart });
    show(figure, "empty");
    return;
  }
  show(figure, "");
  const colours = legend(figure, chart);
  const said = figure.querySelector(".chart-said");
  const scales = Object.fromEntries(
    chart.series.map(({ shape }) => [shape, { range: (_, least, most) => [Math.min(least ?? 0, 0), shape === "share" ? 1 : (most || 1) * 1.08] }]),
  );
  const plot = new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      padding: [12, 8, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), chart.zone),
      scales: { x: { range: (_, from, to) => around(from, to, chart.times) }, ...scales },
      axes: axes(figure, chart),
      series: [{}, ...chart.series.map((series, n) => styled(series, n, colours[n]))],
      hooks: { setCursor: [(self) => say(said, chart, self.cursor.idx)] },
    },
    [chart.times, ...values],
    place,
  );
  drawn.set(figure, { chart, plot });
}

// Half a step of room at both ends, so that no bar is cut.
function around(from, to, times) {
  const half = times.length > 1 ? (times[1] - times[0]) / 2 : 1800;
  return [from - half, to + half];
}

function say(output, chart, place) {
  output.textContent =
    place == null ? "" : `${chart.labels[place]}: ${chart.series.map((series) => series.texts[place]).join(" · ")}`;
}

const widths = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    drawn.get(target.closest(".chart"))?.plot?.setSize({ width: contentRect.width, height: HEIGHT });
  }
});

function redraw() {
  for (const [figure, { chart }] of drawn) {
    if (figure.isConnected) draw(figure, chart);
    else drawn.delete(figure);
  }
}

new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

function begin(root) {
  for (const figure of root.querySelectorAll("[data-chart]")) {
    widths.observe(figure.querySelector(".chart-drawing"));
    load(figure);
  }
}

begin(document);
document.addEventListener("htmx:load", (event) => event.detail.elt !== document.body && begin(event.detail.elt));
