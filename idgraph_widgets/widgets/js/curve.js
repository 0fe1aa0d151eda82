// Shares of a row of hours or days as bars.

import { h } from "./dom.js";
import { shown } from "./notation.js";
import { rebalanced } from "./rebalance.js";

export function curveControl(field, context) {
  let value = [];
  const readout = h("output", { class: "idg-quiet", "aria-live": "polite" }, "Move a bar; the others make room.");
  const dense = field.names.length > 10;
  const inputs = field.names.map(([, text], index) => {
    const input = h("input", { type: "range", min: 0, max: 1, step: 0.001, "aria-label": `${field.title}: ${text}` });
    input.addEventListener("input", () => {
      const named = Object.fromEntries(value.map((share, i) => [i, i === index ? Number(input.value) : share]));
      const next = rebalanced(named, [String(index)], new Set());
      if (!next) return;
      show(Object.values(next));
      readout.textContent = `${text}: ${shown(value[index], { percent: true, digits: 4 })} %`;
      context.set(value);
    });
    return {
      input,
      element: h(
        "label",
        {},
        input,
        h("span", { "aria-hidden": "true" }, dense ? (index % 3 ? " " : text.slice(0, 2)) : text),
      ),
    };
  });
  const show = (next) => {
    if (!Array.isArray(next)) return;
    value = [...next];
    const end = Math.min(1, Math.max(...value) * 1.35 + 0.01);
    inputs.forEach(({ input }, index) => {
      if (!inputs.some((other) => other.input === document.activeElement)) input.max = end;
      input.value = value[index];
      input.setAttribute("aria-valuetext", `${shown(value[index], { percent: true, digits: 4 })} %`);
    });
  };
  return {
    element: h(
      "div",
      {},
      h(
        "div",
        { class: "idg-curve" },
        inputs.map((one) => one.element),
      ),
      readout,
    ),
    show,
    invalid() {},
  };
}
