// A field of a form: its control with message, reset and tip.

import { CONTROLS } from "./controls.js";
import { h, iconButton, tip, uid } from "./dom.js";
import { same } from "./objects.js";

export function fieldOf(field, model, send, cleanup) {
  const value = (path) => model.get("values")[path];
  const problemId = uid("problem");
  let last;
  const context = {
    model,
    value,
    set: (next) => {
      last = next;
      send.set(field.path, next);
      mark(next);
    },
    cleanup,
  };
  const control = CONTROLS[field.control](field, context);
  const about = [
    [null, field.help],
    ["Allowed:", field.allowed],
    ["Source:", field.source],
  ];
  const reset = iconButton(
    "reset",
    `Reset ${field.title} to its default`,
    () => model.send({ do: "reset", path: field.path }),
    { hidden: true },
  );
  reset.classList.add("idg-reset");
  const needless = field.unit === "%" || field.title.toLowerCase().startsWith(field.unit.toLowerCase());
  const unit = field.unit && !needless ? h("span", { class: "idg-unit" }, ` ${field.unit}`) : null;
  const name = control.labelled
    ? h("label", { for: control.labelled }, field.title)
    : h("span", { class: "idg-label" }, field.title);
  const problem = h("p", { class: "idg-problem", id: problemId, role: "status", hidden: true });
  const denied = h("p", { class: "idg-quiet", hidden: true });
  const element = h(
    "div",
    { class: "idg-field", "data-path": field.path },
    h("div", { class: "idg-head" }, h("span", {}, name, unit), tip(field.title, about), reset),
    control.element,
    denied,
    problem,
  );
  const mark = (next) => {
    reset.hidden = same(next, field.default);
  };
  return {
    field,
    element,
    showValue(next) {
      if (send.pending(field.path) || (last !== undefined && same(next, last))) return;
      last = next;
      control.show(next);
      mark(next);
    },
    showProblems(all) {
      // A control of several parts tells by itself what is wrong with one of them.
      const found = control.tell ? control.tell(all) : all;
      problem.hidden = !found.length;
      problem.textContent = found.map((one) => one.text).join(" ");
      control.invalid(
        found.length > 0,
        problemId,
        found.flatMap((one) => one.paths),
      );
    },
    // What the target cannot do is grey and says why; what is on already can still be switched off.
    deny(reason) {
      const off = Boolean(reason) && !value(field.path);
      for (const input of element.querySelectorAll("input, select")) input.disabled = off;
      element.classList.toggle("idg-denied", off);
      denied.textContent = off ? reason : "";
      denied.hidden = !off;
    },
    focus() {
      element.scrollIntoView({ block: "center" });
      control.element.querySelector("input[type=text], input, select")?.focus();
      if (control.element.matches("input")) control.element.focus();
    },
  };
}
