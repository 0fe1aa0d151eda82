// Figures in the colours of a theme.

import assert from "node:assert/strict";
import { test } from "node:test";
import { dressed, painted } from "../../../idgraph_widgets/charts/figure.js";

const color = (name) => `<${name}>`;

test("a colour of the theme is put in its place, however deep", () => {
  const found = painted({ marker: { color: ["@first", "red"], line: { color: "@line" } } }, color);
  assert.deepEqual(found, { marker: { color: ["<first>", "red"], line: { color: "<line>" } } });
});

test("a category named like what every object has is a category", () => {
  const found = painted(["constructor", "rent"], color);
  assert.equal(found[1], "rent");
  assert.ok(!(found[0] in {}));
  assert.equal(found[0].replace("\u200b", ""), "constructor");
});

test("numbers are not copied", () => {
  const numbers = [1, 2, 3];
  assert.equal(painted({ y: numbers }, color).y, numbers);
  assert.deepEqual(painted([0, "@first"], color), [0, "<first>"]);
});

test("what is no plain object is left alone", () => {
  const bytes = new Float64Array([1, 2]);
  assert.equal(painted(bytes, color), bytes);
  assert.equal(painted(null, color), null);
});

test("axes are the theme's, and what a figure says of them stays", () => {
  const { layout } = dressed({ data: [], layout: { xaxis: { fixedrange: false }, yaxis2: {} } }, 200, color);
  assert.equal(layout.xaxis.gridcolor, "<grid>");
  assert.equal(layout.xaxis.fixedrange, false);
  assert.equal(layout.yaxis2.linecolor, "<line>");
  assert.equal(layout.height, 200);
});

test("a title of an axis keeps its text, and none is made up", () => {
  const { layout } = dressed({ data: [], layout: { xaxis: { title: { text: "hour" } }, yaxis: {} } }, 200, color);
  assert.equal(layout.xaxis.title.text, "hour");
  assert.equal(layout.yaxis.title, undefined);
  assert.ok(layout.margin.b > dressed({ data: [], layout: {} }, 200, color).layout.margin.b);
});

test("a report's margins are measured, and its hints are whole", () => {
  const figure = { data: [], layout: { xaxis: {} } };
  assert.equal(dressed(figure, 200, color).layout.xaxis.automargin, false);
  const { layout } = dressed(figure, 200, color, true);
  assert.equal(layout.xaxis.automargin, true);
  assert.equal(layout.hoverlabel.namelength, -1);
  assert.equal(layout.legend.traceorder, "normal");
});

test("a legend has room above", () => {
  const top = (layout) => dressed({ data: [], layout }, 200, color).layout.margin.t;
  assert.ok(top({ showlegend: true }) > top({}));
});

test("the figure that was given stays as it was", () => {
  const figure = { data: [{ marker: { color: "@first" } }], layout: { xaxis: {} } };
  const before = structuredClone(figure);
  dressed(figure, 200, color);
  assert.deepEqual(figure, before);
});
