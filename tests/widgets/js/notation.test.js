// Numbers as people write them: the cases are those that Python's half is tested with.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { exact, shown, significant, understood } from "../../../idgraph_widgets/widgets/js/notation.js";

const NUMBERS = JSON.parse(readFileSync(new URL("../../support/numbers.json", import.meta.url), "utf-8"));

test("a text means the number that Python reads, or stays the text", () => {
  for (const [text, field, value] of NUMBERS.understood) {
    assert.equal(understood(text, NUMBERS.fields[field]), value, `${text} in ${field}`);
  }
});

test("all digits are shown and read back", () => {
  for (const [value, percent, text] of NUMBERS.exact) {
    assert.equal(Number(exact(value, percent)), Number(text));
    assert.equal(understood(exact(value, percent), { percent }), value);
  }
});

test("nothing is shown for nothing, and a text as it was written", () => {
  assert.deepEqual([exact(null), exact(undefined), exact("1,5")], ["", "", "1,5"]);
});

test("no comma is shown that could be read as a decimal one", () => {
  const found = [shown(12345, { whole: true }), shown(1234.5), shown(12.34, { percent: true }), shown("1,5")];
  assert.deepEqual(found, ["12,345", "1234.5", "1234", "1,5"]);
});

test("as many digits are kept as asked for", () => {
  assert.equal(significant(1234.5678, 6), 1234.57);
  assert.equal(shown(0.123456789, { percent: true, digits: 4 }), "12.35");
});
