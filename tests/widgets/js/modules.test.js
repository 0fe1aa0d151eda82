// All modules together: as files, and as the loader hands them to a page.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { addresses } from "../../../idgraph_widgets/widgets/js/loader.js";
import { views } from "../../../idgraph_widgets/widgets/js/views.js";

const ROOM = new URL("../../../idgraph_widgets/", import.meta.url);
const names = readdirSync(new URL("widgets/js/", ROOM))
  .filter((file) => file.endsWith(".js"))
  .map((file) => file.slice(0, -3))
  .filter((name) => name !== "loader");
const sources = Object.fromEntries(
  names.map((name) => [name, readFileSync(new URL(`widgets/js/${name}.js`, ROOM), "utf-8")]),
);
sources.figure = readFileSync(new URL("charts/figure.js", ROOM), "utf-8");
names.push("figure");

test("a module gets its address after those that it imports, and only one", () => {
  const order = [];
  const found = addresses(sources, (name, text) => {
    for (const [, address] of text.matchAll(/ from "([^"]*)"/g))
      assert.ok(order.includes(address), `${name} ${address}`);
    order.push(`at:${name}`);
    return `at:${name}`;
  });
  assert.deepEqual(Object.keys(found).sort(), [...names].sort());
  assert.equal(new Set(order).size, names.length);
});

test("every import is rewritten, so that a page asks no server for a module", () => {
  const seen = [];
  addresses(sources, (name, text) => {
    seen.push(...text.matchAll(/\bfrom\s+["']\.|\bimport\s+["']/g));
    return `at:${name}`;
  });
  assert.deepEqual(seen, []);
});

test("every module is needed by a view", () => {
  const needed = new Set();
  const visit = (name) => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const [, other] of sources[name].matchAll(/from "[./\w]*?(\w+)\.js"/g)) visit(other);
  };
  visit("views");
  assert.deepEqual(
    names.filter((name) => !needed.has(name)),
    [],
  );
});

test("every view is a function", () => {
  assert.ok(Object.keys(views).length > 0);
  for (const [name, view] of Object.entries(views)) assert.equal(typeof view, "function", name);
});
