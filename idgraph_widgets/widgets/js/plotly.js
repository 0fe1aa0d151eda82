// plotly.js, once per page.

// plotly.js as a text: from the kernel or, where that has none, from the server of the page.
export async function plotlyText(model) {
  const source = await model.widget_manager.get_model(model.get("source").replace("IPY_MODEL_", ""));
  const bytes = source.get("data");
  if (!bytes.byteLength) return (await fetch(globalThis.__idgraph_plotly_url)).text();
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

async function readPlotly(model) {
  const code = await plotlyText(model);
  // A module of its own: neither the page's loader nor its globals have a say.
  const text = `const module={exports:{}};const exports=module.exports;\n${code}\n;export default module.exports;`;
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  try {
    return (await import(url)).default;
  } finally {
    URL.revokeObjectURL(url);
  }
}

export function plotly(model) {
  // The dashboard's page has loaded it before any kernel was there.
  globalThis.__idgraph_plotly ??= readPlotly(model);
  return globalThis.__idgraph_plotly;
}
