// Segments, each on or off.

import { h } from "./dom.js";
import { listen } from "./kernel.js";

// Segments: a list that is known later than the form; trait `options` holds [id, name, type].
export function switchesControl(field, context) {
  let value = {};
  const model = context.model;
  const list = h("div", { class: "idg-checks idg-scroll", role: "group", "aria-label": field.title, tabindex: "0" });
  const search = h("input", {
    type: "search",
    placeholder: "Find a segment",
    "aria-label": "Find a segment",
    oninput: () => filter(),
    style: "flex:1 1 130px",
  });
  const count = h("output", { class: "idg-sum" });
  const all = (on) => () => {
    value = on ? {} : Object.fromEntries(boxes.map((box) => [box.id, false]));
    show(value);
    context.set(value);
  };
  let boxes = [];
  const build = () => {
    boxes = [];
    list.replaceChildren();
    let last = null;
    for (const [id, name, type] of model.get("options")) {
      if (type !== last) {
        list.append(
          h(
            "h4",
            {},
            {
              demographic: "Demographic",
              interest: "Interest",
              behavioural: "Behaviour",
              purchase_intent: "Intent to buy",
            }[type] || type,
          ),
        );
        last = type;
      }
      const input = h("input", {
        type: "checkbox",
        onchange: () => {
          value = { ...value };
          if (input.checked) delete value[id];
          else value[id] = false;
          show(value);
          context.set(value);
        },
      });
      const element = h("label", {}, input, h("span", {}, name, " ", h("span", { class: "idg-quiet" }, `id ${id}`)));
      list.append(element);
      boxes.push({ id, name, input, element });
    }
    if (!boxes.length) list.append(h("p", { class: "idg-quiet" }, "The list of segments is being read…"));
    show(value);
  };
  const filter = () => {
    const wanted = search.value.trim().toLowerCase();
    for (const box of boxes) box.element.hidden = !`${box.name} ${box.id}`.toLowerCase().includes(wanted);
    for (const head of list.querySelectorAll("h4")) head.hidden = wanted !== "";
  };
  const show = (next) => {
    value = next && typeof next === "object" ? next : {};
    for (const box of boxes) box.input.checked = value[box.id] !== false;
    const on = boxes.filter((box) => box.input.checked).length;
    count.textContent = boxes.length ? `${on} of ${boxes.length} on` : "";
  };
  build();
  context.cleanup(listen(model, ["change:options"], build));
  return {
    element: h(
      "div",
      {},
      h(
        "div",
        { class: "idg-sharebar" },
        search,
        h("button", { type: "button", onclick: all(true) }, "All on"),
        h("button", { type: "button", onclick: all(false) }, "All off"),
        count,
      ),
      list,
    ),
    show,
    invalid() {},
  };
}
