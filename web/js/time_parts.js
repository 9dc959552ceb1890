// @ts-check
/** Times in round numbers, and the nodes that a running node's id names. */

/**
 * A time that does not flicker: coarser the longer it is.
 * @param {number} seconds
 * @returns {{count: number, unit: "seconds" | "minutes" | "hours"}}
 */
export function coarsen(seconds) {
  if (seconds < 10) return { count: Math.max(1, Math.ceil(seconds)), unit: "seconds" };
  if (seconds < 58) return { count: 5 * Math.ceil(seconds / 5), unit: "seconds" };
  if (seconds < 5400) return { count: Math.ceil(seconds / 60), unit: "minutes" };
  return { count: Math.ceil(seconds / 360) / 10, unit: "hours" };
}

/**
 * The node of an id such as "12:5", after the subgraph nodes that it is in, from outside.
 * @param {any} graph the whole graph
 * @param {string} id
 * @returns {any[]}
 */
export function nodesAlong(graph, id) {
  const found = [];
  for (const number of id.split(":")) {
    const node = graph?.getNodeById?.(Number(number));
    if (!node) break;
    found.push(node);
    graph = node.subgraph;
  }
  return found;
}
