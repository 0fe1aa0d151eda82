// What the widgets in Python may ask for by name.

export const views = { board, form, bar, steps, run, rows, report, reporthead };

export function dress(css) {
  if (document.getElementById("idgraph-theme")) return;
  const style = document.createElement("style");
  style.id = "idgraph-theme";
  style.textContent = css;
  document.head.append(style);
}
