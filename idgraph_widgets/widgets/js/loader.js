// Loads the modules that all views share, once per page, and hands over to the view.

const IMPORT = /\bfrom "[./\w]*?(\w+)\.js"/g;

// A module from the kernel has no address: each gets one, after those that it imports.
export function addresses(sources, addressOf) {
  const found = {};
  const place = (name) => {
    found[name] ??= addressOf(
      name,
      sources[name].replace(IMPORT, (_, other) => `from "${place(other)}"`),
    );
    return found[name];
  };
  for (const name of Object.keys(sources)) place(name);
  return found;
}

// The last line is the name by which the browser's tools know it.
const blobOf = (name, text) =>
  URL.createObjectURL(new Blob([`${text}\n//# sourceURL=idgraph/${name}.js`], { type: "text/javascript" }));

async function shared(model) {
  const id = model.get("library").replace("IPY_MODEL_", "");
  const library = await model.widget_manager.get_model(id);
  const key = `__idgraph_${library.get("digest")}`;
  globalThis[key] ??= import(addresses(library.get("modules"), blobOf).views).then((module) => {
    module.dress(library.get("css"));
    return module;
  });
  return globalThis[key];
}

export default {
  async render({ model, el }) {
    const module = await shared(model);
    return module.views[model.get("kind")]({ model, el });
  },
};
