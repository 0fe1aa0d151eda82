// Where the dataset goes, and what makes it.

import { h, uid } from "./dom.js";
import { listen } from "./kernel.js";

// `entries` are the form's fields, made by the time the choice is first shown.
export function targetChoice(model, entries, showLevel) {
  const name = uid("target"),
    folderId = uid("folder"),
    engineId = uid("engine"),
    problemId = uid("problem");
  const radio = (kind, text) =>
    h(
      "label",
      {},
      h("input", { type: "radio", name, value: kind, onchange: () => model.send({ do: "target", kind }) }),
      " ",
      text,
    );
  const folder = h("input", {
    type: "text",
    id: folderId,
    autocomplete: "off",
    spellcheck: "false",
    style: "width:100%",
    "aria-describedby": problemId,
  });
  let timer = null;
  folder.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => model.send({ do: "target", folder: folder.value }), 60);
  });
  const line = h("div", {}, h("div", { class: "idg-head" }, h("label", { for: folderId }, "Folder")), folder);
  const engine = h("select", { id: engineId, onchange: () => model.send({ do: "target", engine: engine.value }) });
  const work = h("div", {}, h("div", { class: "idg-head" }, h("label", { for: engineId }, "Generate with")), engine);
  const why = h("p", { class: "idg-quiet" });
  const place = h("summary", {}),
    abilities = h("ul", { class: "idg-can" });
  const problem = h("p", { class: "idg-problem", id: problemId, role: "status", hidden: true });
  const element = h(
    "div",
    { class: "idg-field", "data-path": "target.folder" },
    h("div", { class: "idg-head" }, h("span", { class: "idg-label" }, "Write to")),
    h(
      "div",
      { class: "idg-sharebar", role: "radiogroup", "aria-label": "Write to" },
      radio("folder", "a folder"),
      radio("catalog", "catalog.schema"),
    ),
    why,
    line,
    work,
    problem,
    h("details", { class: "idg-place" }, place, abilities),
  );
  const show = () => {
    const target = model.get("target");
    for (const input of element.querySelectorAll("input[type=radio]")) {
      input.checked = input.value === target.kind;
      input.disabled = input.value in target.closed && !input.checked;
      input.parentElement.hidden = !target.kinds.includes(input.value) && !input.checked;
      input.parentElement.classList.toggle("idg-denied", input.disabled);
    }
    const reasons = Object.entries(target.closed).filter(([kind]) => kind !== target.kind);
    why.hidden = !reasons.length;
    why.textContent = reasons.map(([, reason]) => `catalog.schema: ${reason}`).join(" ");
    place.textContent = `What this place can do: ${target.title}`;
    abilities.replaceChildren(
      ...target.can.map(([name, able, note]) =>
        h(
          "li",
          { class: able ? "" : "idg-denied" },
          h("b", {}, able ? "✓ " : "✗ "),
          name,
          able ? "" : " (not here)",
          note ? h("span", { class: "idg-quiet" }, ` ${note}`) : null,
        ),
      ),
    );
    for (const entry of entries)
      if (entry.field.path in target.off || entry.field.control === "switch") entry.deny(target.off[entry.field.path]);
    line.hidden = target.kind !== "folder";
    work.hidden = !target.engines.length;
    engine.replaceChildren(...target.engines.map(([value, text]) => h("option", { value }, text)));
    engine.value = target.engine;
    if (document.activeElement !== folder) folder.value = target.folder;
    const found = ["target.folder", "target.kind", "target.engine"].flatMap(
      (path) => model.get("problems")[path] || [],
    );
    problem.hidden = !found.length;
    problem.textContent = found.map((one) => one.text).join(" ");
    folder.setAttribute("aria-invalid", String(found.length > 0 && target.kind === "folder"));
    for (const entry of entries)
      if (/^(catalog|schema)_name$/.test(entry.field.path)) entry.off = target.kind !== "catalog";
    showLevel();
  };
  const stop = listen(model, ["change:target", "change:problems", "change:values"], show);
  queueMicrotask(show);
  return { element, stop };
}
