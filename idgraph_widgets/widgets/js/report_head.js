// The report's tabs and what it can save.

import { h } from "./dom.js";
import { listen } from "./kernel.js";
import { plotlyText } from "./plotly.js";
import { download } from "./saving.js";
import { themes } from "./themes.js";

export function reporthead({ model, el }) {
  themes.start();
  const root = h("div", { class: "idg" });
  const list = h("div", { class: "idg-tabs", role: "tablist", "aria-label": "Report" });
  const tools = h("div", { class: "idg-report-tools" });
  const busy = h("span", { class: "idg-quiet", role: "status" });
  const error = h("span", { class: "idg-bad", role: "alert" });
  root.append(
    h("div", { class: "idg-bar idg-report-head" }, list, h("div", { class: "idg-report-tools" }, busy, error, tools)),
  );
  el.append(root);
  const choose = (key) => model.send({ do: "choose", tab: key });
  const tabs = model
    .get("tabs")
    .map(([key, title]) =>
      h("button", { type: "button", role: "tab", "data-tab": key, onclick: () => choose(key) }, title),
    );
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
  const buttons = model
    .get("controls")
    .flat()
    .map((one) =>
      h("button", { type: "button", onclick: () => model.send({ do: "press", name: one.name }) }, one.label),
    );
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
  try {
    model.send({ do: "hello" });
  } catch {
    /* Nobody waits for it. */
  }
  return () => {
    stop();
    model.off("msg:custom", save);
  };
}
