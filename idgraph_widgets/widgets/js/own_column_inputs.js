// The inputs of one column of one's own: those that its kind asks for.

import { h, uid } from "./dom.js";

export function ownColumnInputs(field, change) {
  const ways = new Map(field.ways.map((one) => [one.way, one]));
  const element = h("div", { class: "idg-own-options" });
  let rows = new Map(),
    built = null;

  function choices(option) {
    if (option === "table") return Object.keys(field.tables).map((name) => [name, name]);
    if (option === "way") return field.ways.map((one) => [one.way, one.title]);
    return field.inputs[option].offers;
  }

  function rowOf(option) {
    const about = field.inputs[option],
      id = uid("option"),
      noteId = uid("note"),
      problemId = uid("problem");
    const common = { id, "aria-describedby": `${noteId} ${problemId}`, "data-option": option };
    const written = { ...common, autocomplete: "off", spellcheck: "false", oninput: () => change(option, input.value) };
    let input,
      offers = null;
    if (about.input === "choice")
      input = h(
        "select",
        { ...common, onchange: () => change(option, input.value) },
        choices(option).map(([value, text]) => h("option", { value }, text)),
      );
    else if (about.input === "flag")
      input = h("input", { ...common, type: "checkbox", onchange: () => change(option, input.checked ? "true" : "") });
    else if (about.input === "lines") input = h("textarea", { ...written, rows: option === "expr" ? 3 : 2 });
    else {
      const listId = about.offers ? uid("offers") : null;
      input = h("input", { type: "text", ...written, list: listId });
      if (listId)
        offers = h(
          "datalist",
          { id: listId },
          about.offers.map((value) => h("option", { value })),
        );
    }
    const insert = about.columns
      ? h("select", { "aria-label": `${about.title}: insert a column`, onchange: () => inserted(option) })
      : null;
    const note = h("span", { class: "idg-quiet", id: noteId }, about.note ?? "");
    const problem = h("p", { class: "idg-problem", id: problemId, role: "status", hidden: true });
    const label = h("label", { for: id }, about.title);
    const wide = ["way", "values", "template", "escapeSpecialChars", "expr", "baseColumn", "description"].includes(
      option,
    );
    const row = h(
      "div",
      { class: `idg-option${wide ? " idg-wide" : ""}` },
      about.input === "flag" ? h("div", { class: "idg-sharebar" }, input, label) : [label, input],
      offers,
      insert,
      note,
      problem,
    );
    return { row, input, insert, problem };
  }

  // At the cursor of an expression; as one more of a list.
  function inserted(option) {
    const { input, insert } = rows.get(option);
    const name = insert.value;
    insert.value = "";
    if (!name) return;
    if (option === "expr") input.setRangeText(name, input.selectionStart, input.selectionEnd, "end");
    else input.value = input.value.trim() ? `${input.value.trim()}, ${name}` : name;
    input.focus();
    change(option, input.value);
  }

  function build(way) {
    built = way;
    const options = ["name", "table", "way", ...(ways.get(way)?.options ?? [])];
    const focused = [...rows].find(([, { input }]) => input === document.activeElement)?.[0];
    rows = new Map(options.map((option) => [option, rows.get(option) ?? rowOf(option)]));
    element.replaceChildren(...[...rows.values()].map(({ row }) => row));
    if (focused) rows.get(focused)?.input.focus();
  }

  return {
    element,
    show(column, before) {
      if (built !== column.way) build(column.way);
      for (const [option, { row, input, insert }] of rows) {
        const text = column[option] ?? "";
        if (input.type === "checkbox") input.checked = text === "true";
        else if (input !== document.activeElement && input.value !== text) input.value = text;
        if (option in field.shapes) row.hidden = column.distribution !== field.shapes[option];
        if (insert) {
          const names = [...(field.tables[column.table] ?? []), ...before];
          insert.replaceChildren(
            h("option", { value: "" }, "Insert a column…"),
            ...names.map((value) => h("option", { value }, value)),
          );
        }
      }
    },
    has: (option) => rows.has(option),
    tell(problems) {
      for (const [option, { input, problem }] of rows) {
        const own = problems.filter((one) => one.option === option);
        problem.hidden = !own.length;
        problem.textContent = own.map((one) => one.text).join(" ");
        input.setAttribute("aria-invalid", String(own.length > 0));
      }
    },
    focus: (option) => rows.get(option)?.input.focus(),
  };
}
