// A slider, with its default marked.

import { h } from "./dom.js";
import { shown } from "./notation.js";
import { scaleOf } from "./scale.js";

// A notebook takes the arrow keys for its cells before a slider sees them: on the way down they go to the slider
// alone. What comes with Ctrl or Cmd stays the notebook's.
let arrowsKept = false;

function keepArrows() {
  if (arrowsKept) return;
  arrowsKept = true;
  window.addEventListener(
    "keydown",
    (event) => {
      if (!event.ctrlKey && !event.metaKey && event.target.matches?.(".idg input[type=range]")) event.stopPropagation();
    },
    true,
  );
}

// options: label (for screen readers), field (low, high, ...), marked (default value), onchange(value)
export function slider({ label, field, marked, onchange }) {
  keepArrows();
  const scale = scaleOf(field);
  const input = h("input", { type: "range", min: scale.min, max: scale.max, step: scale.step, "aria-label": label });
  const holder = h("span", { class: "idg-slider" }, input);
  if (typeof marked === "number" && marked >= field.low && marked <= field.high) {
    const at = (scale.toSlider(marked) - scale.min) / (scale.max - scale.min);
    holder.append(
      h("i", { style: `left: calc(8px + ${at} * (100% - 16px) - 1px)`, title: `Default: ${shown(marked, field)}` }),
    );
  }
  input.addEventListener("input", () => {
    // A key press moves a log slider by its step even where rounding would keep the value.
    onchange(scale.fromSlider(Number(input.value)));
  });
  return {
    element: holder,
    input,
    show(value) {
      const number = typeof value === "number" ? value : field.low;
      const position = scale.toSlider(Math.min(field.high, Math.max(field.low, number)));
      if (scale.fromSlider(Number(input.value)) !== number || Number(input.value) < scale.min) input.value = position;
      input.setAttribute("aria-valuetext", `${shown(number, field)}${field.percent ? " %" : ""}`);
    },
  };
}
