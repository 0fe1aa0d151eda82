// Draws the report's figures in the colours of the theme: each when it comes into view, all before printing.

(() => {
  const figures = JSON.parse(document.getElementById("figures").textContent);
  const root = document.documentElement;
  const plots = [...document.querySelectorAll("[data-card]")];
  const drawn = new Set();
  const CONFIG = { displayModeBar: false, responsive: false, doubleClick: false };
  const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif';

  function palette() {
    const style = getComputedStyle(root);
    const cache = {};
    return (name) => {
      cache[name] ??= style.getPropertyValue(`--idg-${name}`).trim() || "#888";
      return cache[name];
    };
  }

  function painted(value, color) {
    // Plotly looks categories up in plain objects, where "constructor" is found without having been put there.
    if (typeof value === "string" && value in Object.prototype) return `\u200b${value}`;
    if (typeof value === "string") return value.startsWith("@") ? color(value.slice(1)) : value;
    if (Array.isArray(value)) return value.map((item) => painted(item, color));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, painted(item, color)]));
    }
    return value;
  }

  function layoutOf(given, height, width, color) {
    const layout = painted(given, color);
    const small = { size: 11 };
    const axis = (own) => ({
      gridcolor: color("grid"),
      linecolor: color("line"),
      zerolinecolor: color("grid"),
      fixedrange: true,
      automargin: true,
      ticks: "",
      ...own,
      title: own?.title ? { standoff: 8, font: small, ...own.title } : undefined,
    });
    const axes = {};
    for (const name of Object.keys(layout)) if (/^[xy]axis\d*$/.test(name)) axes[name] = axis(layout[name]);
    return {
      margin: { l: 46, r: 16, t: layout.showlegend ? 34 : 10, b: 38 },
      bargap: 0.22,
      ...layout,
      ...axes,
      height,
      width,
      font: { family: FONT, size: 11, color: color("quiet") },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      legend: {
        traceorder: "normal",
        orientation: "h",
        x: 0,
        y: 1,
        yanchor: "bottom",
        font: { size: 11, color: color("text") },
        ...layout.legend,
      },
      hoverlabel: {
        bgcolor: color("text"),
        bordercolor: color("text"),
        align: "left",
        namelength: -1,
        font: { family: FONT, size: 12, color: color("paper") },
      },
    };
  }

  function draw(plot, width) {
    const card = figures[plot.dataset.card];
    const color = palette();
    const layout = layoutOf(card.figure.layout, card.height, width || plot.clientWidth, color);
    drawn.add(plot);
    return Plotly.react(plot, painted(card.figure.data, color), layout, CONFIG);
  }

  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) if (entry.isIntersecting && !drawn.has(entry.target)) draw(entry.target);
    },
    { rootMargin: "500px" },
  );
  for (const plot of plots) watcher.observe(plot);

  let waiting = null;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (!printing) for (const plot of drawn) draw(plot);
    }, 120);
  });

  // Theme: what the system says, until the button says otherwise.
  const button = document.getElementById("theme");
  function dress(theme) {
    root.dataset.theme = theme;
    button.textContent = theme === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", `Switch to the ${theme === "dark" ? "light" : "dark"} theme`);
    for (const plot of drawn) draw(plot);
  }
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  button.addEventListener("click", () => {
    chosen = root.dataset.theme === "dark" ? "light" : "dark";
    dress(chosen);
  });
  system.addEventListener("change", () => {
    if (!chosen) dress(system.matches ? "dark" : "light");
  });
  button.removeAttribute("aria-pressed");
  dress(system.matches ? "dark" : "light");

  // Paper is light and narrower than most windows.
  let printing = false;
  const PAPER = 640;
  const folded = [...document.querySelectorAll("details")];
  let before = null;
  function toPaper() {
    if (printing) return;
    printing = true;
    before = { theme: root.dataset.theme, open: folded.map((item) => item.open) };
    root.dataset.theme = "light";
    for (const plot of plots) draw(plot, PAPER);
  }
  function fromPaper() {
    if (!printing) return;
    printing = false;
    folded.forEach((item, i) => {
      item.open = before.open[i];
    });
    dress(before.theme);
  }
  addEventListener("beforeprint", toPaper);
  addEventListener("afterprint", fromPaper);

  // The entry of the contents that is being read.
  const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
  const reading = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        for (const link of links.values()) link.removeAttribute("aria-current");
        links.get(entry.target.id)?.setAttribute("aria-current", "true");
      }
    },
    { rootMargin: "-20% 0px -70% 0px" },
  );
  for (const section of document.querySelectorAll("section")) reading.observe(section);
})();
