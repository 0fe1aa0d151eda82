// Where a value stands on its slider.

import assert from "node:assert/strict";
import { test } from "node:test";
import { scaleOf } from "../../../idgraph_widgets/widgets/js/scale.js";

test("a plain slider stands at its value", () => {
  const scale = scaleOf({ low: 0, high: 2, step: 0.01 });
  assert.deepEqual([scale.min, scale.max, scale.step], [0, 2, 0.01]);
  assert.equal(scale.toSlider(0.3), 0.3);
  assert.equal(scale.fromSlider(0.1 + 0.2), 0.3);
});

test("whole numbers stay whole", () => {
  assert.equal(scaleOf({ low: 1, high: 10, step: 1, whole: true }).fromSlider(3.7), 4);
  const homes = scaleOf({ low: 1_000, high: 10_000_000, log: true, whole: true });
  assert.equal(homes.fromSlider(Math.log10(1_234_567)), 1_200_000);
});

test("a slider in powers of ten reaches both ends, and nothing beyond", () => {
  const scale = scaleOf({ low: 1_050, high: 9_940, log: true });
  assert.equal(scale.fromSlider(scale.min), 1_050);
  assert.equal(scale.fromSlider(scale.max), 9_940);
  for (let at = scale.min; at < scale.max; at += scale.step) {
    const value = scale.fromSlider(at);
    assert.ok(value >= 1_050 && value <= 9_940, `${value}`);
  }
});

test("a value below the low end stands at it", () => {
  const scale = scaleOf({ low: 10, high: 1_000, log: true });
  assert.equal(scale.toSlider(0), 1);
  assert.equal(scale.toSlider(100), 2);
});

test("two hundred steps lead through the powers of ten", () => {
  const scale = scaleOf({ low: 1, high: 100, log: true });
  assert.equal(scale.step, 0.01);
});
