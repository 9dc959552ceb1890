// @ts-check
/** What nodes told after their last run, for as long as the page is open. */

import { chain } from "./element.js";

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
  chain(node, "onExecuted", (output) => outputs.set(key(node), output));
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
