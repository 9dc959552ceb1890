// @ts-check
/** Photos that are dropped on a node, or chosen for it: uploaded, and given to the node that loads. */

import { writeInputs } from "./inputs.js";
import { upstream } from "./outputs.js";
import { say } from "./texts.js";

export const LOADER = "StyleGANEX_LoadPhoto";
export const EXAMPLE = "StyleGANEX_ExampleImage";
/** By class, the input that names the photo. @type {Record<string, string>} */
const LOADERS = { [LOADER]: "photo", LoadImage: "image" };

/** Takes photos that are dropped on the node, also where an element of ours covers it. */
export function acceptPhotos(
  /** @type {any} */ app,
  /** @type {any} */ api,
  /** @type {any} */ node,
  /** @type {HTMLElement} */ element,
) {
  node.onDragOver = (/** @type {DragEvent} */ event) => holdsFiles(event);
  node.onDragDrop = async (/** @type {DragEvent} */ event) => {
    const photo = photoOf(event);
    if (photo) await givePhoto(app, api, node, photo);
    return Boolean(photo);
  };
  element.addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  element.addEventListener("drop", (event) => {
    const photo = photoOf(event);
    if (!photo) return;
    event.preventDefault();
    event.stopPropagation();
    void givePhoto(app, api, node, photo);
  });
}

/** Uploads the photo and gives it to the node that loads the picture of this one. */
export async function givePhoto(
  /** @type {any} */ app,
  /** @type {any} */ api,
  /** @type {any} */ node,
  /** @type {File} */ photo,
) {
  const sources = upstream(node);
  const found = sources.find((one) => one.comfyClass in LOADERS || one.comfyClass === EXAMPLE);
  if (!found) return complain(app, say("photo.nowhere"));
  const name = await upload(api, photo).catch(() => "");
  if (!name) return complain(app, say("photo.failed"));
  const loader = found.comfyClass === EXAMPLE ? replaceExample(app, found) : found;
  const input = LOADERS[loader.comfyClass];
  const widget = loader.widgets?.find((/** @type {any} */ one) => one.name === input);
  const values = widget?.options?.values;
  if (Array.isArray(values) && !values.includes(name)) values.push(name);
  app.canvas.emitBeforeChange();
  writeInputs(app, loader, { [input]: name });
  app.canvas.emitAfterChange();
}

/** @returns {Promise<string>} the photo's name in the input folder */
async function upload(/** @type {any} */ api, /** @type {File} */ photo) {
  const body = new FormData();
  body.append("image", photo);
  const answer = await api.fetchApi("/upload/image", { method: "POST", body });
  if (!answer.ok) throw new Error(answer.statusText);
  const { name, subfolder } = await answer.json();
  return subfolder ? `${subfolder}/${name}` : name;
}

/** Load Photo in the place of Example Image, with the same readers. */
function replaceExample(/** @type {any} */ app, /** @type {any} */ node) {
  const graph = node.graph;
  const { LiteGraph } = /** @type {any} */ (window);
  const loader = LiteGraph.createNode(LOADER);
  app.canvas.emitBeforeChange();
  loader.pos = [...node.pos];
  graph.add(loader);
  for (const reader of new Set(node.getOutputNodes(0) ?? [])) {
    for (const slot of reader.inputs.keys()) {
      if (reader.getInputNode(slot) === node) loader.connect(0, reader, slot);
    }
  }
  graph.remove(node);
  app.canvas.emitAfterChange();
  return loader;
}

function complain(/** @type {any} */ app, /** @type {string} */ detail) {
  app.extensionManager?.toast?.add({ severity: "warn", summary: "StyleGANEX", detail, life: 8000 });
}

function holdsFiles(/** @type {DragEvent} */ event) {
  return [...(event.dataTransfer?.items ?? [])].some((item) => item.kind === "file");
}

/** The first picture file that is dropped. Our own saved pictures hold graphs; these are photos too. */
function photoOf(/** @type {DragEvent} */ event) {
  return [...(event.dataTransfer?.files ?? [])].find((file) => file.type.startsWith("image/"));
}
