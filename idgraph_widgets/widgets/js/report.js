// A part of the report: controls, figures, tables and facts.

import { h } from "./dom.js";
import { listen } from "./kernel.js";
import { blockOf } from "./report_blocks.js";
import { controlRows } from "./report_controls.js";
import { plotList } from "./report_plots.js";
import { themes } from "./themes.js";

export function report({ model, el }) {
  themes.start();
  const root = h("div", { class: "idg" });
  const heading = h("h3", {}, model.get("heading"));
  const controls = h("div", { class: "idg-report-controls" });
  const busy = h("p", { class: "idg-report-busy", role: "status" });
  const error = h("p", { class: "idg-failure", role: "alert" });
  const grid = h("div", { class: "idg-board" });
  const body = h(
    "section",
    { class: "idg-report-part", "aria-label": model.get("heading") },
    heading,
    h("p", { class: "idg-quiet" }, model.get("intro")),
    controls,
    busy,
    error,
    grid,
  );
  root.append(body);
  el.append(root);
  const plots = plotList(model);
  const press = (name, value) => model.send({ do: "press", name, value });
  const show = () => {
    const working = model.get("busy");
    busy.textContent = working;
    busy.hidden = !working;
    error.textContent = model.get("error");
    error.hidden = !model.get("error");
    grid.classList.toggle("idg-stale", working !== "");
    body.setAttribute("aria-busy", String(working !== ""));
  };
  const fill = () => {
    plots.clear();
    const folded = new Map([...grid.querySelectorAll("details")].map((item) => [item.dataset.key, item.open]));
    grid.replaceChildren(...model.get("blocks").map((block) => blockOf(block, plots, press, folded)));
    plots.watch();
  };
  const form = controlRows(model, controls, press);
  show();
  form.show();
  fill();
  const stops = [
    listen(model, ["change:busy", "change:error"], show),
    listen(model, ["change:controls"], form.show),
    listen(model, ["change:blocks"], fill),
  ];
  return () => {
    for (const stop of stops) stop();
    plots.close();
  };
}
