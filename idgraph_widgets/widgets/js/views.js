// What the widgets in Python may ask for by name.

import { bar } from "./bar.js";
import { board } from "./board.js";
import { form } from "./form.js";
import { report } from "./report.js";
import { reporthead } from "./report_head.js";
import { rows } from "./rows.js";
import { run } from "./run.js";
import { steps } from "./steps.js";

export const views = { board, form, bar, steps, run, rows, report, reporthead };

export function dress(css) {
  if (document.getElementById("idgraph-theme")) return;
  const style = document.createElement("style");
  style.id = "idgraph-theme";
  style.textContent = css;
  document.head.append(style);
}
