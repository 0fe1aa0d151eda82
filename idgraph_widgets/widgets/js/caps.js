// Caps of the channels: how often an ad may be shown.

import { h } from "./dom.js";
import { numberBox } from "./number_box.js";

export function capsControl(field, context) {
  let value = {};
  const change = (name, key, next) => {
    value = { ...value, [name]: { ...value[name], [key]: next } };
    context.set(value);
  };
  const rows = field.names.map(([name, text]) => {
    const daily = numberBox({
      label: `${text}: most a day`,
      whole: true,
      low: 1,
      top: field.daily_max,
      onchange: (next) => change(name, "daily", next),
    });
    const weekly = numberBox({
      label: `${text}: most a week`,
      whole: true,
      low: 1,
      top: field.weekly_max,
      onchange: (next) => change(name, "weekly", next),
    });
    const scope = h(
      "select",
      { "aria-label": `${text}: counted by`, onchange: () => change(name, "scope", scope.value) },
      field.scopes.map((one) => h("option", { value: one }, one)),
    );
    return {
      name,
      daily,
      weekly,
      scope,
      element: h(
        "tr",
        {},
        h("th", { scope: "row" }, text),
        h("td", {}, daily.element),
        h("td", {}, weekly.element),
        h("td", {}, scope),
      ),
    };
  });
  const head = h(
    "tr",
    {},
    ["Channel", "A day", "A week", "Counted by"].map((word) => h("th", { scope: "col" }, word)),
  );
  return {
    element: h(
      "table",
      { class: "idg-caps" },
      h("thead", {}, head),
      h(
        "tbody",
        {},
        rows.map((row) => row.element),
      ),
    ),
    show(next) {
      value = next || {};
      for (const row of rows) {
        const cap = value[row.name] || {};
        row.daily.show(cap.daily);
        row.weekly.show(cap.weekly);
        row.scope.value = cap.scope;
      }
    },
    invalid(is, by, paths) {
      for (const row of rows) {
        const bad = (key) =>
          is &&
          (paths || []).some(
            (path) => path === `${field.path}.${row.name}` || path === `${field.path}.${row.name}.${key}`,
          );
        row.daily.invalid(bad("daily"), by);
        row.weekly.invalid(bad("weekly"), by);
      }
    },
  };
}
