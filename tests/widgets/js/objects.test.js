// Objects whose names come from people.

import assert from "node:assert/strict";
import { test } from "node:test";
import { has, own, same } from "../../../idgraph_widgets/widgets/js/objects.js";

test("an object has only what was put there", () => {
  assert.deepEqual([has({ a: 1 }, "a"), has({}, "constructor")], [true, false]);
  assert.equal(own({}, "toString", "none"), "none");
  assert.equal(own({ toString: 2 }, "toString", "none"), 2);
  assert.equal(own({ a: null }, "a", "none"), null);
});

test("values are the same by what they hold", () => {
  assert.ok(same({ a: [1, null] }, { a: [1, null] }));
  assert.ok(!same([1, 2], [2, 1]));
});
