// A number that is written, as wide as there is room for.

import { h } from "./dom.js";
import { exact, shown, understood } from "./notation.js";
import { same } from "./objects.js";

// Widths of number boxes, in pixels for their text; a box shows as many digits as fit.
const rooms = new WeakMap();
const refits = new WeakMap();
let fitting = null;
let ruler = null;

function watchWidth(input, refit) {
  fitting ??= new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      rooms.set(target, contentRect.width);
      refits.get(target)();
    }
  });
  refits.set(input, refit);
  fitting.observe(input);
}

function fitted(input, value, field) {
  const full = shown(value, field);
  const room = rooms.get(input);
  if (!room || typeof value !== "number") return full;
  // The style's `font` is empty, since that cannot say that digits are equally wide.
  ruler ??= document.createElement("canvas").getContext("2d");
  const { fontWeight, fontSize, fontFamily } = getComputedStyle(input);
  ruler.font = `${fontWeight} ${fontSize} ${fontFamily}`;
  // On a canvas they are not: all are measured as 0.
  const fits = (text) => ruler.measureText(text.replace(/\d/g, "0")).width <= room;
  // A whole number is not rounded: it does without the commas first.
  const shorter = field.whole ? [exact(value)] : [6, 5, 4, 3].map((digits) => shown(value, { ...field, digits }));
  return [full, ...shorter].find(fits) ?? shorter.at(-1);
}

// Options: label (for screen readers), onchange(value), id, and of the field: whole, percent, low, top.
export function numberBox({ label, onchange, id, ...field }) {
  const { percent = false } = field;
  const input = h("input", {
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": label,
    id,
    class: percent ? "idg-pct" : "",
  });
  const holder = h("span", { class: "idg-number" }, input, percent ? h("span", { "aria-hidden": "true" }, "%") : null);
  let value = null;
  const read = () => {
    const found = understood(input.value, field);
    if (!same(found, value)) {
      value = found;
      onchange(found);
    }
  };
  // At rest a box shows what fits; with the cursor in it, everything.
  const rest = () => {
    input.value = fitted(input, value, field);
    const all = exact(value, percent);
    input.title =
      typeof value === "number" && understood(input.value, field) !== value ? `${all}${percent ? " %" : ""}` : "";
  };
  watchWidth(input, () => {
    if (document.activeElement !== input) rest();
  });
  input.addEventListener("input", read);
  input.addEventListener("blur", rest);
  input.addEventListener("focus", () => {
    input.value = exact(value, percent);
    input.select();
  });
  // A browser drops the breaks between pasted lines and cells: two numbers would become one.
  input.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain").trim();
    if (!/[\r\n\t]/.test(text)) return;
    event.preventDefault();
    input.setRangeText(text.replace(/[\r\n\t]+/g, " ⏎ "), input.selectionStart, input.selectionEnd, "end");
    read();
  });
  return {
    element: holder,
    input,
    show(next) {
      value = next;
      if (document.activeElement !== input) rest();
      else if (!same(understood(input.value, field), next)) input.value = exact(next, percent);
    },
    invalid(is, describedby) {
      input.setAttribute("aria-invalid", String(is));
      if (describedby) input.setAttribute("aria-describedby", describedby);
    },
  };
}
