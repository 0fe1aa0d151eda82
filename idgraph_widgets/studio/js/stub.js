// Fetches the shared code once per page and hands over to the view.
async function code(model) {
  const id = model.get("library").replace("IPY_MODEL_", "");
  const library = await model.widget_manager.get_model(id);
  const key = `__idgraph_${library.get("digest")}`;
  if (!globalThis[key]) {
    const url = URL.createObjectURL(new Blob([library.get("code")], { type: "text/javascript" }));
    globalThis[key] = import(url).then((module) => { module.dress(library.get("css")); return module; });
  }
  return globalThis[key];
}

export default {
  async render({ model, el }) {
    const module = await code(model);
    return module.views[model.get("kind")]({ model, el });
  },
};
