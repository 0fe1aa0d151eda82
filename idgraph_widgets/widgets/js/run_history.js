// Earlier runs: load their configuration, remove their dataset.

import { h } from "./dom.js";

export function earlierRuns(model) {
  const history = h("tbody", {});
  const element = h(
    "section",
    { class: "idg-panel idg-past", "aria-label": "Earlier runs" },
    h("h3", {}, "Earlier runs"),
    h(
      "div",
      { class: "idg-scrollx", tabindex: "0", role: "region", "aria-label": "Table of earlier runs" },
      h(
        "table",
        { class: "idg-table" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["When", "State", "Households", "Seed", "Rows", "Took", "Config", ""].map((word) =>
              h(
                "th",
                { scope: "col", class: ["Households", "Seed", "Rows", "Took"].includes(word) ? "r" : "" },
                word || h("span", { class: "idg-sr" }, "Action"),
              ),
            ),
          ),
        ),
        history,
      ),
    ),
  );

  const show = () => {
    element.hidden = !model.get("history").length;
    history.replaceChildren(
      ...model.get("history").map((one) =>
        h(
          "tr",
          {},
          h("td", {}, one.when),
          h("td", { class: one.state === "failed" ? "idg-bad" : "" }, one.state),
          h("td", { class: "r" }, one.households),
          h("td", { class: "r" }, one.seed),
          h("td", { class: "r" }, one.rows),
          h("td", { class: "r" }, one.seconds),
          h("td", { title: "First figures of the configuration's fingerprint" }, one.fingerprint),
          h(
            "td",
            {},
            h(
              "button",
              {
                type: "button",
                class: "idg-plain",
                "aria-label": `Load the configuration of the run of ${one.when}`,
                onclick: () => model.send({ do: "load", id: one.id }),
              },
              "Load this configuration",
            ),
            one.removable
              ? h(
                  "button",
                  {
                    type: "button",
                    class: "idg-plain",
                    "aria-label": `Remove the dataset of the run of ${one.when}`,
                    onclick: () =>
                      confirm(`Remove ${one.place}? It cannot be had back.`) &&
                      model.send({ do: "remove", id: one.id }),
                  },
                  "Remove the dataset",
                )
              : null,
          ),
        ),
      ),
    );
  };
  return { element, show };
}
