// Shares that keep their sum of one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { rebalanced, sumOf } from "../../../idgraph_widgets/widgets/js/rebalance.js";

const NOBODY = new Set();
const millionths = (shares) => Object.values(shares).reduce((sum, share) => sum + Math.round(share * 1e6), 0);

test("the others make room in proportion", () => {
  const found = rebalanced({ a: 0.6, b: 0.3, c: 0.1 }, ["a"], NOBODY);
  assert.deepEqual(found, { a: 0.6, b: 0.3, c: 0.1 });
  assert.deepEqual(rebalanced({ a: 0.2, b: 0.3, c: 0.1 }, ["a"], NOBODY), { a: 0.2, b: 0.6, c: 0.2 });
});

test("the sum is one exactly, however many shares there are", () => {
  for (let count = 2; count < 60; count++) {
    const uneven = Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, 1 / (i + 1.7)]));
    const found = rebalanced(uneven, ["n1"], NOBODY);
    assert.equal(millionths(found), 1e6);
    assert.equal(found.n1, Math.round(1e6 / 2.7) / 1e6);
    assert.ok(Object.values(found).every((share) => share >= 0));
  }
});

test("what is locked stays", () => {
  const found = rebalanced({ a: 0.5, b: 0.3, c: 0.1 }, [], new Set(["b"]));
  assert.equal(found.b, 0.3);
  assert.equal(millionths(found), 1e6);
});

test("shares of nothing are made equal", () => {
  assert.deepEqual(rebalanced({ a: 0, b: 0, c: 0.5 }, ["c"], NOBODY), { a: 0.25, b: 0.25, c: 0.5 });
});

test("what is no number stays for whoever wrote it", () => {
  assert.deepEqual(rebalanced({ a: "many", b: 0.5, c: null }, [], NOBODY), { a: "many", b: 1, c: null });
  assert.equal(sumOf({ a: "many", b: 0.5, c: 0.25 }), 0.75);
});

test("there is no answer without room, or with nothing that may move", () => {
  assert.equal(rebalanced({ a: 0.9, b: 0.2, c: 0.1 }, ["a"], new Set(["b"])), null);
  assert.equal(rebalanced({ a: 0.9, b: 0.2 }, ["a"], new Set(["b"])), null);
});

test("names are names, also those that every object has", () => {
  assert.deepEqual(rebalanced({ constructor: 0.5, toString: 0.25 }, ["constructor"], NOBODY), {
    constructor: 0.5,
    toString: 0.5,
  });
});
