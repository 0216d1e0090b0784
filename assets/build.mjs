// Builds what the pages need into static/: style sheet, fonts, icons, htmx, uPlot; and axe for the tests. Run by `npm run build`.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import subsetFont from "subset-font";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");
const packages = join(here, "node_modules");
const into = (...parts) => {
  const path = join(root, ...parts);
  mkdirSync(dirname(path), { recursive: true });
  return path;
};

// The characters of plain English and the neighbours that names and money need; anything else falls to latin-ext.
const latin = Array.from({ length: 0x7f - 0x20 }, (_, n) => String.fromCodePoint(0x20 + n))
  .concat(Array.from({ length: 0x100 - 0xa0 }, (_, n) => String.fromCodePoint(0xa0 + n)))
  .concat([..."–—‘’“”•…−×€₹↑↓\u2009\u202f"]).join("");
const ascii = latin.slice(0, 95) + "…–−";

async function font(source, target, characters, features, weights) {
  const options = { targetFormat: "woff2", keepFeatures: features, noLayoutClosure: true, variationAxes: { wght: weights } };
  writeFileSync(into("static", "fonts", target), await subsetFont(readFileSync(join(packages, source)), characters, options));
}

function icons() {
  const names = readFileSync(join(here, "icons.txt"), "utf8").split("\n").filter((line) => line && !line.startsWith("#"));
  const symbols = names.map((name) => {
    const svg = readFileSync(join(packages, "lucide-static", "icons", `${name}.svg`), "utf8");
    const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.indexOf("</svg>"));
    const shown = shapes.replace(/\s+/g, " ").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${shown}</symbol>`;
  });
  writeFileSync(into("static", "img", "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
}

function styles(name) {
  const output = into("static", "css", name);
  execFileSync(join(packages, ".bin", "tailwindcss"), ["-i", join(here, name), "-o", output, "--minify"], { cwd: here });
  console.log(`${name}: ${statSync(output).size} bytes`);
}

const features = ["kern", "calt", "ccmp", "tnum", "zero", "case", "mark"];
await font("@fontsource-variable/inter/files/inter-latin-wght-normal.woff2", "inter-latin.woff2", latin, features, { min: 400, max: 700 });
await font("@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2", "mono-latin.woff2", ascii, ["kern", "zero"], { min: 400, max: 600 });
copyFileSync(join(packages, "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2"), into("static", "fonts", "inter-latin-ext.woff2"));
icons();
copyFileSync(join(packages, "htmx.org", "dist", "htmx.min.js"), into("static", "vendor", "htmx-2.0.11.min.js"));
// uPlot's small build as a module of one export.
const uplot = readFileSync(join(packages, "uplot", "dist", "uPlot.iife.min.js"), "utf8");
writeFileSync(into("static", "vendor", "uplot-1.6.32.js"), `${uplot.trimEnd()}\nexport default uPlot;\n`);
copyFileSync(join(packages, "axe-core", "axe.min.js"), into("tests", "pages", "vendor", "axe-4.14.1.min.js"));
styles("app.css");
styles("operators.css");
