// A form: the fields of one tab with messages, resets and tips.
// Traits: fields, values, problems (path -> [{text, paths}]), level, ack, intro, target, options, wanted.

const SIZE = "household_config.size_distribution";

let lastWish = "";

function form({ model, el }) {
  themes.start();
  const send = sender(model, () => showValues());
  const stops = [];
  const root = h("div", { class: "idg idg-narrow" });
  const body = h("div", { class: "idg-form", role: "form", "aria-label": model.get("title") });
  root.append(body);
  el.append(root);
  if (model.get("intro")) body.append(h("p", { class: "idg-intro" }, model.get("intro")));
  const value = (path) => model.get("values")[path];
  const entries = [];
  const sections = new Map();
  for (const field of model.get("fields")) {
    if (!sections.has(field.group)) {
      const section = h("section", { "data-group": field.group }, h("h3", {}, field.group));
      sections.set(field.group, section);
      body.append(section);
      if (field.path.startsWith(SIZE)) section.append(sizeMode());
      if (field.group === "Run") section.append(targetChoice());
    }
    const entry = makeEntry(field);
    sections.get(field.group).append(entry.element);
    entries.push(entry);
  }
  const hint = h("p", { class: "idg-quiet", style: "padding-top:10px" });
  body.append(hint);

  function makeEntry(field) {
    const problemId = uid("problem");
    let last;
    const context = {
      model, value,
      set: (next) => { last = next; send.set(field.path, next); mark(next); },
      cleanup: (stop) => stops.push(stop),
    };
    const control = CONTROLS[field.control](field, context);
    const about = [[null, field.help], ["Allowed:", field.allowed], ["Source:", field.source]];
    const reset = iconButton("reset", `Reset ${field.title} to its default`, () => model.send({ do: "reset", path: field.path }), { hidden: true });
    reset.classList.add("idg-reset");
    const needless = field.unit === "%" || field.title.toLowerCase().startsWith(field.unit.toLowerCase());
    const unit = field.unit && !needless ? h("span", { class: "idg-unit" }, ` ${field.unit}`) : null;
    const name = control.labelled ? h("label", { for: control.labelled }, field.title) : h("span", { class: "idg-label" }, field.title);
    const problem = h("p", { class: "idg-problem", id: problemId, role: "status", hidden: true });
    const denied = h("p", { class: "idg-quiet", hidden: true });
    const element = h("div", { class: "idg-field", "data-path": field.path }, h("div", { class: "idg-head" }, h("span", {}, name, unit), tip(field.title, about), reset), control.element, denied, problem);
    const mark = (next) => { reset.hidden = same(next, field.default); };
    return {
      field, element,
      showValue(next) {
        if (send.pending(field.path) || (last !== undefined && same(next, last))) return;
        last = next;
        control.show(next);
        mark(next);
      },
      showProblems(found) {
        problem.hidden = !found.length;
        problem.textContent = found.map((one) => one.text).join(" ");
        control.invalid(found.length > 0, problemId, found.flatMap((one) => one.paths));
      },
      // What the target cannot do is grey and says why; what is on already can still be switched off.
      deny(reason) {
        const off = Boolean(reason) && !value(field.path);
        for (const input of element.querySelectorAll("input, select")) input.disabled = off;
        element.classList.toggle("idg-denied", off);
        denied.textContent = off ? reason : "";
        denied.hidden = !off;
      },
      focus() { element.scrollIntoView({ block: "center" }); control.element.querySelector("input[type=text], input, select")?.focus(); if (control.element.matches("input")) control.element.focus(); },
    };
  }

  // Household sizes are given as shares, or as a mean and a deviation.
  function sizeMode() {
    const button = (mode, text) => h("button", { type: "button", "data-mode": mode, onclick: () => model.send({ do: "size_mode", mode }) }, text);
    return h("div", { class: "idg-field" }, h("div", { class: "idg-segments", role: "group", "aria-label": "How household sizes are given" }, button("shares", "Shares by size"), button("mean", "Mean and deviation")));
  }
  function showSizeMode() {
    if (!(`${SIZE}.mean` in model.get("values"))) return;
    const mode = value(`${SIZE}.mean`) === null && value(`${SIZE}.std_dev`) === null ? "shares" : "mean";
    for (const button of body.querySelectorAll("[data-mode]")) button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    for (const entry of entries) {
      const name = entry.field.path.replace(`${SIZE}.`, "");
      if (name === "shares") entry.off = mode !== "shares";
      if (name === "mean" || name === "std_dev") entry.off = mode !== "mean";
    }
  }

  // Where the dataset goes.
  function targetChoice() {
    const name = uid("target"), folderId = uid("folder"), problemId = uid("problem");
    const radio = (kind, text) => h("label", {}, h("input", { type: "radio", name, value: kind, onchange: () => model.send({ do: "target", kind }) }), " ", text);
    const folder = h("input", { type: "text", id: folderId, autocomplete: "off", spellcheck: "false", style: "width:100%", "aria-describedby": problemId });
    let timer = null;
    folder.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => model.send({ do: "target", folder: folder.value }), 60); });
    const line = h("div", {}, h("div", { class: "idg-head" }, h("label", { for: folderId }, "Folder")), folder);
    const engineId = uid("engine");
    const engine = h("select", { id: engineId, onchange: () => model.send({ do: "target", engine: engine.value }) });
    const work = h("div", {}, h("div", { class: "idg-head" }, h("label", { for: engineId }, "Generate with")), engine);
    const why = h("p", { class: "idg-quiet" });
    const place = h("summary", {}), abilities = h("ul", { class: "idg-can" });
    const problem = h("p", { class: "idg-problem", id: problemId, role: "status", hidden: true });
    const element = h("div", { class: "idg-field", "data-path": "target.folder" }, h("div", { class: "idg-head" }, h("span", { class: "idg-label" }, "Write to")), h("div", { class: "idg-sharebar", role: "radiogroup", "aria-label": "Write to" }, radio("folder", "a folder"), radio("catalog", "catalog.schema")), why, line, work, problem, h("details", { class: "idg-place" }, place, abilities));
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
      abilities.replaceChildren(...target.can.map(([name, able, note]) => h("li", { class: able ? "" : "idg-denied" },
        h("b", {}, able ? "✓ " : "✗ "), name, able ? "" : " (not here)", note ? h("span", { class: "idg-quiet" }, ` ${note}`) : null)));
      for (const entry of entries) if (entry.field.path in target.off || entry.field.control === "switch") entry.deny(target.off[entry.field.path]);
      line.hidden = target.kind !== "folder";
      work.hidden = !target.engines.length;
      engine.replaceChildren(...target.engines.map(([value, text]) => h("option", { value }, text)));
      engine.value = target.engine;
      if (document.activeElement !== folder) folder.value = target.folder;
      const found = ["target.folder", "target.kind", "target.engine"].flatMap((path) => model.get("problems")[path] || []);
      problem.hidden = !found.length;
      problem.textContent = found.map((one) => one.text).join(" ");
      folder.setAttribute("aria-invalid", String(found.length > 0 && target.kind === "folder"));
      for (const entry of entries) if (/^(catalog|schema)_name$/.test(entry.field.path)) entry.off = target.kind !== "catalog";
      showLevel();
    };
    stops.push(listen(model, ["change:target", "change:problems", "change:values"], show));
    queueMicrotask(show);
    return element;
  }

  function showLevel() {
    const advanced = model.get("level") === "advanced";
    let hidden = 0;
    for (const entry of entries) {
      const problems = (model.get("problems")[entry.field.path] || []).length;
      const away = !advanced && !entry.field.basic && !problems;
      hidden += away && !entry.off;
      entry.element.hidden = away || (entry.off && !problems);
    }
    for (const part of body.querySelectorAll("section")) part.hidden = ![...part.children].slice(1).some((child) => !child.hidden);
    hint.hidden = hidden === 0;
    hint.textContent = `${hidden} more ${hidden === 1 ? "setting" : "settings"} under Advanced.`;
  }
  const showValues = () => {
    for (const entry of entries) entry.showValue(value(entry.field.path));
    showSizeMode();
    showLevel();
  };
  const showProblems = () => {
    for (const entry of entries) entry.showProblems(model.get("problems")[entry.field.path] || []);
    showLevel();
  };
  showValues();
  showProblems();
  stops.push(listen(model, ["change:values"], showValues), listen(model, ["change:problems"], showProblems), listen(model, ["change:level"], showLevel));
  // A wish outlives the view: the tab that is asked for may not be in the page yet.
  const focus = () => {
    const wish = model.get("wanted");
    if (!wish || wish === lastWish) return;
    lastWish = wish;
    const path = wish.replace(/#\d+$/, "");
    const entry = entries.find((one) => one.field.path === path);
    requestAnimationFrame(() => (entry ? entry.focus() : body.querySelector(path === "target.kind" ? "[role=radiogroup] input:checked" : `[data-path="${path}"] input[type=text]`)?.focus()));
  };
  stops.push(listen(model, ["change:wanted"], focus));
  focus();
  return () => { stops.forEach((stop) => stop()); send.close(); };
}
