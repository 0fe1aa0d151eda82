// Controls of the report by their description. What somebody is typing stays when the description comes again.

import { h, uid } from "./dom.js";

export function controlRows(model, holder, press) {
  let shape = "",
    inputs = new Map();
  const set = (name, value) => model.send({ do: "set", values: { [name]: value } });
  const build = (one) => {
    const key = `${one.name}${one.kind === "button" ? `-${one.value}` : ""}`;
    if (one.kind === "button")
      return h(
        "button",
        {
          type: "button",
          "data-control": key,
          class: one.primary ? "idg-primary" : null,
          onclick: () => press(one.name, one.value),
        },
        one.label,
      );
    if (one.kind === "link")
      return h(
        "a",
        {
          class: "idg-button",
          "data-control": key,
          href: one.address,
          ...(one.download ? { download: "" } : { target: "_blank", rel: "noopener" }),
        },
        one.label,
      );
    const id = uid("control");
    let input;
    if (one.kind === "select") {
      input = h(
        "select",
        { id, "data-control": key, onchange: () => set(one.name, one.options[input.selectedIndex][0]) },
        one.options.map(([value, text]) => h("option", { value: String(value) }, String(text))),
      );
    } else if (one.kind === "check") {
      input = h("input", { type: "checkbox", id, "data-control": key, onchange: () => set(one.name, input.checked) });
    } else {
      input = h("input", {
        type: "search",
        id,
        "data-control": key,
        placeholder: one.hint,
        autocomplete: "off",
        spellcheck: "false",
        onchange: () => set(one.name, input.value),
      });
      input.addEventListener("keydown", (event) => event.stopPropagation());
    }
    inputs.set(one.name, input);
    const label = h("label", { for: id }, one.label);
    return h(
      "span",
      { class: `idg-control idg-is-${one.kind}` },
      one.kind === "check" ? [input, label] : [label, input],
    );
  };
  const show = () => {
    const rows = model.get("controls");
    const now = JSON.stringify(
      rows.map((row) => row.map(({ value, ...rest }) => (rest.kind === "button" ? { ...rest, value } : rest))),
    );
    if (now !== shape) {
      const focused = holder.contains(document.activeElement) ? document.activeElement.dataset.control : null;
      shape = now;
      inputs = new Map();
      holder.replaceChildren(...rows.map((row) => h("div", { class: "idg-report-row" }, row.map(build))));
      const back =
        focused && [...holder.querySelectorAll("[data-control]")].find((one) => one.dataset.control === focused);
      if (back) back.focus();
    }
    for (const one of rows.flat()) {
      const input = inputs.get(one.name);
      if (!input || (one.kind === "text" && document.activeElement === input)) continue;
      if (one.kind === "check") input.checked = one.value;
      else input.value = String(one.value);
    }
  };
  return { show };
}
