// First rows of each table.

import { h } from "./dom.js";
import { listen } from "./kernel.js";
import { themes } from "./themes.js";

export function rows({ model, el }) {
  themes.start();
  const select = h("select", { "aria-label": "Table", onchange: show });
  const note = h("span", { class: "idg-quiet" });
  const head = h("tr", {}),
    body = h("tbody", {});
  const scroller = h(
    "div",
    { class: "idg-scrollx", tabindex: "0", role: "region", "aria-label": "First rows" },
    h("table", { class: "idg-table" }, h("thead", {}, head), body),
  );
  const panel = h(
    "section",
    { class: "idg-panel", "aria-label": "First rows" },
    h("h3", {}, "First rows"),
    h("div", { class: "idg-sharebar" }, select, note),
    scroller,
  );
  el.append(h("div", { class: "idg" }, panel));
  function show() {
    const tables = model.get("tables");
    panel.hidden = !Object.keys(tables).length;
    const chosen = tables[select.value];
    if (!chosen) return;
    note.textContent = `${chosen.total.toLocaleString("en-US")} rows. ${model.get("note")}`;
    head.replaceChildren(...chosen.columns.map((name) => h("th", { scope: "col" }, name)));
    body.replaceChildren(
      ...chosen.rows.map((row) =>
        h(
          "tr",
          {},
          row.map((cell) => h("td", {}, cell === null ? h("span", { class: "idg-quiet" }, "null") : cell)),
        ),
      ),
    );
  }
  function fill() {
    const names = Object.keys(model.get("tables"));
    const last = select.value;
    select.replaceChildren(...names.map((name) => h("option", { value: name }, name)));
    if (names.includes(last)) select.value = last;
    show();
  }
  fill();
  return listen(model, ["change:tables", "change:note"], fill);
}
