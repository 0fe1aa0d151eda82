// Figures as Plotly knows them, in the colours of the theme.

export function palette(element) {
  const style = getComputedStyle(element);
  const cache = {};
  return (name) => {
    cache[name] ??= style.getPropertyValue(`--idg-${name}`).trim() || "#888";
    return cache[name];
  };
}

// Plotly looks categories up in plain objects, where "constructor" is found without having been put there.
const asCategory = (text) => (text in Object.prototype ? `\u200b${text}` : text);

export function painted(value, color) {
  if (typeof value === "string") return value.startsWith("@") ? color(value.slice(1)) : asCategory(value);
  if (Array.isArray(value))
    return typeof value[0] === "number" && typeof value[1] !== "string"
      ? value
      : value.map((item) => painted(item, color));
  if (value && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, painted(item, color)]));
  return value;
}

// A report has long names: its margins are measured, which costs a second layout with every repaint.
export function dressed(figure, height, color, isReport = false) {
  const font = {
    family: 'system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif',
    size: 11,
    color: color("quiet"),
  };
  const axis = (given, side) => ({
    gridcolor: color("grid"),
    linecolor: color("line"),
    zerolinecolor: color("grid"),
    fixedrange: true,
    ticks: "",
    automargin: isReport || (side === "y" && Boolean(given.title)),
    ...given,
    title: given.title ? { standoff: 6, font: { size: 11 }, ...given.title } : undefined,
  });
  const layout = painted(figure.layout, color);
  const axes = {};
  for (const name of Object.keys(layout)) if (/^[xy]axis\d*$/.test(name)) axes[name] = axis(layout[name], name[0]);
  return {
    data: painted(figure.data, color),
    layout: {
      margin: { l: 44, r: 14, t: layout.showlegend ? 26 : 8, b: layout.xaxis?.title?.text ? 42 : 26 },
      bargap: 0.22,
      ...layout,
      ...axes,
      font,
      height,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      autosize: true,
      uirevision: "idgraph",
      legend: {
        orientation: "h",
        x: 0,
        y: 1,
        yanchor: "bottom",
        font: { size: 11, color: color("text") },
        ...(isReport && { traceorder: "normal" }),
        ...layout.legend,
      },
      hoverlabel: {
        bgcolor: color("text"),
        bordercolor: color("text"),
        font: { family: font.family, size: 12, color: color("paper") },
        ...(isReport && { align: "left", namelength: -1 }),
      },
      transition: { duration: 0 },
    },
  };
}

export const PLOT_CONFIG = { displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false };
