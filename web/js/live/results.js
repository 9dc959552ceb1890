// @ts-check
/**
 * What runs of our nodes returned, by workflow and node. It outlives the node objects, which the
 * editor makes anew on undo, on a change of tabs and on reload; and it tells the server which results
 * are no longer needed.
 */

const STORAGE = "StyleGANEX.LiveEdit.results"; // of this tab's session
const MOST_REMEMBERED = 64;
const GRACE_MS = 20_000; // a removed node may come back by undo

/**
 * @typedef {{handle: string | null, vectors: import('./sliders.js').Vector[],
 *   strengths: string, face_strengths?: string, layers: string, slots: number, width: number,
 *   height: number, pictures: number, zoom?: number | null, chosen?: number,
 *   faces?: {zoom: number, picture: string}[]}} Result `zoom`: how near the photo's faces are shown;
 *   none for a crop; `faces`: those to choose among, and the number of the `chosen` one, 0 for all
 * @typedef {{workflow: string, graph: string, node: string, result: Result}} Remembered
 */

export class Results {
  /** @type {Map<string, Remembered>} */
  #remembered = new Map();
  #timer = 0;

  /** @param {any} app @param {(handles: string[], replaced: boolean) => void} release */
  constructor(app, release) {
    this.app = app;
    this.release = release;
    for (const entry of readStorage()) this.#remembered.set(keyOf(entry), entry);
  }

  /** @param {any} node @returns {Result | null} */
  get(node) {
    const place = this.#place(node);
    const exact = this.#remembered.get(keyOf(place));
    if (exact) return exact.result;
    // A workflow that was saved under a new name: its old path is open no more.
    const open = this.#openPaths() ?? [];
    const renamed = [...this.#remembered.values()].find(
      (entry) =>
        entry.graph === place.graph && entry.node === place.node && !open.includes(entry.workflow),
    );
    if (!renamed) return null;
    this.#remembered.delete(keyOf(renamed));
    this.#remembered.set(keyOf(place), { ...place, result: renamed.result });
    return renamed.result;
  }

  /** Remember a new run's result; the one before it is dropped. @param {any} node @param {Result} result */
  put(node, result) {
    const place = this.#place(node);
    const before = this.#remembered.get(keyOf(place))?.result.handle;
    this.#remembered.delete(keyOf(place));
    this.#remembered.set(keyOf(place), { ...place, result });
    this.#release([before], true);
    while (this.#remembered.size > MOST_REMEMBERED) {
      this.#remembered.delete(this.#remembered.keys().next().value ?? "");
    }
    writeStorage([...this.#remembered.values()]);
  }

  /** The server no longer has it. @param {any} node */
  forget(node) {
    this.#remembered.delete(keyOf(this.#place(node)));
    writeStorage([...this.#remembered.values()]);
  }

  /** Soon, tell the server of results whose node or workflow is gone. */
  collectSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#collect(), GRACE_MS);
  }

  #collect() {
    const open = this.#openPaths();
    if (!open) return; // an editor that does not say: the server drops what is unused
    const active = this.app.extensionManager.workflow.activeWorkflow?.path;
    const gone = [...this.#remembered.values()].filter((entry) =>
      open.includes(entry.workflow) && entry.workflow !== active ? false : !this.#isShown(entry),
    );
    for (const entry of gone) this.#remembered.delete(keyOf(entry));
    if (gone.length) writeStorage([...this.#remembered.values()]);
    this.#release([...new Set(gone.map(({ result }) => result.handle))], false);
  }

  /**
   * Tells the server of results that no node here has any more: the nodes of equal inputs share one,
   * such as a copy and its original, or a node and what it has become inside a subgraph.
   * @param {(string | null | undefined)[]} handles @param {boolean} replaced
   */
  #release(handles, replaced) {
    const held = new Set([...this.#remembered.values()].map(({ result }) => result.handle));
    const free = handles.flatMap((handle) => (handle && !held.has(handle) ? handle : []));
    if (free.length) this.release(free, replaced);
  }

  /** @param {Remembered} entry */
  #isShown(entry) {
    const root = rootGraph(this.app);
    if (root?.id !== entry.graph) return false;
    const [first, second] = entry.node.split(":");
    const graph = second === undefined ? root : root.subgraphs?.get(first);
    return Boolean(graph?.getNodeById(Number(second ?? first)));
  }

  /** @returns {string[] | undefined} */
  #openPaths() {
    const workflows = this.app.extensionManager?.workflow?.openWorkflows;
    return workflows?.map((/** @type {any} */ workflow) => workflow.path);
  }

  /** @param {any} node */
  #place(node) {
    const root = rootGraph(this.app);
    const inside = node.graph && node.graph !== root;
    return {
      workflow: this.app.extensionManager?.workflow?.activeWorkflow?.path ?? "",
      graph: root?.id ?? "",
      node: inside ? `${node.graph.id}:${node.id}` : String(node.id),
    };
  }
}

/** @param {any} app */
function rootGraph(app) {
  return app.rootGraph ?? app.graph;
}

/** @param {{workflow: string, graph: string, node: string}} place */
function keyOf({ workflow, graph, node }) {
  return JSON.stringify([workflow, graph, node]);
}

/** @returns {Remembered[]} */
function readStorage() {
  try {
    const entries = JSON.parse(sessionStorage.getItem(STORAGE) ?? "[]");
    return Array.isArray(entries) ? entries : [];
  } catch {
    return []; // storage switched off or spoilt: pictures return with the next run
  }
}

/** @param {Remembered[]} entries */
function writeStorage(entries) {
  try {
    sessionStorage.setItem(STORAGE, JSON.stringify(entries));
  } catch {
    // as above
  }
}
