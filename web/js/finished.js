// @ts-check
/**
 * Finished pictures and clips take the place of those that showed progress. The newest Vue renderer
 * keeps showing the last one of progress, and takes it for a clip where the node has made one.
 */

const OURS = "StyleGANEX_";

export function finishedExtension(/** @type {any} */ app, /** @type {any} */ api) {
  return {
    name: "StyleGANEX.Finished",
    setup() {
      api.addEventListener("executed", (/** @type {CustomEvent} */ { detail }) => {
        const id = String(detail?.display_node ?? detail?.node ?? "");
        if (detail?.output?.images?.length && isOurs(app, id)) forgetProgress(id);
      });
    },
  };
}

/** Whether a node is ours; `id` is its number after those of the subgraphs around it. */
function isOurs(/** @type {any} */ app, /** @type {string} */ id) {
  let graph = app.rootGraph ?? app.graph;
  let node = null;
  for (const number of id.split(":")) {
    node = graph?.getNodeById?.(Number(number));
    graph = node?.subgraph;
  }
  return Boolean(node?.comfyClass?.startsWith(OURS));
}

/** No API of the editor does this; where its store is not to be found nothing happens. */
function forgetProgress(/** @type {string} */ id) {
  const root = /** @type {any} */ (document.getElementById("vue-app"));
  const stores = root?.__vue_app__?.config?.globalProperties?.$pinia?._s;
  stores?.get("nodeOutput")?.revokePreviewsByExecutionId?.(id);
}
