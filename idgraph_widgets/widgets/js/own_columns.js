// Columns of one's own: a list of which one is open to be edited. Every option is a text as it is written; the kernel
// reads it. Trait `previews` holds for each column its first values, or why there are none.

import { h, iconButton, uid } from "./dom.js";
import { listen } from "./kernel.js";
import { ownColumnInputs } from "./own_column_inputs.js";

export function columnsControl(field, context) {
  const { model } = context;
  const ways = new Map(field.ways.map((one) => [one.way, one]));
  let columns = [],
    opened = -1,
    problems = [],
    cards = [];
  const list = h("div", { class: "idg-own", role: "group", "aria-label": field.title });
  const add = h("button", { type: "button", onclick: addOne }, "Add a column");
  const none = h("p", { class: "idg-quiet" }, "None yet. Any table can get columns beside its own.");

  function addOne() {
    const taken = new Set(columns.map((one) => (one.name || "").toLowerCase()));
    let number = 1;
    while (taken.has(`column_${number}`)) number += 1;
    const table = columns.at(-1)?.table || "individuals";
    opened = columns.length;
    put([...columns, { name: `column_${number}`, table, way: "values", ...ways.get("values").first }]);
    cards[opened].inputs.focus("name");
  }

  // As the kernel does: what every column has stays, and the new kind begins with what makes it whole.
  function madeAs(column, way) {
    const kept = ["name", "table", "percentNulls", "description", ...(way === "expr" ? [] : ["baseColumn"])];
    const entries = Object.entries(column).filter(([name]) => kept.includes(name));
    const key = field.tables[column.table]?.[0] ?? "id";
    const first = Object.entries(ways.get(way).first).map(([name, text]) => [name, text.replace("{column}", key)]);
    return Object.fromEntries([...entries, ["way", way], ...first]);
  }

  function change(index, option, text) {
    const changed = option === "way" ? madeAs(columns[index], text) : { ...columns[index], [option]: text };
    put(columns.map((one, i) => (i === index ? changed : one)));
  }

  function put(next) {
    show(next);
    context.set(next);
  }

  function open(index) {
    opened = opened === index ? -1 : index;
    render();
    if (opened >= 0) cards[opened].inputs.focus("name");
  }

  function remove(index) {
    opened = opened === index ? -1 : opened - (opened > index ? 1 : 0);
    put(columns.filter((_, i) => i !== index));
    (cards[Math.min(index, cards.length - 1)]?.head ?? add).focus();
  }

  function cardOf(index) {
    const bodyId = uid("column");
    const head = h("button", {
      type: "button",
      class: "idg-plain",
      "aria-expanded": "false",
      "aria-controls": bodyId,
      onclick: () => open(index),
    });
    const gone = iconButton("remove", "Remove", () => remove(index));
    const inputs = ownColumnInputs(field, (option, text) => change(index, option, text));
    const values = h("p", { class: "idg-quiet idg-values" });
    const problem = h("p", { class: "idg-problem", role: "status", hidden: true });
    const body = h("div", { id: bodyId, class: "idg-own-body" }, inputs.element);
    const element = h(
      "div",
      { class: "idg-own-column" },
      h("div", { class: "idg-head" }, head, gone),
      body,
      problem,
      values,
    );
    return { element, head, gone, inputs, values, problem, body };
  }

  function render() {
    while (cards.length > columns.length) cards.pop().element.remove();
    while (cards.length < columns.length) {
      cards.push(cardOf(cards.length));
      list.append(cards.at(-1).element);
    }
    cards.forEach((card, index) => {
      const column = columns[index];
      const name = `${column.table || "?"}.${column.name || "?"}`;
      card.element.setAttribute("role", "group");
      card.element.setAttribute("aria-label", `Column ${name}`);
      const kind = ways.get(column.way)?.title ?? "no kind yet";
      card.head.replaceChildren(h("b", {}, name), h("span", { class: "idg-quiet" }, ` ${kind}`));
      card.head.setAttribute("aria-expanded", String(index === opened));
      card.gone.setAttribute("aria-label", `Remove ${name}`);
      card.gone.title = `Remove ${name}`;
      card.body.hidden = index !== opened;
      const before = columns.slice(0, index).filter((one) => one.table === column.table);
      card.inputs.show(
        column,
        before.map((one) => one.name),
      );
    });
    none.hidden = columns.length > 0;
    add.disabled = columns.length >= field.most;
    tellAll();
    preview();
  }

  function show(next) {
    columns = Array.isArray(next) ? next : [];
    render();
  }

  function preview() {
    const previews = model.get("previews");
    cards.forEach((card, index) => {
      const found = previews[index];
      const texts = (found?.values ?? []).map((text) => text ?? "(no value)");
      card.values.textContent =
        found?.reason ?? (texts.length ? `First values (${found.type}): ${texts.join(" · ")}` : "");
      card.values.hidden = !card.values.textContent || problems.some((one) => one.index === index);
      card.values.classList.toggle("idg-problem", Boolean(found?.reason));
    });
  }

  function tellAll() {
    cards.forEach((card, index) => {
      const own = problems.filter((one) => one.index === index);
      const rest = own.filter((one) => index !== opened || !card.inputs.has(one.option));
      card.inputs.tell(own);
      card.problem.hidden = !rest.length;
      card.problem.textContent = rest.map((one) => one.text).join(" ");
    });
  }

  context.cleanup(listen(model, ["change:previews"], preview));
  return {
    element: h("div", {}, list, none, h("div", { class: "idg-sharebar" }, add)),
    show,
    // What is wrong stands beside its option; what is about all of them is given back.
    tell(found) {
      problems = found.flatMap(({ text, paths }) =>
        paths.flatMap((path) => {
          const match = /^\w+\[(\d+)\](?:\.(\w+))?/.exec(path);
          return match ? [{ index: Number(match[1]), option: match[2] ?? "", text }] : [];
        }),
      );
      tellAll();
      preview();
      return found.filter(({ paths }) => !paths.some((path) => path.includes("[")));
    },
    invalid() {},
  };
}
