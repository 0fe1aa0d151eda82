// Small helpers that every view uses.

let counter = 0;
const uid = (what) => `idg-${what}-${++counter}`;

function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const ICONS = {
  help: '<circle cx="8" cy="8" r="6.4"/><path d="M6.2 6.3a1.9 1.9 0 1 1 2.6 1.9c-.6.3-.8.6-.8 1.2"/><path d="M8 11.4v.1"/>',
  reset: '<path d="M3 8a5 5 0 1 0 1.6-3.7L3 5.6"/><path d="M3 2.6v3h3"/>',
  lock: '<rect x="3.5" y="7" width="9" height="6.4" rx="1.2"/><path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2"/>',
  open: '<rect x="3.5" y="7" width="9" height="6.4" rx="1.2"/><path d="M5.5 7V5a2.5 2.5 0 0 1 4.8-1"/>',
  dice: '<rect x="2.5" y="2.5" width="11" height="11" rx="2"/><path d="M5.6 5.6v.1M10.4 10.4v.1M10.4 5.6v.1M5.6 10.4v.1M8 8v.1" stroke-width="1.9"/>',
  remove: '<path d="M4 4l8 8M12 4l-8 8"/>',
};

function icon(name) {
  const holder = document.createElement("span");
  holder.innerHTML = `<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${ICONS[name]}</svg>`;
  return holder.firstChild;
}

function iconButton(name, text, onclick, more = {}) {
  return h("button", { type: "button", class: "idg-icon", "aria-label": text, title: text, onclick, ...more }, icon(name));
}

function tip(title, parts) {
  const id = uid("tip");
  const text = h("span", { class: "idg-tiptext", role: "tooltip", id });
  for (const [word, value] of parts) if (value) text.append(h("div", {}, word ? h("b", {}, `${word} `) : "", value));
  const button = h("button", { type: "button", class: "idg-icon", "aria-label": `About ${title}`, "aria-describedby": id }, icon("help"));
  button.addEventListener("keydown", (event) => event.key === "Escape" && button.blur());
  return h("span", { class: "idg-tipbox" }, button, text);
}

// Names come from people: "constructor" is no row of an object just because every object has one.
const has = (object, name) => Object.hasOwn(object, name);
const own = (object, name, otherwise) => (has(object, name) ? object[name] : otherwise);

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// One change on its way at a time; what happens meanwhile is sent when the answer is there. The latest value wins.
// `settled` is called when nothing is on its way any more.
function sender(model, settled) {
  let waiting = null, moving = {}, queued = null, timer = null, number = 0;
  const view = Math.random().toString(36).slice(2, 8);
  const flush = () => {
    if (queued === null || waiting !== null) return;
    waiting = `${view}-${++number}`;
    moving = queued;
    queued = null;
    model.send({ do: "set", values: moving, token: waiting });
    timer = setTimeout(done, 3000);
  };
  const done = () => {
    clearTimeout(timer);
    waiting = null;
    moving = {};
    if (queued !== null) flush(); else settled();
  };
  const answered = () => { if (model.get("ack") === waiting) done(); };
  model.on("change:ack", answered);
  return {
    set(path, value) { queued = { ...(queued || {}), [path]: value }; flush(); },
    // What the kernel says about a field is old while a newer value is on its way there.
    pending: (path) => path in moving || (queued !== null && path in queued),
    close: () => { clearTimeout(timer); model.off("change:ack", answered); },
  };
}

function listen(model, events, callback) {
  for (const name of events) model.on(name, callback);
  return () => { for (const name of events) model.off(name, callback); };
}

// The theme: what the user chose here, else what the page is in, else what the system prefers.
const themes = {
  chosen: null,
  listeners: new Set(),
  page() {
    const mark = document.querySelector("[data-jp-theme-light]");
    if (mark) return mark.getAttribute("data-jp-theme-light") === "true" ? "light" : "dark";
    const body = document.body.className;
    if (/vscode-dark|vscode-high-contrast\b/.test(body)) return "dark";
    if (/vscode-light/.test(body)) return "light";
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  },
  get() { return this.chosen || this.page(); },
  apply() {
    document.documentElement.classList.toggle("idg-dark", this.get() === "dark");
    for (const listener of this.listeners) listener();
  },
  choose(name) { this.chosen = name; this.apply(); },
  start() {
    if (this.started) return;
    this.started = true;
    let last = this.page();
    new MutationObserver(() => {
      if (this.page() !== last) { last = this.page(); this.chosen = null; this.apply(); }
    }).observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.apply());
    this.apply();
  },
};
