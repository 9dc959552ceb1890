// @ts-check
/** How many style slots the model behind a node has, as far as the editor can know. */

import { chain } from "./shared/element.js";
import { readInput } from "./shared/inputs.js";
import { upstream } from "./shared/outputs.js";

const LARGEST = 18; // of a 1024 px generator, as the official models are: assumed until told
const BUNDLED = 14; // of the 256 px generators that come with the nodes
const STORE = "StyleGANEX.slots"; // what runs have told, kept across reloads of the page
const LOADER = "StyleGANEX_LoadModel";
const KEY = "styleganex_slots"; // in what the server's nodes show, see nodes/widgets.py

/**
 * The count, and whether it is known: from a run of the node's model loader, which names its file,
 * else from a run of the node itself (in a subgraph the loader may be out of sight).
 *
 * @returns {{count: number, known: boolean}}
 */
export function slotsOf(/** @type {any} */ node) {
  const loader = upstream(node).find((source) => source.comfyClass === LOADER);
  const file = loader && readInput(loader, "file");
  const counts = read();
  const told = counts[fileKey(file)] ?? (file ? undefined : counts[nodeKey(node)]);
  if (told) return { count: told, known: true };
  if (String(file ?? "").startsWith("demo: ")) return { count: BUNDLED, known: true };
  return { count: LARGEST, known: false };
}

/** Remembers what a node tells after each run. */
export function learnSlots(/** @type {any} */ node) {
  chain(node, "onExecuted", (output) => {
    const count = output?.[KEY]?.[0];
    if (!Number.isInteger(count) || count < 2 || count > 40) return;
    const key = node.comfyClass === LOADER ? fileKey(readInput(node, "file")) : nodeKey(node);
    localStorage.setItem(STORE, JSON.stringify({ ...read(), [key]: count }));
  });
}

const fileKey = (/** @type {unknown} */ file) => `file ${file}`;
const nodeKey = (/** @type {any} */ node) => `node ${node.graph?.id}/${node.id}`;

/** @returns {Record<string, number>} */
function read() {
  try {
    const known = JSON.parse(localStorage.getItem(STORE) ?? "{}");
    return known && typeof known === "object" ? known : {};
  } catch {
    return {}; // written by something else: learnt anew with the next run
  }
}
