// @ts-check
/** What the sliders of connected vectors are called. */

import { readInput } from "../shared/inputs.js";
import { say, sayVector } from "../shared/texts.js";

/**
 * What connected vectors are, as far as the nodes that they come from show it.
 * @param {any} node
 * @returns {Record<string, string>}
 */
export function labelConnected(node) {
  /** @type {Record<string, string>} */
  const labels = {};
  for (const [slot, input] of (node.inputs ?? []).entries()) {
    const origin = node.graph && input.name.startsWith("vector_") && node.getInputNode?.(slot);
    if (!origin) continue;
    const source = String(readInput(origin, "file") ?? origin.title).replace(/^demo: /, "");
    const number = input.name.replace("vector_", "");
    labels[`vector ${number}`] = say("live.connected", { number, source: sayVector(source) });
  }
  return labels;
}
