// A slider with an editable number beside it.

import { h, icon, uid } from "./dom.js";
import { numberBox } from "./number_box.js";
import { slider } from "./slider.js";

// What a number box needs to know of a field.
const notation = ({ whole, percent, low, top }) => ({ whole, percent, low, top });

export function numberControl(field, context) {
  const id = uid("number");
  const change = (value) => {
    box.show(value);
    range.show(value);
    context.set(value);
  };
  const range = slider({ label: field.title, field, marked: field.default, onchange: change });
  const box = numberBox({
    ...notation(field),
    label: field.title,
    id,
    onchange: (value) => {
      range.show(value);
      context.set(value);
    },
  });
  const extra =
    field.path === "seed"
      ? h(
          "button",
          {
            type: "button",
            class: "idg-dice",
            onclick: () => change(Math.floor(Math.random() * 100000)),
            title: "Draw another seed",
          },
          icon("dice"),
          " New seed",
        )
      : null;
  return {
    element: h("div", {}, h("div", { class: "idg-line" }, range.element, box.element), extra),
    labelled: id,
    show(value) {
      range.show(value);
      box.show(value);
    },
    invalid: (is, by) => box.invalid(is, by),
  };
}

export function spanControl(field, context) {
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
    return {
      range,
      box,
      element: h("div", { class: "idg-row idg-three" }, h("span", {}, word), range.element, box.element),
    };
  });
  const show = (next) => {
    value = Array.isArray(next) ? [...next] : value;
    rows.forEach((row, index) => {
      row.range.show(value[index]);
      row.box.show(value[index]);
    });
  };
  return {
    element: h(
      "div",
      { class: "idg-rows" },
      rows.map((row) => row.element),
    ),
    show,
    invalid(is, by) {
      for (const row of rows) row.box.invalid(is, by);
    },
  };
}

export function numbersControl(field, context) {
  let value = {};
  const rows = field.names.map(([name, text]) => {
    const change = (next) => {
      value = { ...value, [name]: next };
      show(value);
      context.set(value);
    };
    const label = `${field.title}: ${text}`;
    const range = slider({ label, field, marked: field.default[name], onchange: change });
    const box = numberBox({ ...notation(field), label, onchange: change });
    return {
      name,
      range,
      box,
      element: h(
        "div",
        { class: "idg-row idg-three" },
        h("span", { class: "idg-name", title: text }, text),
        range.element,
        box.element,
      ),
    };
  });
  const show = (next) => {
    value = next || {};
    for (const row of rows) {
      row.range.show(value[row.name]);
      row.box.show(value[row.name]);
    }
  };
  return {
    element: h(
      "div",
      { class: "idg-rows" },
      rows.map((row) => row.element),
    ),
    show,
    invalid(is, by, paths) {
      for (const row of rows)
        row.box.invalid(is && (paths || []).some((path) => path === `${field.path}.${row.name}`), by);
    },
  };
}
