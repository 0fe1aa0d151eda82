// Shares that sum to one: rows that can be locked, rebalanced, added and removed.

import { h, icon, iconButton } from "./dom.js";
import { shown } from "./notation.js";
import { numberBox } from "./number_box.js";
import { has, own } from "./objects.js";
import { rebalanced, sumOf } from "./rebalance.js";
import { slider } from "./slider.js";

export function sharesControl(field, context) {
  let shares = {};
  const locked = new Set();
  const labels = new Map(field.names.map(([name, text]) => [String(name), text]));
  const order = field.names.map(([name]) => String(name));
  const rows = new Map();
  const body = h("div", {
    class: `idg-rows${field.search ? " idg-scroll" : ""}`,
    role: "group",
    "aria-label": field.title,
  });
  const sum = h("output", { class: "idg-sum", "aria-live": "polite" });
  const keep = h("input", { type: "checkbox", checked: true });
  keep.checked = true;
  const fix = h(
    "button",
    { type: "button", onclick: () => put(rebalanced(shares, [], locked) || rebalanced(shares, [], new Set())) },
    "Make it 100 %",
  );
  const equal = h(
    "button",
    {
      type: "button",
      class: "idg-plain",
      onclick: () => {
        const even = Object.fromEntries(Object.keys(shares).map((name) => [name, locked.has(name) ? shares[name] : 1]));
        put(rebalanced(even, [], locked) || shares);
      },
    },
    "Equal",
  );
  const adder = field.open ? openAdder() : closedAdder();
  const search = field.search
    ? h("input", {
        type: "search",
        placeholder: `Find a ${field.what}`,
        "aria-label": `Find a ${field.what}`,
        oninput: filter,
        style: "flex:1 1 130px",
      })
    : null;
  const nothing = h("p", { class: "idg-quiet", hidden: true }, "Nothing found.");
  const element = h(
    "div",
    {},
    h(
      "div",
      { class: "idg-sharebar" },
      h("label", { title: "When a share moves, the others that are not locked make room" }, keep, "Rebalance others"),
      equal,
      sum,
      fix,
    ),
    search ? h("div", { class: "idg-sharebar" }, search, adder.element) : null,
    body,
    nothing,
    search ? null : adder.element,
  );

  function openAdder() {
    const input = h("input", {
      type: "text",
      placeholder: `New ${field.what}`,
      "aria-label": `Name of the new ${field.what}`,
      style: "width:150px",
    });
    const message = h("p", { class: "idg-problem", role: "status", hidden: true });
    const say = (text) => {
      message.textContent = text;
      message.hidden = !text;
    };
    const add = () => {
      const name = input.value.trim();
      if (!name) return say(`Write the name of the new ${field.what} first.`);
      if (has(shares, name)) return say(`There is a ${field.what} ${name} already.`);
      say("");
      put({ ...shares, [name]: 0 }, true);
      input.value = "";
    };
    input.addEventListener("input", () => say(""));
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        add();
      }
    });
    return {
      element: h(
        "div",
        {},
        h("div", { class: "idg-sharebar" }, input, h("button", { type: "button", onclick: add }, "Add")),
        message,
      ),
      show() {},
    };
  }

  function closedAdder() {
    const select = h("select", {
      "aria-label": `Add a ${field.what}`,
      onchange: () => {
        if (select.value)
          put(
            Object.fromEntries(
              [...order]
                .filter((name) => has(shares, name) || name === select.value)
                .map((name) => [name, own(shares, name, 0)]),
            ),
            true,
          );
      },
    });
    const holder = h("div", { class: "idg-sharebar" }, select);
    return {
      element: holder,
      show() {
        const missing = order.filter((name) => !has(shares, name));
        holder.hidden = !missing.length;
        select.replaceChildren(
          h("option", { value: "" }, `Add a ${field.what}…`),
          ...missing.map((name) => h("option", { value: name }, labels.get(name))),
        );
      },
    };
  }

  function filter() {
    const wanted = search.value.trim().toLowerCase();
    let found = 0;
    for (const [name, row] of rows) {
      const hit = (labels.get(name) || name).toLowerCase().includes(wanted);
      row.element.hidden = !hit;
      found += hit;
    }
    nothing.hidden = found > 0;
  }

  function makeRow(name) {
    const text = labels.get(name) || name;
    const change = (value, fromSlider) => {
      let next = { ...shares, [name]: value };
      if (keep.checked && typeof value === "number") {
        const most =
          1 -
          [...locked]
            .filter((other) => other !== name && has(shares, other))
            .reduce((total, other) => total + shares[other], 0);
        next[name] = fromSlider ? Math.min(value, Math.max(0, most)) : value;
        next = rebalanced(next, [name], locked) || next;
      }
      put(next);
    };
    const scale = { low: 0, high: 1, step: 0.001, percent: true };
    const range = slider({ label: text, field: scale, marked: undefined, onchange: (value) => change(value, true) });
    const box = numberBox({
      label: `${text}, percent`,
      percent: true,
      low: 0,
      top: 1,
      onchange: (value) => change(value, false),
    });
    const lock = iconButton(
      "open",
      `Lock ${text}`,
      () => {
        if (locked.has(name)) locked.delete(name);
        else locked.add(name);
        const is = locked.has(name);
        lock.setAttribute("aria-pressed", String(is));
        lock.title = is ? "Locked: rebalancing leaves it" : "Lock: rebalancing will leave it";
        lock.replaceChildren(icon(is ? "lock" : "open"));
        range.input.disabled = is;
      },
      { "aria-pressed": "false" },
    );
    const remove = iconButton("remove", `Remove ${text}`, () => {
      const { [name]: _, ...rest } = shares;
      locked.delete(name);
      put(keep.checked ? rebalanced(rest, [], locked) || rest : rest);
    });
    return {
      range,
      box,
      remove,
      element: h(
        "div",
        { class: "idg-row" },
        lock,
        h("span", { class: "idg-name", title: text }, text),
        range.element,
        box.element,
        remove,
      ),
    };
  }

  function put(next, focusNew) {
    if (!next) return;
    const before = new Set(Object.keys(shares));
    show(next);
    context.set(next);
    if (focusNew) for (const name of Object.keys(next)) if (!before.has(name)) rows.get(name)?.box.input.focus();
  }

  function show(next) {
    shares = next && typeof next === "object" ? { ...next } : {};
    const names = field.open
      ? Object.keys(shares)
      : [...order.filter((name) => has(shares, name)), ...Object.keys(shares).filter((name) => !order.includes(name))];
    for (const [name, row] of rows)
      if (!has(shares, name)) {
        row.element.remove();
        rows.delete(name);
      }
    let previous = null;
    for (const name of names) {
      if (!rows.has(name)) {
        rows.set(name, makeRow(name));
        if (previous) previous.after(rows.get(name).element);
        else body.prepend(rows.get(name).element);
      }
      previous = rows.get(name).element;
    }
    // A slider to 100 % would be too coarse for fifty states: its end grows with the biggest share.
    const top = Math.max(0.02, ...Object.values(shares).map((share) => (typeof share === "number" ? share : 0)));
    const end = top > 0.5 ? 1 : top > 0.25 ? 0.6 : top > 0.1 ? 0.3 : 0.15;
    for (const [name, row] of rows) {
      if (document.activeElement !== row.range.input) {
        row.range.input.max = end;
        row.range.input.step = end <= 0.3 ? 0.001 : 0.005;
      }
      row.range.show(shares[name]);
      row.box.show(shares[name]);
      row.remove.disabled = rows.size < 2;
    }
    const total = sumOf(shares),
      fine = Math.abs(total - 1) <= 1e-6;
    sum.textContent = `${fine ? "✓" : "✗"} Sum ${shown(total, { percent: true })} %`;
    sum.className = `idg-sum ${fine ? "idg-ok" : "idg-bad"}`;
    fix.hidden = fine;
    adder.show();
  }

  return {
    element,
    show,
    invalid(is, by, paths) {
      for (const [name, row] of rows) row.box.invalid(is && (paths || []).includes(`${field.path}.${name}`), by);
    },
  };
}
