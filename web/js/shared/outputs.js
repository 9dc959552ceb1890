// @ts-check
/** What nodes told after their last run, for as long as the page is open. */

import { chain } from "./element.js";

const RECALLED = 16; // runs of the server's history

/** @typedef {{filename: string, subfolder: string, type: string}} File */

/**
 * By graph and node, not on the node itself: undo replaces the nodes.
 *
 * @type {Map<string, any>}
 */
const outputs = new Map();

const key = (/** @type {any} */ node) => `${node.graph?.id}/${node.id}`;

/** Keeps a node's output after each run. */
export function remember(/** @type {any} */ node) {
  chain(node, "onExecuted", (output) => {
    if (output) outputs.set(key(node), output);
  });
}

/** @type {Set<string>} graphs that need no asking before the next run */
const recalled = new Set();
let listening = false;

/**
 * Fills in what the server's history knows of the graph's earlier runs: a reloaded page has seen
 * none of them, and a node whose result is still cached does not run, so does not tell, again.
 * Asks the server once per graph, and once more after each run.
 */
export function recall(/** @type {any} */ api, /** @type {any} */ node) {
  const graph = node.graph?.id;
  if (!graph || recalled.has(graph)) return;
  recalled.add(graph);
  if (!listening) api.addEventListener("execution_success", () => recalled.clear());
  listening = true;
  read(api, graph);
}

async function read(/** @type {any} */ api, /** @type {string} */ graph) {
  const answer = await api.fetchApi(`/history?max_items=${RECALLED}`).catch(() => null);
  const history = answer?.ok ? await answer.json() : {};
  const runs = Object.values(history).filter(
    (run) => run.prompt?.[3]?.extra_pnginfo?.workflow?.id === graph,
  );
  for (const run of runs.reverse())
    // the newest first
    for (const [node, output] of Object.entries(run.outputs ?? {}))
      if (!outputs.has(`${graph}/${node}`)) outputs.set(`${graph}/${node}`, output);
}

/** The output of the node's last run, if it was kept. */
export const outputOf = (/** @type {any} */ node) => outputs.get(key(node));

/** The address of a picture that the server has shown. */
export function pictureUrl(/** @type {any} */ api, /** @type {File} */ file) {
  const { filename, subfolder, type } = file;
  return api.apiURL(`/view?${new URLSearchParams({ filename, subfolder, type })}`);
}

/**
 * The node itself and all that feed it, nearest first; only itself while it is not in a graph.
 *
 * @returns {any[]}
 */
export function upstream(/** @type {any} */ node) {
  const seen = new Set([node]);
  for (const current of seen) {
    if (!current.graph) continue;
    for (let slot = 0; slot < (current.inputs?.length ?? 0); slot += 1) {
      const source = current.getInputNode(slot);
      if (source) seen.add(source);
    }
  }
  return [...seen];
}
