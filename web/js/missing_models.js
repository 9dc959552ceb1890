// @ts-check
/**
 * Earlier editors open a graph for official weights with a list of files that they refuse to download:
 * "Only allowed suffixes are: '.safetensors', '.sft'". There the list is kept from them, and the graph's
 * note alone says where the files are. Later editors download .pt and .pth files, and get the list.
 */

const OURS = "StyleGANEX_";
const ALLOWED = [".safetensors", ".sft"];
const FIRST = [1, 41]; // the frontend with another list; those before it refuse

/** Whether that version of the editor refuses other files; not where it is unknown. */
export function refuses(/** @type {string | undefined} */ version) {
  const [major, minor] = (version ?? "").split(".").map((part) => parseInt(part, 10));
  return major < FIRST[0] || (major === FIRST[0] && minor < FIRST[1]);
}

/**
 * Takes from a graph's data what our nodes say of files that the editor refuses, and returns it by the
 * nodes' numbers.
 * @param {any} graph
 */
export function takeRefused(graph) {
  /** @type {Map<number, any[]>} */
  const taken = new Map();
  const ours = (graph?.nodes ?? []).filter((/** @type {any} */ node) =>
    String(node?.type).startsWith(OURS),
  );
  for (const node of ours) {
    const models = node.properties?.models;
    if (!Array.isArray(models) || models.every(isAllowed)) continue;
    taken.set(node.id, models);
    node.properties = { ...node.properties, models: models.filter(isAllowed) };
  }
  if (ours.length && Array.isArray(graph.models)) graph.models = graph.models.filter(isAllowed);
  return taken;
}

function isAllowed(/** @type {any} */ model) {
  return ALLOWED.some((ending) => String(model?.name).endsWith(ending));
}

export function missingModelsExtension(/** @type {any} */ app) {
  /** @type {Map<number, any[]>} */
  let taken = new Map();
  return {
    name: "StyleGANEX.MissingModels",
    beforeConfigureGraph(/** @type {any} */ graph) {
      const version = /** @type {any} */ (globalThis).__COMFYUI_FRONTEND_VERSION__;
      taken = refuses(version) ? takeRefused(graph) : new Map();
    },
    afterConfigureGraph() {
      for (const [id, models] of taken) {
        const node = app.graph.getNodeById(id);
        if (node) node.properties.models = models; // saved with the graph, for later editors
      }
      taken.clear();
    },
  };
}
