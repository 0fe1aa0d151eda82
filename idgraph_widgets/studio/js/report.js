// The report: tabs, and parts with controls, figures, tables and facts.

function reporthead({ model, el }) {
  themes.start();
  const root = h("div", { class: "idg" });
  const list = h("div", { class: "idg-tabs", role: "tablist", "aria-label": "Report" });
  const tools = h("div", { class: "idg-report-tools" });
  const busy = h("span", { class: "idg-quiet", role: "status" });
  const error = h("span", { class: "idg-bad", role: "alert" });
  root.append(h("div", { class: "idg-bar idg-report-head" }, list, h("div", { class: "idg-report-tools" }, busy, error, tools)));
  el.append(root);
  const choose = (key) => model.send({ do: "choose", tab: key });
  const tabs = model.get("tabs").map(([key, title]) => h("button", { type: "button", role: "tab", "data-tab": key, onclick: () => choose(key) }, title));
  list.append(...tabs);
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const tab = tabs[(to + tabs.length) % tabs.length];
    tab.focus();
    choose(tab.dataset.tab);
  });
  const buttons = model.get("controls").flat().map((one) => h("button", { type: "button", onclick: () => model.send({ do: "press", name: one.name }) }, one.label));
  tools.append(...buttons);
  const show = () => {
    for (const tab of tabs) {
      const on = tab.dataset.tab === model.get("chosen");
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
    }
    busy.textContent = model.get("busy");
    error.textContent = model.get("error");
    for (const button of buttons) button.disabled = model.get("busy") !== "";
  };
  const save = async (content) => {
    if (!content || content.do !== "save") return;
    let text = content.text;
    if (content.type === "text/html") {
      text = text.split("/* plotly.js */").join(await plotlyText(model));
    }
    download(text, content.name, content.type);
  };
  model.on("msg:custom", save);
  show();
  const stop = listen(model, ["change:chosen", "change:busy", "change:error"], show);
  // A page that is being left has no line to its kernel any more.
  try { model.send({ do: "hello" }); } catch { /* Nobody waits for it. */ }
  return () => { stop(); model.off("msg:custom", save); };
}

function report({ model, el }) {
  themes.start();
  const root = h("div", { class: "idg" });
  const heading = h("h3", {}, model.get("heading"));
  const controls = h("div", { class: "idg-report-controls" });
  const busy = h("p", { class: "idg-report-busy", role: "status" });
  const error = h("p", { class: "idg-failure", role: "alert" });
  const grid = h("div", { class: "idg-board" });
  const body = h("section", { class: "idg-report-part", "aria-label": model.get("heading") }, heading, h("p", { class: "idg-quiet" }, model.get("intro")), controls, busy, error, grid);
  root.append(body);
  el.append(root);
  const plots = plotList(model);
  const press = (name, value) => model.send({ do: "press", name, value });
  const show = () => {
    const working = model.get("busy");
    busy.textContent = working;
    busy.hidden = !working;
    error.textContent = model.get("error");
    error.hidden = !model.get("error");
    grid.classList.toggle("idg-stale", working !== "");
    body.setAttribute("aria-busy", String(working !== ""));
  };
  const fill = () => {
    plots.clear();
    const folded = new Map([...grid.querySelectorAll("details")].map((item) => [item.dataset.key, item.open]));
    grid.replaceChildren(...model.get("blocks").map((block) => blockOf(block, plots, press, folded)));
    plots.watch();
  };
  const form = controlRows(model, controls, press);
  show();
  form.show();
  fill();
  const stops = [listen(model, ["change:busy", "change:error"], show), listen(model, ["change:controls"], form.show), listen(model, ["change:blocks"], fill)];
  return () => { stops.forEach((stop) => stop()); plots.close(); };
}

// Figures of a part: drawn when they are seen, and again when the width or the theme changes.
function plotList(model) {
  let items = [], library = null, closed = false;
  const draw = (item) => {
    if (!library || closed || !item.plot.clientWidth) return;
    const { data, layout } = dressed(item.figure, item.height, palette(item.plot), true);
    layout.width = item.width = item.plot.clientWidth;
    layout.legend = { traceorder: "normal", ...layout.legend };
    layout.hoverlabel = { align: "left", namelength: -1, ...layout.hoverlabel };
    library.react(item.plot, data, layout, PLOT_CONFIG);
    item.plot.dataset.painted = "1";
    item.drawn = true;
  };
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const item = items.find((one) => one.plot === entry.target);
      if (!item) continue;
      item.seen = entry.isIntersecting;
      if (item.seen && !item.drawn) draw(item);
    }
  }, { rootMargin: "300px" });
  const sized = new ResizeObserver(() => {
    for (const item of items) if (item.drawn && item.width !== item.plot.clientWidth) draw(item);
  });
  const again = () => items.filter((item) => item.drawn).forEach(draw);
  themes.listeners.add(again);
  plotly(model).then((found) => { library = found; items.filter((item) => item.seen).forEach(draw); });
  return {
    add(plot, figure, height) { items.push({ plot, figure, height, seen: false, drawn: false }); },
    watch() { for (const { plot } of items) { seen.observe(plot); sized.observe(plot); } },
    clear() {
      for (const item of items) { seen.unobserve(item.plot); sized.unobserve(item.plot); if (item.drawn) library.purge(item.plot); }
      items = [];
    },
    close() { closed = true; this.clear(); seen.disconnect(); sized.disconnect(); themes.listeners.delete(again); },
  };
}

function blockOf(block, plots, press, folded) {
  if (block.kind === "card") {
    const plot = h("div", { class: "idg-plot", role: "img", style: `height:${block.height}px`, "aria-label": block.text });
    plots.add(plot, block.figure, block.height);
    return h("figure", { class: `idg-card${block.wide ? " idg-wide" : ""}`, "data-card": block.key }, h("h4", {}, block.title), block.note ? h("p", { class: "idg-quiet" }, block.note) : null, plot);
  }
  if (block.kind === "facts") {
    const pairs = block.facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", { class: "v" }, value)));
    return h("div", { class: `idg-card idg-wide${block.state ? ` idg-is-${block.state}` : ""}`, "data-card": block.key }, block.title ? h("h4", {}, block.title) : null, h("dl", { class: "idg-figures" }, pairs), block.note ? h("p", { class: "idg-quiet" }, block.note) : null);
  }
  return tableOf(block, press, folded);
}

function tableOf(block, press, folded) {
  const right = new Set(block.right), buttons = block.press;
  const mark = (value) => (value.startsWith("✓") ? " idg-ok" : value.startsWith("✗") ? " idg-bad" : "");
  const cells = (row) => row.map((value, i) => h("td", { class: `${right.has(i) ? "r" : ""}${mark(value)}${value.length > 46 ? " idg-long" : ""}` }, value));
  const action = (i) => {
    if (!buttons) return [];
    const value = buttons.values[i];
    const about = `${buttons.label} ${block.rows[i][0]}`;
    return [h("td", {}, value === null ? null : h("button", { type: "button", "aria-label": about, onclick: () => press(buttons.name, value) }, buttons.label))];
  };
  const head = h("tr", {}, block.columns.map((name, i) => h("th", { scope: "col", class: right.has(i) ? "r" : null }, name)), buttons ? h("td", {}) : null);
  const table = h("table", { class: "idg-table" }, h("thead", {}, head), h("tbody", {}, block.rows.map((row, i) => h("tr", {}, cells(row), action(i)))));
  const scroller = h("div", { class: "idg-scrollx", tabindex: "0", role: "region", "aria-label": `${block.title}, table` }, block.rows.length ? table : null);
  const note = block.note ? h("p", { class: "idg-quiet" }, block.note) : null;
  if (!block.folded) return h("div", { class: "idg-card idg-wide", "data-card": block.key }, h("h4", {}, block.title), note, scroller);
  const count = h("span", { class: "idg-quiet" }, ` ${block.rows.length.toLocaleString("en-US")} rows`);
  const details = h("details", { class: "idg-card idg-wide", "data-key": block.key, "data-card": block.key }, h("summary", {}, h("h4", {}, block.title), count), note, scroller);
  details.open = folded.get(block.key) || false;
  return details;
}

// Controls by their description. What somebody is typing stays when the description comes again.
function controlRows(model, holder, press) {
  let shape = "", inputs = new Map();
  const set = (name, value) => model.send({ do: "set", values: { [name]: value } });
  const build = (one) => {
    const key = `${one.name}${one.kind === "button" ? `-${one.value}` : ""}`;
    if (one.kind === "button") return h("button", { type: "button", "data-control": key, class: one.primary ? "idg-primary" : null, onclick: () => press(one.name, one.value) }, one.label);
    if (one.kind === "link") return h("a", { class: "idg-button", "data-control": key, href: one.address, ...(one.download ? { download: "" } : { target: "_blank", rel: "noopener" }) }, one.label);
    const id = uid("control");
    let input;
    if (one.kind === "select") {
      input = h("select", { id, "data-control": key, onchange: () => set(one.name, one.options[input.selectedIndex][0]) }, one.options.map(([value, text]) => h("option", { value: String(value) }, String(text))));
    } else if (one.kind === "check") {
      input = h("input", { type: "checkbox", id, "data-control": key, onchange: () => set(one.name, input.checked) });
    } else {
      input = h("input", { type: "search", id, "data-control": key, placeholder: one.hint, autocomplete: "off", spellcheck: "false", onchange: () => set(one.name, input.value) });
      input.addEventListener("keydown", (event) => event.stopPropagation());
    }
    inputs.set(one.name, input);
    const label = h("label", { for: id }, one.label);
    return h("span", { class: `idg-control idg-is-${one.kind}` }, one.kind === "check" ? [input, label] : [label, input]);
  };
  const show = () => {
    const rows = model.get("controls");
    const now = JSON.stringify(rows.map((row) => row.map(({ value, ...rest }) => (rest.kind === "button" ? { ...rest, value } : rest))));
    if (now !== shape) {
      const focused = holder.contains(document.activeElement) ? document.activeElement.dataset.control : null;
      shape = now;
      inputs = new Map();
      holder.replaceChildren(...rows.map((row) => h("div", { class: "idg-report-row" }, row.map(build))));
      const back = focused && [...holder.querySelectorAll("[data-control]")].find((one) => one.dataset.control === focused);
      if (back) back.focus();
    }
    for (const one of rows.flat()) {
      const input = inputs.get(one.name);
      if (!input || (one.kind === "text" && document.activeElement === input)) continue;
      if (one.kind === "check") input.checked = one.value; else input.value = String(one.value);
    }
  };
  return { show };
}
