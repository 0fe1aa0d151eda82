// The run: Generate, progress, Cancel, failures, Retry.

import { h, uid } from "./dom.js";
import { listen } from "./kernel.js";
import { earlierRuns } from "./run_history.js";
import { themes } from "./themes.js";

const WORDS = {
  waiting: "○ waiting",
  running: "◐ running",
  done: "● done",
  failed: "✗ failed",
  cancelled: "– cancelled",
};
const TITLES = {
  waiting: "Waiting",
  starting: "Starting",
  running: "Generating",
  cancelling: "Cancelling",
  done: "Done",
  failed: "The run failed",
  cancelled: "Cancelled",
};

export function run({ model, el }) {
  themes.start();
  const root = h("div", { class: "idg" });
  const grid = h("div", { class: "idg-run-grid" });
  const left = h("div", {}),
    right = h("div", {});
  const figure = (text) => {
    const name = h("span", { class: "k" }, text),
      value = h("span", { class: "v" }, "–");
    return { name, value, element: h("div", {}, name, value) };
  };
  const expected = {
    rows: figure("Expected rows"),
    size: figure("Size"),
    time: figure("Time"),
    place: figure("Writes to"),
  };
  const generate = h(
    "button",
    { type: "button", class: "idg-primary", onclick: () => model.get("ready").ok && model.send({ do: "generate" }) },
    "Generate",
  );
  const job = h(
    "button",
    { type: "button", onclick: () => model.get("job").ok && model.send({ do: "job" }) },
    "Run as a job",
  );
  const reason = h("p", { class: "idg-quiet", id: uid("reason"), role: "status" });
  for (const button of [generate, job]) button.setAttribute("aria-describedby", reason.id);
  left.append(
    h(
      "section",
      { class: "idg-panel", "aria-label": "Generate" },
      h("h3", {}, "Generate"),
      h(
        "div",
        { class: "idg-figures" },
        Object.values(expected).map((one) => one.element),
      ),
      h("div", { class: "idg-actions" }, generate, job),
      reason,
    ),
  );

  const title = h("h3", {}),
    phase = h("p", { class: "idg-quiet", role: "status" });
  const fill = h("div", {}),
    progress = h(
      "div",
      {
        class: "idg-progress",
        role: "progressbar",
        "aria-label": "Progress of the run",
        "aria-valuemin": "0",
        "aria-valuemax": "100",
      },
      fill,
    );
  const live = { rows: figure("Rows so far"), elapsed: figure("Elapsed"), remaining: figure("Remaining") };
  const cancel = h("button", { type: "button", onclick: () => model.send({ do: "cancel" }) }, "Cancel");
  const retry = h("button", { type: "button", onclick: () => model.send({ do: "retry" }) }, "Retry");
  const report = h(
    "button",
    { type: "button", class: "idg-primary", onclick: () => model.send({ do: "report" }) },
    "Open the report",
  );
  const verdict = h("p", { role: "status" });
  const failure = h("div", { class: "idg-failure", role: "alert" });
  const panel = h(
    "section",
    { class: "idg-panel", "aria-label": "Run" },
    title,
    phase,
    progress,
    h(
      "div",
      { class: "idg-figures" },
      Object.values(live).map((one) => one.element),
    ),
    verdict,
    failure,
    h("div", { class: "idg-actions" }, cancel, retry, report),
  );
  left.append(panel);

  const past = earlierRuns(model);

  const tables = h("tbody", {});
  const stepsPanel = h(
    "section",
    { class: "idg-panel", "aria-label": "Steps" },
    h("h3", {}, "Steps"),
    h(
      "table",
      { class: "idg-table" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "Table"),
          h("th", { scope: "col" }, "State"),
          h("th", { scope: "col", class: "r" }, "Rows"),
          h("th", { scope: "col", class: "r" }, "Expected"),
        ),
      ),
      tables,
    ),
  );
  right.append(stepsPanel);
  grid.append(left, right);
  root.append(grid, past.element);
  el.append(root);

  function showReady() {
    const ready = model.get("ready");
    const texts = model.get("expected");
    generate.hidden = !ready.shown;
    generate.setAttribute("aria-disabled", String(!ready.ok));
    generate.title = ready.reason || "Start the run";
    reason.textContent = ready.reason;
    const asJob = model.get("job");
    job.hidden = !asJob.shown;
    job.classList.toggle("idg-primary", !ready.shown);
    job.setAttribute("aria-disabled", String(!asJob.ok));
    job.title = asJob.reason || "Start the run in the workspace";
    for (const [name, one] of Object.entries(expected)) one.value.textContent = texts[name] || "–";
    // How long a workspace takes, nobody knows here.
    expected.time.element.hidden = Boolean(texts.rows) && !texts.time;
    showTables();
  }
  function showRun() {
    const now = model.get("run");
    const some = Boolean(now.state);
    panel.hidden = !some;
    showTables();
    if (!some) return;
    const active = ["waiting", "starting", "running", "cancelling"].includes(now.state);
    // From here on the dataset is there; what follows are its checks.
    const published = now.place && now.phase === "checks";
    title.textContent = published && now.state === "running" ? "Checking" : TITLES[now.state];
    const wrote = `Wrote ${now.rows} rows to ${now.place}`;
    phase.textContent = published
      ? `${wrote}. Checking…`
      : active
        ? `${now.phase}…`
        : now.state === "done"
          ? wrote
          : "";
    phase.hidden = !phase.textContent;
    progress.hidden = !active && now.state !== "done";
    fill.style.width = `${now.percent}%`;
    progress.setAttribute("aria-valuenow", now.percent);
    progress.setAttribute("aria-valuetext", `${now.percent} percent, ${now.rows} rows`);
    live.rows.value.textContent = now.rows;
    live.rows.name.textContent = active ? "Rows so far" : "Rows";
    live.elapsed.value.textContent = now.elapsed;
    live.remaining.value.textContent = now.remaining || "–";
    live.remaining.element.hidden = !active;
    cancel.hidden = !active;
    cancel.textContent = published ? "Skip the checks" : now.state === "waiting" ? "Withdraw" : "Cancel";
    verdict.hidden = !now.verdict;
    verdict.textContent = `${{ done: "✓ ", failed: "✗ " }[now.checks] || ""}${now.verdict}`;
    verdict.className = { done: "idg-ok", failed: "idg-bad" }[now.checks] || "idg-quiet";
    cancel.disabled = now.state === "cancelling";
    retry.hidden = !["failed", "cancelled"].includes(now.state);
    failure.hidden = !["failed", "cancelled"].includes(now.state);
    failure.classList.toggle("idg-calm", now.state === "cancelled");
    report.hidden = now.state !== "done" || !now.report;
    failure.replaceChildren(
      h("div", {}, now.message || ""),
      h("div", { class: "idg-quiet" }, now.message?.includes(now.advice) ? "" : now.advice),
    );
  }
  function showTables() {
    const wanted = model.get("expected").tables || {};
    const found = model.get("run").tables || Object.keys(wanted).map((name) => [name, "waiting", ""]);
    stepsPanel.hidden = !found.length;
    tables.replaceChildren(
      ...found.map(([name, state, rows]) =>
        h(
          "tr",
          {},
          h("td", {}, name),
          h("td", { class: state === "failed" ? "idg-bad" : state === "done" ? "idg-ok" : "" }, WORDS[state]),
          h("td", { class: "r" }, rows),
          h("td", { class: "r idg-quiet" }, wanted[name] || ""),
        ),
      ),
    );
  }
  showReady();
  showRun();
  past.show();
  const stops = [
    listen(model, ["change:ready", "change:job", "change:expected"], showReady),
    listen(model, ["change:run"], showRun),
    listen(model, ["change:history"], past.show),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
