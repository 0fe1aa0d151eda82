// The walk through the tabs, and the trial.

import { h } from "./dom.js";
import { listen } from "./kernel.js";
import { themes } from "./themes.js";

export function steps({ model, el }) {
  themes.start();
  const back = h("button", { type: "button", onclick: () => model.send({ do: "move", way: "back" }) });
  const next = h("button", {
    type: "button",
    class: "idg-primary",
    onclick: () => model.send({ do: "move", way: "next" }),
  });
  const trial = h("button", { type: "button", onclick: () => model.send({ do: "try" }) }, "Try 1,000 households");
  const note = h("span", { class: "idg-quiet", role: "status" });
  const place = h("span", { class: "idg-quiet" });
  el.append(
    h(
      "div",
      { class: "idg" },
      h("div", { class: "idg-steps" }, back, place, h("span", { class: "idg-grow" }, trial, " ", note), next),
    ),
  );
  const show = () => {
    back.textContent = `← ${model.get("back") || "Back"}`;
    back.disabled = !model.get("back");
    next.textContent = `Next: ${model.get("next")} →`;
    next.hidden = !model.get("next");
    place.textContent = model.get("place");
    const { enabled, text, offered } = model.get("trial");
    trial.hidden = offered === false;
    trial.disabled = !enabled;
    note.textContent = text || "";
  };
  show();
  return listen(model, ["change:back", "change:next", "change:place", "change:trial"], show);
}
