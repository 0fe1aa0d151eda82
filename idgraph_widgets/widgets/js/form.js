// A form: the fields of one tab with messages, resets and tips.
// Traits: fields, values, problems (path -> [{text, paths}]), level, ack, intro, target, options, previews, wanted.

import { h } from "./dom.js";
import { fieldOf } from "./field.js";
import { listen, sender } from "./kernel.js";
import { targetChoice } from "./target.js";
import { themes } from "./themes.js";

const SIZE = "household_config.size_distribution";

let lastWish = "";

export function form({ model, el }) {
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
      if (field.group === "Run") {
        const target = targetChoice(model, entries, () => showLevel());
        stops.push(target.stop);
        section.append(target.element);
      }
    }
    const entry = fieldOf(field, model, send, (stop) => stops.push(stop));
    sections.get(field.group).append(entry.element);
    entries.push(entry);
  }
  const hint = h("p", { class: "idg-quiet", style: "padding-top:10px" });
  body.append(hint);

  // Household sizes are given as shares, or as a mean and a deviation.
  function sizeMode() {
    const button = (mode, text) =>
      h("button", { type: "button", "data-mode": mode, onclick: () => model.send({ do: "size_mode", mode }) }, text);
    return h(
      "div",
      { class: "idg-field" },
      h(
        "div",
        { class: "idg-segments", role: "group", "aria-label": "How household sizes are given" },
        button("shares", "Shares by size"),
        button("mean", "Mean and deviation"),
      ),
    );
  }
  function showSizeMode() {
    if (!(`${SIZE}.mean` in model.get("values"))) return;
    const mode = value(`${SIZE}.mean`) === null && value(`${SIZE}.std_dev`) === null ? "shares" : "mean";
    for (const button of body.querySelectorAll("[data-mode]"))
      button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    for (const entry of entries) {
      const name = entry.field.path.replace(`${SIZE}.`, "");
      if (name === "shares") entry.off = mode !== "shares";
      if (name === "mean" || name === "std_dev") entry.off = mode !== "mean";
    }
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
    for (const part of body.querySelectorAll("section"))
      part.hidden = ![...part.children].slice(1).some((child) => !child.hidden);
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
  stops.push(
    listen(model, ["change:values"], showValues),
    listen(model, ["change:problems"], showProblems),
    listen(model, ["change:level"], showLevel),
  );
  // A wish outlives the view: the tab that is asked for may not be in the page yet.
  const focus = () => {
    const wish = model.get("wanted");
    if (!wish || wish === lastWish) return;
    lastWish = wish;
    const path = wish.replace(/#\d+$/, "");
    const entry = entries.find((one) => one.field.path === path);
    const input = path === "target.kind" ? "[role=radiogroup] input:checked" : `[data-path="${path}"] input[type=text]`;
    requestAnimationFrame(() => (entry ? entry.focus() : body.querySelector(input)?.focus()));
  };
  stops.push(listen(model, ["change:wanted"], focus));
  focus();
  return () => {
    for (const stop of stops) stop();
    send.close();
  };
}
