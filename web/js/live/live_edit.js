// @ts-check
/** Live editing in ComfyUI's editor: the picture of Live Edit or Edit Face follows its sliders. */

import { addStyleSheet, chain } from "../shared/element.js";
import { acceptPhotos } from "../shared/photos.js";
import { LiveEditor } from "./editor.js";
import { Presets } from "./presets.js";
import { Results } from "./results.js";
import { liveServer } from "./server.js";

const NODES = ["StyleGANEX_LiveEdit", "StyleGANEX_EditFace"];
const OUTPUT = "styleganex_live";

/**
 * The extension, for `app.registerExtension`.
 * @param {any} app
 * @param {any} api
 */
export function liveEditExtension(app, api) {
  const server = liveServer(api);
  const results = new Results(app, server.release);
  const presets = new Presets(api);
  let looked = false;
  /** @type {Map<any, LiveEditor>} by node */
  const editors = new Map();

  const restore = () => {
    for (const [node, editor] of editors) {
      const result = results.get(node);
      if (result?.handle !== editor.handle) editor.setResult(result);
    }
  };
  const resume = () => editors.forEach((editor) => editor.resume());
  const hold = (/** @type {boolean} */ held) => editors.forEach((editor) => editor.hold(held));

  return {
    name: "StyleGANEX.LiveEdit",

    setup() {
      addStyleSheet(new URL("./live_edit.css", import.meta.url));
      api.addEventListener("reconnecting", () => hold(true));
      api.addEventListener("reconnected", () => hold(false));
      api.addEventListener("status", (/** @type {CustomEvent} */ { detail }) => {
        if (detail?.exec_info?.queue_remaining === 0) resume();
      });
    },

    /** @param {any} node */
    nodeCreated(node) {
      if (!NODES.includes(node.comfyClass)) return;
      const editor = new LiveEditor(app, node, server, results, presets);
      if (!looked) void presets.look();
      looked = true;
      editors.set(node, editor);
      acceptPhotos(app, api, node, editor.element);
      chain(node, "onExecuted", (output) => {
        const result = output?.[OUTPUT]?.[0];
        if (!result) return;
        results.put(node, result);
        editor.setResult(result);
      });
      chain(node, "onRemoved", () => {
        editors.delete(node);
        results.collectSoon();
      });
    },

    afterConfigureGraph() {
      // Once the editor has settled which workflow the new graph belongs to.
      setTimeout(restore);
      results.collectSoon();
    },

    onNodeOutputsUpdated() {
      setTimeout(restore);
    },
  };
}
