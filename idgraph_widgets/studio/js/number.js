// A slider with an editable number beside it.

// A notebook takes the arrow keys for its cells before a slider sees them: on the way down they go to the slider
// alone. What comes with Ctrl or Cmd stays the notebook's.
window.addEventListener("keydown", (event) => {
  if (!event.ctrlKey && !event.metaKey && event.target.matches?.(".idg input[type=range]")) event.stopPropagation();
}, true);

function scaleOf(field) {
  const { low, high, log, whole, step } = field;
  const ends = log ? [Math.log10(low), Math.log10(high)] : [low, high];
  const toSlider = (value) => (log ? Math.log10(Math.max(value, low)) : value);
  const fromSlider = (position) => {
    if (!log) return significant(whole ? Math.round(position) : position, 9);
    const value = significant(10 ** position, 2);
    return Math.min(high, Math.max(low, whole ? Math.round(value) : value));
  };
  return { min: ends[0], max: ends[1], step: log ? (ends[1] - ends[0]) / 200 : step, toSlider, fromSlider };
}

// options: label (for screen readers), field (low, high, ...), marked (default value), onchange(value)
function slider({ label, field, marked, onchange }) {
  const scale = scaleOf(field);
  const input = h("input", { type: "range", min: scale.min, max: scale.max, step: scale.step, "aria-label": label });
  const holder = h("span", { class: "idg-slider" }, input);
  if (typeof marked === "number" && marked >= field.low && marked <= field.high) {
    const at = (scale.toSlider(marked) - scale.min) / (scale.max - scale.min);
    holder.append(h("i", { style: `left: calc(8px + ${at} * (100% - 16px) - 1px)`, title: `Default: ${shown(marked, field)}` }));
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

// Widths of number boxes, in pixels for their text; a box shows as many digits as fit.
const rooms = new WeakMap(), refits = new WeakMap();
const fitting = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) { rooms.set(target, contentRect.width); refits.get(target)(); }
});
const ruler = document.createElement("canvas").getContext("2d");

function fitted(input, value, field) {
  const full = shown(value, field), room = rooms.get(input);
  if (!room || typeof value !== "number") return full;
  // Its `font` is empty, since that cannot say that digits are equally wide.
  const { fontWeight, fontSize, fontFamily } = getComputedStyle(input);
  ruler.font = `${fontWeight} ${fontSize} ${fontFamily}`;
  // On a canvas they are not: all are measured as 0.
  const fits = (text) => ruler.measureText(text.replace(/\d/g, "0")).width <= room;
  // A whole number is not rounded: it does without the commas first.
  const shorter = field.whole ? [exact(value)] : [6, 5, 4, 3].map((digits) => shown(value, { ...field, digits }));
  return [full, ...shorter].find(fits) ?? shorter.at(-1);
}

// Options: label (for screen readers), onchange(value), id, and of the field: whole, percent, low, top.
function numberBox({ label, onchange, id, ...field }) {
  const { percent = false } = field;
  const input = h("input", { type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", "aria-label": label, id, class: percent ? "idg-pct" : "" });
  const holder = h("span", { class: "idg-number" }, input, percent ? h("span", { "aria-hidden": "true" }, "%") : null);
  let value = null;
  const read = () => {
    const found = understood(input.value, field);
    if (!same(found, value)) { value = found; onchange(found); }
  };
  // At rest a box shows what fits; with the cursor in it, everything.
  const rest = () => {
    input.value = fitted(input, value, field);
    const all = exact(value, percent);
    input.title = typeof value === "number" && understood(input.value, field) !== value ? `${all}${percent ? " %" : ""}` : "";
  };
  refits.set(input, () => { if (document.activeElement !== input) rest(); });
  fitting.observe(input);
  input.addEventListener("input", read);
  input.addEventListener("blur", rest);
  input.addEventListener("focus", () => { input.value = exact(value, percent); input.select(); });
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

// What a number box needs to know of a field.
const notation = ({ whole, percent, low, top }) => ({ whole, percent, low, top });

function numberControl(field, context) {
  const id = uid("number");
  const change = (value) => { box.show(value); range.show(value); context.set(value); };
  const range = slider({ label: field.title, field, marked: field.default, onchange: change });
  const box = numberBox({ ...notation(field), label: field.title, id, onchange: (value) => { range.show(value); context.set(value); } });
  const extra = field.path === "seed"
    ? h("button", { type: "button", class: "idg-dice", onclick: () => change(Math.floor(Math.random() * 100000)), title: "Draw another seed" }, icon("dice"), " New seed")
    : null;
  return {
    element: h("div", {}, h("div", { class: "idg-line" }, range.element, box.element), extra),
    labelled: id,
    show(value) { range.show(value); box.show(value); },
    invalid: (is, by) => box.invalid(is, by),
  };
}

function spanControl(field, context) {
  let value = [field.low, field.high];
  const rows = ["From", "To"].map((word, index) => {
    const change = (next) => {
      value = value.map((old, i) => (i === index ? next : old));
      if (index === 0 && typeof next === "number" && next > value[1]) value[1] = next;
      if (index === 1 && typeof next === "number" && next < value[0]) value[0] = next;
      show(value);
      context.set(value);
    };
    const label = `${field.title}: ${word.toLowerCase()}`;
    const range = slider({ label, field, marked: field.default[index], onchange: change });
    const box = numberBox({ ...notation(field), label, onchange: change });
    return { range, box, element: h("div", { class: "idg-row idg-three" }, h("span", {}, word), range.element, box.element) };
  });
  const show = (next) => {
    value = Array.isArray(next) ? [...next] : value;
    rows.forEach((row, index) => { row.range.show(value[index]); row.box.show(value[index]); });
  };
  return { element: h("div", { class: "idg-rows" }, rows.map((row) => row.element)), show, invalid: (is, by) => rows.forEach((row) => row.box.invalid(is, by)) };
}

function numbersControl(field, context) {
  let value = {};
  const rows = field.names.map(([name, text]) => {
    const change = (next) => { value = { ...value, [name]: next }; show(value); context.set(value); };
    const label = `${field.title}: ${text}`;
    const range = slider({ label, field, marked: field.default[name], onchange: change });
    const box = numberBox({ ...notation(field), label, onchange: change });
    return { name, range, box, element: h("div", { class: "idg-row idg-three" }, h("span", { class: "idg-name", title: text }, text), range.element, box.element) };
  });
  const show = (next) => {
    value = next || {};
    for (const row of rows) { row.range.show(value[row.name]); row.box.show(value[row.name]); }
  };
  return {
    element: h("div", { class: "idg-rows" }, rows.map((row) => row.element)),
    show,
    invalid(is, by, paths) {
      for (const row of rows) row.box.invalid(is && (paths || []).some((path) => path === `${field.path}.${row.name}`), by);
    },
  };
}
