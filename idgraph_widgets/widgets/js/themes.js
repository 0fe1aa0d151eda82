// Light and dark.

// The theme: what the user chose here, else what the page is in, else what the system prefers.
export const themes = {
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
  get() {
    return this.chosen || this.page();
  },
  apply() {
    document.documentElement.classList.toggle("idg-dark", this.get() === "dark");
    for (const listener of this.listeners) listener();
  },
  choose(name) {
    this.chosen = name;
    this.apply();
  },
  start() {
    if (this.started) return;
    this.started = true;
    let last = this.page();
    new MutationObserver(() => {
      if (this.page() !== last) {
        last = this.page();
        this.chosen = null;
        this.apply();
      }
    }).observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.apply());
    this.apply();
  },
};
