// Draws the report's figures in the colours of the theme: each when it comes into view, all before printing.

import { dressed, PLOT_CONFIG, palette } from "../../charts/figure.js";

const figures = JSON.parse(document.getElementById("figures").textContent);
const root = document.documentElement;
const plots = [...document.querySelectorAll("[data-card]")];
const drawn = new Set();

function draw(plot, width) {
  const card = figures[plot.dataset.card];
  const { data, layout } = dressed(card.figure, card.height, palette(root), true);
  layout.width = width || plot.clientWidth;
  drawn.add(plot);
  return Plotly.react(plot, data, layout, PLOT_CONFIG);
}

const watcher = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) if (entry.isIntersecting && !drawn.has(entry.target)) draw(entry.target);
  },
  { rootMargin: "500px" },
);
for (const plot of plots) watcher.observe(plot);

let waiting = null;
addEventListener("resize", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    if (!printing) for (const plot of drawn) draw(plot);
  }, 120);
});

// Theme: what the system says, until the button says otherwise.
const button = document.getElementById("theme");
function dress(theme) {
  root.dataset.theme = theme;
  button.textContent = theme === "dark" ? "Light" : "Dark";
  button.setAttribute("aria-label", `Switch to the ${theme === "dark" ? "light" : "dark"} theme`);
  for (const plot of drawn) draw(plot);
}
const system = matchMedia("(prefers-color-scheme: dark)");
let chosen = null;
button.addEventListener("click", () => {
  chosen = root.dataset.theme === "dark" ? "light" : "dark";
  dress(chosen);
});
system.addEventListener("change", () => {
  if (!chosen) dress(system.matches ? "dark" : "light");
});
button.removeAttribute("aria-pressed");
dress(system.matches ? "dark" : "light");

// Paper is light and narrower than most windows.
let printing = false;
const PAPER = 640;
const folded = [...document.querySelectorAll("details")];
let before = null;
function toPaper() {
  if (printing) return;
  printing = true;
  before = { theme: root.dataset.theme, open: folded.map((item) => item.open) };
  root.dataset.theme = "light";
  for (const plot of plots) draw(plot, PAPER);
}
function fromPaper() {
  if (!printing) return;
  printing = false;
  folded.forEach((item, i) => {
    item.open = before.open[i];
  });
  dress(before.theme);
}
addEventListener("beforeprint", toPaper);
addEventListener("afterprint", fromPaper);

// The entry of the contents that is being read.
const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
const reading = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(entry.target.id)?.setAttribute("aria-current", "true");
    }
  },
  { rootMargin: "-20% 0px -70% 0px" },
);
for (const section of document.querySelectorAll("section")) reading.observe(section);
