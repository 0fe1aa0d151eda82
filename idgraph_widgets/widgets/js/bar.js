// The top: summary, tools, notice and tabs.

import { h } from "./dom.js";
import { listen } from "./kernel.js";
import { copyText, dialog, download } from "./saving.js";
import { themes } from "./themes.js";

export function bar({ model, el }) {
  themes.start();
  const root = h("div", { class: "idg" });
  const summary = h("span", { class: "idg-summary" });
  const state = h("span", { class: "idg-state", role: "status" });
  const presets = h(
    "select",
    {
      "aria-label": "Load a preset",
      onchange: () => {
        if (presets.value) model.send({ do: "preset", name: presets.value });
        presets.value = "";
      },
    },
    h("option", { value: "" }, "Preset…"),
    model.get("presets").map(([name, text]) => h("option", { value: name }, text)),
  );
  const ask = (form) => () => model.send({ do: "text", form });
  const tool = (text, onclick, title) => h("button", { type: "button", onclick, title }, text);
  const undo = tool("Undo", () => model.send({ do: "undo" }), "Take the last change back");
  const redo = tool("Redo", () => model.send({ do: "redo" }), "Make it again");
  const level = (name, text) =>
    h("button", { type: "button", "data-level": name, onclick: () => model.send({ do: "level", level: name }) }, text);
  const levels = h(
    "div",
    { class: "idg-segments", role: "group", "aria-label": "Settings shown" },
    level("basic", "Basic"),
    level("advanced", "Advanced"),
  );
  const dark = h("button", {
    type: "button",
    onclick: () => themes.choose(themes.get() === "dark" ? "light" : "dark"),
  });
  const tools = h(
    "div",
    { class: "idg-tools" },
    presets,
    tool("Import…", importing, "Read a YAML or JSON configuration"),
    tool("Export YAML", ask("yaml")),
    tool("Export JSON", ask("json")),
    tool("Copy as Python", ask("python")),
    undo,
    redo,
    levels,
    dark,
  );
  const notice = h("div", { class: "idg-notice", role: "status" });
  const otherText = h("span", {});
  const settle = (take, text) =>
    h("button", { type: "button", onclick: () => model.send({ do: "settle", take }) }, text);
  const other = h(
    "div",
    { class: "idg-notice idg-choice", role: "alert" },
    otherText,
    settle(true, "Take the other page's"),
    settle(false, "Keep this page's"),
  );
  const tabs = h("div", { class: "idg-tabs", role: "tablist", "aria-label": "Steps" });
  root.append(
    h(
      "div",
      { class: "idg-bar" },
      h("div", { class: "idg-top" }, h("h2", {}, "Identity graph studio"), summary, state),
      h("div", { class: "idg-top", style: "padding-top:0" }, tools),
      other,
      notice,
      tabs,
    ),
  );
  el.append(root);

  const buttons = model.get("tabs").map(([value, text], index) => {
    const badge = h("span", { class: "idg-badge" });
    const button = h(
      "button",
      { type: "button", role: "tab", "data-step": value, onclick: () => model.send({ do: "go", step: value }) },
      h("span", { class: "idg-num" }, String(index + 1)),
      ` ${text} `,
      badge,
    );
    tabs.append(button);
    return { value, text, badge, button };
  });
  tabs.addEventListener("keydown", (event) => {
    const at = buttons.findIndex((one) => one.button === document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined || !buttons[to]) return;
    event.preventDefault();
    buttons[to].button.focus();
    model.send({ do: "go", step: buttons[to].value });
  });

  let imported = null;
  function importing() {
    const area = h("textarea", {
      "aria-label": "Configuration as YAML or JSON",
      placeholder: "Paste YAML or JSON here, or choose a file.",
      spellcheck: "false",
    });
    const file = h("input", {
      type: "file",
      accept: ".yaml,.yml,.json",
      "aria-label": "Choose a file",
      onchange: async () => {
        if (file.files[0]) area.value = await file.files[0].text();
      },
    });
    const problem = h("p", { class: "idg-problem", role: "alert", hidden: true, style: "white-space:pre-wrap" });
    const send = () => model.send({ do: "import", text: area.value, name: file.files[0]?.name || "" });
    const box = dialog(
      root,
      "Import a configuration",
      file,
      h("div", { style: "height:8px" }),
      area,
      problem,
      h(
        "div",
        { class: "idg-actions" },
        h("button", { type: "button", class: "idg-primary", onclick: send }, "Import"),
        h("button", { type: "button", onclick: () => box.close() }, "Cancel"),
      ),
    );
    imported = (error) => {
      problem.hidden = !error;
      problem.textContent = error;
      if (!error) box.close();
    };
  }
  function receive(message) {
    if (message.form === "import") {
      imported?.(message.error);
      return;
    }
    if (message.form === "yaml") download(message.text, "idgraph.yaml", "text/yaml");
    if (message.form === "json") download(message.text, "idgraph.json", "application/json");
    if (message.form === "python") {
      const area = h("textarea", { readonly: true, "aria-label": "Python" });
      area.value = message.text;
      const copy = h(
        "button",
        {
          type: "button",
          class: "idg-primary",
          onclick: async () => {
            copy.textContent = (await copyText(message.text, area)) ? "Copied" : "Press Ctrl+C";
          },
        },
        "Copy",
      );
      const box = dialog(
        root,
        "This configuration as Python",
        area,
        h("div", { class: "idg-actions" }, copy, h("button", { type: "button", onclick: () => box.close() }, "Close")),
      );
    }
  }

  function show() {
    summary.textContent = model.get("summary");
    const problems = model.get("problems");
    if (problems) {
      const text = `⚠ ${problems} ${problems === 1 ? "problem" : "problems"}: show`;
      state.replaceChildren(
        h("button", { type: "button", class: "idg-jump", onclick: () => model.send({ do: "jump" }) }, text),
      );
    } else state.replaceChildren(h("span", { class: "idg-ok" }, "✓ Ready to generate"));
    undo.disabled = !model.get("can_undo");
    redo.disabled = !model.get("can_redo");
    for (const button of levels.children)
      button.setAttribute("aria-pressed", String(button.dataset.level === model.get("level")));
    other.hidden = !model.get("other");
    if (otherText.textContent !== model.get("other")) otherText.textContent = model.get("other");
    notice.hidden = !model.get("notice");
    notice.replaceChildren(
      h("span", {}, model.get("notice")),
      h("button", { type: "button", class: "idg-plain", onclick: () => model.send({ do: "dismiss" }) }, "Dismiss"),
    );
    model.get("tabs").forEach(([value, , count], index) => {
      const { button, badge } = buttons[index];
      const selected = value === model.get("step");
      button.setAttribute("aria-selected", String(selected));
      button.tabIndex = selected ? 0 : -1;
      badge.hidden = !count;
      badge.replaceChildren(String(count), h("span", { class: "idg-sr" }, count === 1 ? " problem" : " problems"));
    });
  }
  const showTheme = () => {
    const to = themes.get() === "dark" ? "Light" : "Dark";
    dark.textContent = to;
    dark.setAttribute("aria-label", `${to} theme`);
  };
  show();
  // A page that is being left has no line to its kernel any more.
  try {
    model.send({ do: "hello" });
  } catch {
    return () => {};
  }
  // Whoever comes back to a page may have gone on with the session in another one.
  const back = () => {
    if (document.visibilityState === "visible") model.send({ do: "hello", again: true });
  };
  document.addEventListener("visibilitychange", back);
  window.addEventListener("focus", back);
  showTheme();
  themes.listeners.add(showTheme);
  model.on("msg:custom", receive);
  const stop = listen(
    model,
    [
      "change:summary",
      "change:problems",
      "change:tabs",
      "change:step",
      "change:level",
      "change:notice",
      "change:other",
      "change:can_undo",
      "change:can_redo",
    ],
    () => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(show);
    },
  );
  let waiting = 0;
  return () => {
    stop();
    document.removeEventListener("visibilitychange", back);
    window.removeEventListener("focus", back);
    themes.listeners.delete(showTheme);
    model.off("msg:custom", receive);
  };
}
