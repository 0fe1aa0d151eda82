// What leaves the page: dialogs, the clipboard, files.

import { h, uid } from "./dom.js";

export function dialog(root, title, ...content) {
  const id = uid("dialog");
  const box = h("dialog", { "aria-labelledby": id }, h("h3", { id }, title), ...content);
  root.append(box);
  box.addEventListener("close", () => box.remove());
  box.addEventListener("keydown", (event) => event.stopPropagation());
  box.showModal();
  return box;
}

export async function copyText(text, area) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    area.select();
    return document.execCommand("copy");
  }
}

export function download(text, name, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 2000);
}
