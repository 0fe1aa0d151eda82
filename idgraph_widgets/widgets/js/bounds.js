// Bounds in USD for income labels that do not say them; one row per label of the brackets.

import { h } from "./dom.js";
import { listen } from "./kernel.js";
import { numberBox } from "./number_box.js";
import { own } from "./objects.js";

export function boundsControl(_field, context) {
  let value = {};
  const body = h("div", { class: "idg-rows" });
  const rows = new Map();
  const change = (name, index, next) => {
    const pair = [...own(value, name, [0, null])];
    pair[index] = next;
    value = { ...value, [name]: pair };
    if (pair[0] === null && pair[1] === null) delete value[name];
    context.set(value);
  };
  const sync = () => {
    const names = Object.keys({ ...context.value("household_config.income_brackets"), ...value });
    for (const [name, row] of rows)
      if (!names.includes(name)) {
        row.element.remove();
        rows.delete(name);
      }
    for (const name of names) {
      if (!rows.has(name)) {
        const low = numberBox({
          label: `${name}: from, USD`,
          whole: true,
          low: 0,
          onchange: (next) => change(name, 0, next),
        });
        const high = numberBox({
          label: `${name}: below, USD`,
          whole: true,
          low: 0,
          onchange: (next) => change(name, 1, next),
        });
        for (const box of [low, high]) box.input.placeholder = "from label";
        const element = h(
          "div",
          { class: "idg-row idg-bounds" },
          h("span", { class: "idg-name" }, name),
          low.element,
          high.element,
        );
        rows.set(name, { low, high, element });
        body.append(element);
      }
      const row = rows.get(name),
        pair = own(value, name, [null, null]);
      row.low.show(pair[0]);
      row.high.show(pair[1]);
    }
  };
  context.cleanup(listen(context.model, ["change:values"], sync));
  return {
    element: body,
    show(next) {
      value = next || {};
      sync();
    },
    invalid() {},
  };
}
