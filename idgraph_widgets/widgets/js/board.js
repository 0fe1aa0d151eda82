// Plots beside a form.

import { dressed, PLOT_CONFIG, palette } from "../../charts/figure.js";
import { h } from "./dom.js";
import { listen } from "./kernel.js";
import { plotly } from "./plotly.js";
import { themes } from "./themes.js";

// A board of cards with a plot each. Traits: cards (what stands there), f0, f1, ... (a figure and its text each).
export function board({ model, el }) {
  themes.start();
  const root = h("div", { class: "idg idg-wrap" });
  const grid = h("div", { class: "idg-board" });
  root.append(grid);
  el.append(root);
  let library = null,
    closed = false;
  const plots = model.get("cards").map((card, index) => {
    const plot = h("div", { class: "idg-plot", role: "img", style: `height:${card.height}px` });
    const heading = card.title ? h("h4", {}, card.title) : null;
    const note = card.note ? h("p", { class: "idg-quiet" }, card.note) : null;
    const figure = h(
      "figure",
      { class: `idg-card${card.wide ? " idg-wide" : ""}`, "data-card": card.key },
      heading,
      note,
      plot,
    );
    grid.append(figure);
    return { card, index, plot, figure, painted: 0 };
  });

  const draw = (item) => {
    const state = model.get(`f${item.index}`);
    item.figure.classList.toggle("idg-stale", !!state.stale);
    item.plot.setAttribute(
      "aria-label",
      `${item.card.title}. ${state.stale ? "Waits for valid values. " : ""}${state.text}`,
    );
    if (!state.figure)
      return item.plot.replaceChildren(h("p", { class: "idg-quiet" }, "Drawn as soon as every value is valid."));
    if (!library || closed) return;
    if (!item.painted) item.plot.replaceChildren();
    if (!item.plot.clientWidth) {
      item.dirty = true;
      return;
    }
    item.dirty = false;
    const { data, layout } = dressed(state.figure, item.card.height, palette(item.plot));
    layout.width = item.plot.clientWidth;
    library.react(item.plot, data, layout, PLOT_CONFIG);
    item.width = item.plot.clientWidth;
    item.plot.dataset.painted = String(++item.painted);
  };
  const drawAll = () => plots.forEach(draw);
  const stops = plots.map((item) => listen(model, [`change:f${item.index}`], () => draw(item)));
  const observer = new ResizeObserver(() =>
    plots.forEach((item) => {
      if (library && item.plot.clientWidth && (item.dirty || item.width !== item.plot.clientWidth)) draw(item);
    }),
  );
  plots.forEach((item) => {
    observer.observe(item.plot);
    draw(item);
  });
  themes.listeners.add(drawAll);
  plotly(model).then((found) => {
    library = found;
    drawAll();
  });
  return () => {
    closed = true;
    for (const stop of stops) stop();
    observer.disconnect();
    themes.listeners.delete(drawAll);
    if (library) for (const item of plots) library.purge(item.plot);
  };
}
