// Plots: figures as Plotly knows them, in the colours of the theme.

let plotlyReady = null;

// plotly.js as a text: from the kernel or, where that has none, from the server of the page.
async function plotlyText(model) {
  const source = await model.widget_manager.get_model(model.get("source").replace("IPY_MODEL_", ""));
  const bytes = source.get("data");
  if (!bytes.byteLength) return (await fetch(globalThis.__idgraph_plotly_url)).text();
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

async function readPlotly(model) {
  const code = await plotlyText(model);
  // A module of its own: neither the page's loader nor its globals have a say.
  const text = `const module={exports:{}};const exports=module.exports;\n${code}\n;export default module.exports;`;
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  try { return (await import(url)).default; } finally { URL.revokeObjectURL(url); }
}

function plotly(model) {
  // The dashboard's page has loaded it before any kernel was there.
  plotlyReady = plotlyReady || globalThis.__idgraph_plotly || (globalThis.__idgraph_plotly = readPlotly(model));
  return plotlyReady;
}

function palette(element) {
  const style = getComputedStyle(element);
  const cache = {};
  return (name) => (cache[name] = cache[name] || style.getPropertyValue(`--idg-${name}`).trim() || "#888");
}

// Plotly looks categories up in plain objects, where "constructor" is found without having been put there.
const asCategory = (text) => (text in Object.prototype ? `\u200b${text}` : text);

function painted(value, color) {
  if (typeof value === "string") return value.startsWith("@") ? color(value.slice(1)) : asCategory(value);
  if (Array.isArray(value)) return typeof value[0] === "number" && typeof value[1] !== "string" ? value : value.map((item) => painted(item, color));
  if (value && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, painted(item, color)]));
  return value;
}

function dressed(figure, height, color, measured = false) {
  const font = { family: 'system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif', size: 11, color: color("quiet") };
  const axis = (given, side) => ({
    gridcolor: color("grid"), linecolor: color("line"), zerolinecolor: color("grid"), fixedrange: true, ticks: "",
    // Measuring texts for a margin costs a second layout with every repaint: only where names are long.
    automargin: measured || (side === "y" && Boolean(given.title)), ...given,
    title: given.title ? { standoff: 6, font: { size: 11 }, ...given.title } : undefined,
  });
  const layout = painted(figure.layout, color);
  const axes = {};
  for (const name of Object.keys(layout)) if (/^[xy]axis\d*$/.test(name)) axes[name] = axis(layout[name], name[0]);
  return {
    data: painted(figure.data, color),
    layout: {
      margin: { l: 44, r: 14, t: layout.showlegend ? 26 : 8, b: layout.xaxis?.title?.text ? 42 : 26 }, bargap: 0.22, ...layout, ...axes, font, height,
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", autosize: true, uirevision: "idgraph",
      legend: { orientation: "h", x: 0, y: 1, yanchor: "bottom", font: { size: 11, color: color("text") }, ...layout.legend },
      hoverlabel: { bgcolor: color("text"), bordercolor: color("text"), font: { family: font.family, size: 12, color: color("paper") } },
      transition: { duration: 0 },
    },
  };
}

const PLOT_CONFIG = { displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false };

// A board of cards with a plot each. Traits: cards (what stands there), f0, f1, ... (a figure and its text each).
function board({ model, el }) {
  themes.start();
  const root = h("div", { class: "idg idg-wrap" });
  const grid = h("div", { class: "idg-board" });
  root.append(grid);
  el.append(root);
  let library = null, closed = false;
  const plots = model.get("cards").map((card, index) => {
    const plot = h("div", { class: "idg-plot", role: "img", style: `height:${card.height}px` });
    const heading = card.title ? h("h4", {}, card.title) : null;
    const note = card.note ? h("p", { class: "idg-quiet" }, card.note) : null;
    const figure = h("figure", { class: `idg-card${card.wide ? " idg-wide" : ""}`, "data-card": card.key }, heading, note, plot);
    grid.append(figure);
    return { card, index, plot, figure, painted: 0 };
  });

  const draw = (item) => {
    const state = model.get(`f${item.index}`);
    item.figure.classList.toggle("idg-stale", !!state.stale);
    item.plot.setAttribute("aria-label", `${item.card.title}. ${state.stale ? "Waits for valid values. " : ""}${state.text}`);
    if (!state.figure) return item.plot.replaceChildren(h("p", { class: "idg-quiet" }, "Drawn as soon as every value is valid."));
    if (!library || closed) return;
    if (!item.painted) item.plot.replaceChildren();
    if (!item.plot.clientWidth) { item.dirty = true; return; }
    item.dirty = false;
    const { data, layout } = dressed(state.figure, item.card.height, palette(item.plot));
    layout.width = item.plot.clientWidth;
    library.react(item.plot, data, layout, PLOT_CONFIG);
    item.width = item.plot.clientWidth;
    item.plot.dataset.painted = String(++item.painted);
  };
  const drawAll = () => plots.forEach(draw);
  const stops = plots.map((item) => listen(model, [`change:f${item.index}`], () => draw(item)));
  const observer = new ResizeObserver(() => plots.forEach((item) => {
    if (library && item.plot.clientWidth && (item.dirty || item.width !== item.plot.clientWidth)) draw(item);
  }));
  plots.forEach((item) => { observer.observe(item.plot); draw(item); });
  themes.listeners.add(drawAll);
  plotly(model).then((found) => { library = found; drawAll(); });
  return () => {
    closed = true;
    stops.forEach((stop) => stop());
    observer.disconnect();
    themes.listeners.delete(drawAll);
    if (library) plots.forEach((item) => library.purge(item.plot));
  };
}
