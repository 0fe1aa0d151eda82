// The other kinds of fields: texts, days, switches, choices, caps, bounds of brackets.

function textControl(field, context) {
  const id = uid("text");
  const input = h("input", { type: "text", id, autocomplete: "off", spellcheck: "false", style: "width:100%", oninput: () => context.set(input.value.trim() || null) });
  return {
    element: input,
    labelled: id,
    show(value) { if (document.activeElement !== input) input.value = value ?? ""; },
    invalid(is, by) { input.setAttribute("aria-invalid", String(is)); input.setAttribute("aria-describedby", by); },
  };
}

function dayControl(field, context) {
  const id = uid("day");
  const input = h("input", { type: "date", id, min: field.low, max: field.high, onchange: () => context.set(input.value || null) });
  return {
    element: input,
    labelled: id,
    show(value) { if (document.activeElement !== input || input.value !== value) input.value = value ?? ""; },
    invalid(is, by) { input.setAttribute("aria-invalid", String(is)); input.setAttribute("aria-describedby", by); },
  };
}

function switchControl(field, context) {
  const id = uid("switch");
  const input = h("input", { type: "checkbox", id, onchange: () => context.set(input.checked) });
  return { element: input, labelled: id, show(value) { input.checked = value === true; }, invalid() {} };
}

function choicesControl(field, context) {
  const boxes = field.names.map(([name, text]) => {
    const input = h("input", { type: "checkbox", onchange: () => context.set(boxes.filter((box) => box.input.checked).map((box) => box.name)) });
    return { name, input, element: h("label", {}, input, text) };
  });
  return {
    element: h("div", { class: "idg-checks", role: "group", "aria-label": field.title }, boxes.map((box) => box.element)),
    show(value) { for (const box of boxes) box.input.checked = Array.isArray(value) && value.includes(box.name); },
    invalid() {},
  };
}

// Segments: a list that is known later than the form; trait `options` holds [id, name, type].
function switchesControl(field, context) {
  let value = {};
  const model = context.model;
  const list = h("div", { class: "idg-checks idg-scroll", role: "group", "aria-label": field.title, tabindex: "0" });
  const search = h("input", { type: "search", placeholder: "Find a segment", "aria-label": "Find a segment", oninput: () => filter(), style: "flex:1 1 130px" });
  const count = h("output", { class: "idg-sum" });
  const all = (on) => () => { value = on ? {} : Object.fromEntries(boxes.map((box) => [box.id, false])); show(value); context.set(value); };
  let boxes = [];
  const build = () => {
    boxes = [];
    list.replaceChildren();
    let last = null;
    for (const [id, name, type] of model.get("options")) {
      if (type !== last) { list.append(h("h4", {}, { demographic: "Demographic", interest: "Interest", behavioural: "Behaviour", purchase_intent: "Intent to buy" }[type] || type)); last = type; }
      const input = h("input", { type: "checkbox", onchange: () => {
        value = { ...value };
        if (input.checked) delete value[id]; else value[id] = false;
        show(value);
        context.set(value);
      } });
      const element = h("label", {}, input, h("span", {}, name, " ", h("span", { class: "idg-quiet" }, `id ${id}`)));
      list.append(element);
      boxes.push({ id, name, input, element });
    }
    if (!boxes.length) list.append(h("p", { class: "idg-quiet" }, "The list of segments is being read…"));
    show(value);
  };
  const filter = () => {
    const wanted = search.value.trim().toLowerCase();
    for (const box of boxes) box.element.hidden = !`${box.name} ${box.id}`.toLowerCase().includes(wanted);
    for (const head of list.querySelectorAll("h4")) head.hidden = wanted !== "";
  };
  const show = (next) => {
    value = next && typeof next === "object" ? next : {};
    for (const box of boxes) box.input.checked = value[box.id] !== false;
    const on = boxes.filter((box) => box.input.checked).length;
    count.textContent = boxes.length ? `${on} of ${boxes.length} on` : "";
  };
  build();
  context.cleanup(listen(model, ["change:options"], build));
  return {
    element: h("div", {}, h("div", { class: "idg-sharebar" }, search, h("button", { type: "button", onclick: all(true) }, "All on"), h("button", { type: "button", onclick: all(false) }, "All off"), count), list),
    show,
    invalid() {},
  };
}

function capsControl(field, context) {
  let value = {};
  const change = (name, key, next) => { value = { ...value, [name]: { ...value[name], [key]: next } }; context.set(value); };
  const rows = field.names.map(([name, text]) => {
    const daily = numberBox({ label: `${text}: most a day`, whole: true, low: 1, top: field.daily_max, onchange: (next) => change(name, "daily", next) });
    const weekly = numberBox({ label: `${text}: most a week`, whole: true, low: 1, top: field.weekly_max, onchange: (next) => change(name, "weekly", next) });
    const scope = h("select", { "aria-label": `${text}: counted by`, onchange: () => change(name, "scope", scope.value) }, field.scopes.map((one) => h("option", { value: one }, one)));
    return { name, daily, weekly, scope, element: h("tr", {}, h("th", { scope: "row" }, text), h("td", {}, daily.element), h("td", {}, weekly.element), h("td", {}, scope)) };
  });
  const head = h("tr", {}, ["Channel", "A day", "A week", "Counted by"].map((word) => h("th", { scope: "col" }, word)));
  return {
    element: h("table", { class: "idg-caps" }, h("thead", {}, head), h("tbody", {}, rows.map((row) => row.element))),
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
        const bad = (key) => is && (paths || []).some((path) => path === `${field.path}.${row.name}` || path === `${field.path}.${row.name}.${key}`);
        row.daily.invalid(bad("daily"), by);
        row.weekly.invalid(bad("weekly"), by);
      }
    },
  };
}

// Bounds in USD for income labels that do not say them; one row per label of the brackets.
function boundsControl(field, context) {
  let value = {};
  const body = h("div", { class: "idg-rows" });
  const rows = new Map();
  const change = (name, index, next) => {
    const pair = [...own(value, name, [0, null])];
    pair[index] = next;
    value = { ...value, [name]: pair };
    if (pair[0] === null && pair[1] === null) delete value[name];
    context.set(value);
  };
  const sync = () => {
    const names = Object.keys({ ...context.value("household_config.income_brackets"), ...value });
    for (const [name, row] of rows) if (!names.includes(name)) { row.element.remove(); rows.delete(name); }
    for (const name of names) {
      if (!rows.has(name)) {
        const low = numberBox({ label: `${name}: from, USD`, whole: true, low: 0, onchange: (next) => change(name, 0, next) });
        const high = numberBox({ label: `${name}: below, USD`, whole: true, low: 0, onchange: (next) => change(name, 1, next) });
        for (const box of [low, high]) box.input.placeholder = "from label";
        const element = h("div", { class: "idg-row idg-bounds" }, h("span", { class: "idg-name" }, name), low.element, high.element);
        rows.set(name, { low, high, element });
        body.append(element);
      }
      const row = rows.get(name), pair = own(value, name, [null, null]);
      row.low.show(pair[0]);
      row.high.show(pair[1]);
    }
  };
  context.cleanup(listen(context.model, ["change:values"], sync));
  return { element: body, show(next) { value = next || {}; sync(); }, invalid() {} };
}

const CONTROLS = {
  number: numberControl, span: spanControl, numbers: numbersControl, shares: sharesControl, curve: curveControl,
  text: textControl, day: dayControl, switch: switchControl, choices: choicesControl, switches: switchesControl,
  caps: capsControl, bounds: boundsControl,
};
