// @ts-check
/** A badge over a node of ours that works for long: the time that it still takes. */

import { make } from "./shared/element.js";
import { say } from "./shared/texts.js";
import { coarsen, nodesAlong } from "./time_parts.js";

const EVENT = "styleganex_time_left";
// After these no node runs, or another one.
const ENDS = ["executing", "execution_success", "execution_error", "execution_interrupted"];

export function timeLeftExtension(/** @type {any} */ app, /** @type {any} */ api) {
  /** @type {Map<any, any>} the badges by node */
  const shown = new Map();

  const show = (/** @type {any} */ node, /** @type {string} */ text) => {
    const before = shown.get(node);
    const kept = (node.badges ?? []).filter((/** @type {any} */ one) => one !== before);
    const badge = text ? makeBadge(node, text) : null;
    node.badges = badge ? [...kept, badge] : kept;
    if (text) shown.set(node, badge);
    else shown.delete(node);
    showOnElement(node, text);
    node.setDirtyCanvas?.(true, true);
  };

  return {
    name: "StyleGANEX.TimeLeft",
    setup() {
      api.addEventListener(EVENT, (/** @type {CustomEvent} */ { detail }) => {
        const text = detail.seconds === null ? "" : tell(detail.seconds);
        for (const node of nodesAlong(app.rootGraph ?? app.graph, String(detail.node))) {
          show(node, text);
        }
      });
      const clear = () => [...shown.keys()].forEach((node) => show(node, ""));
      for (const name of ENDS) api.addEventListener(name, clear);
    },
  };
}

/** Vue nodes do not follow their badges: there it is an element of ours over the node's. */
function showOnElement(/** @type {any} */ node, /** @type {string} */ text) {
  for (const element of document.querySelectorAll(`.lg-node[data-node-id="${node.id}"]`)) {
    element.querySelector(":scope > .styleganex-time-left")?.remove();
    if (!text || !(/** @type {any} */ (window).LiteGraph?.vueNodesMode)) continue;
    const badge = make("span", { className: "styleganex-time-left", textContent: text });
    badge.setAttribute("role", "status");
    element.append(badge);
  }
}

function tell(/** @type {number} */ seconds) {
  const { count, unit } = coarsen(seconds);
  return say(`time.${unit}`, { count });
}

/** Only the editor's own kind of badge is drawn; older editors show it on nodes alone. */
function makeBadge(/** @type {any} */ node, /** @type {string} */ text) {
  const present = (node.badges ?? []).map((/** @type {any} */ one) =>
    typeof one === "function" ? one() : one,
  );
  const Badge =
    /** @type {any} */ (window).LGraphBadge ?? present.find(Boolean)?.constructor;
  return Badge ? new Badge({ text, fgColor: "#fff", bgColor: "#3b6fb5" }) : null;
}
