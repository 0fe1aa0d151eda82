// Texts, days, switches and choices.

import { h, uid } from "./dom.js";

export function textControl(_field, context) {
  const id = uid("text");
  const input = h("input", {
    type: "text",
    id,
    autocomplete: "off",
    spellcheck: "false",
    style: "width:100%",
    oninput: () => context.set(input.value.trim() || null),
  });
  return {
    element: input,
    labelled: id,
    show(value) {
      if (document.activeElement !== input) input.value = value ?? "";
    },
    invalid(is, by) {
      input.setAttribute("aria-invalid", String(is));
      input.setAttribute("aria-describedby", by);
    },
  };
}

export function dayControl(field, context) {
  const id = uid("day");
  const input = h("input", {
    type: "date",
    id,
    min: field.low,
    max: field.high,
    onchange: () => context.set(input.value || null),
  });
  return {
    element: input,
    labelled: id,
    show(value) {
      if (document.activeElement !== input || input.value !== value) input.value = value ?? "";
    },
    invalid(is, by) {
      input.setAttribute("aria-invalid", String(is));
      input.setAttribute("aria-describedby", by);
    },
  };
}

export function switchControl(_field, context) {
  const id = uid("switch");
  const input = h("input", { type: "checkbox", id, onchange: () => context.set(input.checked) });
  return {
    element: input,
    labelled: id,
    show(value) {
      input.checked = value === true;
    },
    invalid() {},
  };
}

export function choicesControl(field, context) {
  const boxes = field.names.map(([name, text]) => {
    const input = h("input", {
      type: "checkbox",
      onchange: () => context.set(boxes.filter((box) => box.input.checked).map((box) => box.name)),
    });
    return { name, input, element: h("label", {}, input, text) };
  });
  return {
    element: h(
      "div",
      { class: "idg-checks", role: "group", "aria-label": field.title },
      boxes.map((box) => box.element),
    ),
    show(value) {
      for (const box of boxes) box.input.checked = Array.isArray(value) && value.includes(box.name);
    },
    invalid() {},
  };
}
