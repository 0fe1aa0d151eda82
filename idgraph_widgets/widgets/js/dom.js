// Elements, icons and tips, as every view makes them.

let counter = 0;
export const uid = (what) => `idg-${what}-${++counter}`;

export function h(tag, attributes = {}, ...children) {
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

export function icon(name) {
  const holder = document.createElement("span");
  holder.innerHTML = `<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${ICONS[name]}</svg>`;
  return holder.firstChild;
}

export function iconButton(name, text, onclick, more = {}) {
  return h(
    "button",
    { type: "button", class: "idg-icon", "aria-label": text, title: text, onclick, ...more },
    icon(name),
  );
}

export function tip(title, parts) {
  const id = uid("tip");
  const text = h("span", { class: "idg-tiptext", role: "tooltip", id });
  for (const [word, value] of parts) if (value) text.append(h("div", {}, word ? h("b", {}, `${word} `) : "", value));
  const button = h(
    "button",
    { type: "button", class: "idg-icon", "aria-label": `About ${title}`, "aria-describedby": id },
    icon("help"),
  );
  button.addEventListener("keydown", (event) => event.key === "Escape" && button.blur());
  return h("span", { class: "idg-tipbox" }, button, text);
}
