// Figures of a part of the report: drawn when they are seen, and again when the width or the theme changes.

import { dressed, PLOT_CONFIG, palette } from "../../charts/figure.js";
import { plotly } from "./plotly.js";
import { themes } from "./themes.js";

export function plotList(model) {
  let items = [],
    library = null,
    closed = false;
  const draw = (item) => {
    if (!library || closed || !item.plot.clientWidth) return;
    const { data, layout } = dressed(item.figure, item.height, palette(item.plot), true);
    layout.width = item.width = item.plot.clientWidth;
    library.react(item.plot, data, layout, PLOT_CONFIG);
    item.plot.dataset.painted = "1";
    item.drawn = true;
  };
  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const item = items.find((one) => one.plot === entry.target);
        if (!item) continue;
        item.seen = entry.isIntersecting;
        if (item.seen && !item.drawn) draw(item);
      }
    },
    { rootMargin: "300px" },
  );
  const sized = new ResizeObserver(() => {
    for (const item of items) if (item.drawn && item.width !== item.plot.clientWidth) draw(item);
  });
  const again = () => items.filter((item) => item.drawn).forEach(draw);
  themes.listeners.add(again);
  plotly(model).then((found) => {
    library = found;
    items.filter((item) => item.seen).forEach(draw);
  });
  return {
    add(plot, figure, height) {
      items.push({ plot, figure, height, seen: false, drawn: false });
    },
    watch() {
      for (const { plot } of items) {
        seen.observe(plot);
        sized.observe(plot);
      }
    },
    clear() {
      for (const item of items) {
        seen.unobserve(item.plot);
        sized.unobserve(item.plot);
        if (item.drawn) library.purge(item.plot);
      }
      items = [];
    },
    close() {
      closed = true;
      this.clear();
      seen.disconnect();
      sized.disconnect();
      themes.listeners.delete(again);
    },
  };
}
