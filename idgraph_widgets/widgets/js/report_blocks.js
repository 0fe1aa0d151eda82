// Cards, facts and tables of the report.

import { h } from "./dom.js";

export function blockOf(block, plots, press, folded) {
  if (block.kind === "card") {
    const plot = h("div", {
      class: "idg-plot",
      role: "img",
      style: `height:${block.height}px`,
      "aria-label": block.text,
    });
    plots.add(plot, block.figure, block.height);
    return h(
      "figure",
      { class: `idg-card${block.wide ? " idg-wide" : ""}`, "data-card": block.key },
      h("h4", {}, block.title),
      block.note ? h("p", { class: "idg-quiet" }, block.note) : null,
      plot,
    );
  }
  if (block.kind === "facts") {
    const pairs = block.facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", { class: "v" }, value)));
    return h(
      "div",
      { class: `idg-card idg-wide${block.state ? ` idg-is-${block.state}` : ""}`, "data-card": block.key },
      block.title ? h("h4", {}, block.title) : null,
      h("dl", { class: "idg-figures" }, pairs),
      block.note ? h("p", { class: "idg-quiet" }, block.note) : null,
    );
  }
  return tableOf(block, press, folded);
}

function tableOf(block, press, folded) {
  const right = new Set(block.right),
    buttons = block.press;
  const mark = (value) => (value.startsWith("✓") ? " idg-ok" : value.startsWith("✗") ? " idg-bad" : "");
  const cells = (row) =>
    row.map((value, i) =>
      h("td", { class: `${right.has(i) ? "r" : ""}${mark(value)}${value.length > 46 ? " idg-long" : ""}` }, value),
    );
  const action = (i) => {
    if (!buttons) return [];
    const value = buttons.values[i];
    const about = `${buttons.label} ${block.rows[i][0]}`;
    return [
      h(
        "td",
        {},
        value === null
          ? null
          : h(
              "button",
              { type: "button", "aria-label": about, onclick: () => press(buttons.name, value) },
              buttons.label,
            ),
      ),
    ];
  };
  const head = h(
    "tr",
    {},
    block.columns.map((name, i) => h("th", { scope: "col", class: right.has(i) ? "r" : null }, name)),
    buttons ? h("td", {}) : null,
  );
  const table = h(
    "table",
    { class: "idg-table" },
    h("thead", {}, head),
    h(
      "tbody",
      {},
      block.rows.map((row, i) => h("tr", {}, cells(row), action(i))),
    ),
  );
  const scroller = h(
    "div",
    { class: "idg-scrollx", tabindex: "0", role: "region", "aria-label": `${block.title}, table` },
    block.rows.length ? table : null,
  );
  const note = block.note ? h("p", { class: "idg-quiet" }, block.note) : null;
  if (!block.folded)
    return h("div", { class: "idg-card idg-wide", "data-card": block.key }, h("h4", {}, block.title), note, scroller);
  const count = h("span", { class: "idg-quiet" }, ` ${block.rows.length.toLocaleString("en-US")} rows`);
  const details = h(
    "details",
    { class: "idg-card idg-wide", "data-key": block.key, "data-card": block.key },
    h("summary", {}, h("h4", {}, block.title), count),
    note,
    scroller,
  );
  details.open = folded.get(block.key) || false;
  return details;
}
