// @ts-check
/** Putting an element of ours into a node, in both of the editor's renderers. */

import { app } from "../../../../scripts/app.js";

/** Loads our style sheet. */
export function addStyleSheet(/** @type {URL} */ url) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = url.href;
  document.head.append(link);
}

/**
 * A new element, such as `make("button", { className: "x", type: "button" }, "Press")`.
 * Names with a dash (aria-label, data-...) become attributes, the others properties.
 *
 * @param {string} tag
 * @param {Record<string, any>} [settings]
 * @param {(Node | string)[]} children
 * @returns {any}
 */
export function make(tag, settings = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(settings)) {
    if (name.includes("-") || name === "role") element.setAttribute(name, value);
    else /** @type {any} */ (element)[name] = value;
  }
  element.append(...children);
  return element;
}

/**
 * A new SVG element; all settings are attributes.
 *
 * @param {string} tag
 * @param {Record<string, any>} [settings]
 * @param {(Node | string)[]} children
 * @returns {any}
 */
export function makeSvg(tag, settings = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(settings)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * Shows `element` in the node as the widget `name`, at least `height` px high. It is not saved with
 * the graph and not sent to the server: the node's plain inputs are.
 */
export function addElement(
  /** @type {any} */ node,
  /** @type {string} */ name,
  /** @type {HTMLElement} */ element,
  /** @type {{height: number, width?: number, grows?: boolean}} */ {
    height,
    width = 0,
    grows = false,
  },
) {
  element.classList.add("styleganex");
  keepEvents(element);
  const widget = node.addDOMWidget(name, name, element, {
    serialize: false,
    hideOnZoom: false,
    getMinHeight: () => height,
    ...(grows ? {} : { getMaxHeight: () => height }),
  });
  widget.serialize = false;
  keepWidth(widget);
  element.style.minHeight = `${height - 2 * MARGIN}px`;
  giveRoom(node, width);
  keepOnPage(node, name, element);
  return widget;
}

const MARGIN = 10; // px that the classic renderer leaves around a DOM widget
const LOOK_AFTER = 250; // ms

/**
 * Frontend 1.58 sets the width of a selected node's widgets to that of its properties panel, and the
 * classic renderer then draws them in the node so narrow too. Without a width they have the node's.
 */
function keepWidth(/** @type {any} */ widget) {
  Object.defineProperty(widget, "width", { get: () => undefined, set() {}, configurable: true });
}

/** Makes the node large enough, now and when a graph from before the widget is loaded. */
function giveRoom(/** @type {any} */ node, /** @type {number} */ width) {
  const grow = () => {
    const [needed, height] = node.computeSize();
    const wanted = [Math.max(node.size[0], needed, width), Math.max(node.size[1], height)];
    if (wanted[0] > node.size[0] || wanted[1] > node.size[1]) node.setSize(wanted);
  };
  chain(node, "onConfigure", grow);
  grow();
}

/** Calls `also` after the node's own method, which extensions may set per node. */
export function chain(
  /** @type {any} */ node,
  /** @type {string} */ method,
  /** @type {(...values: any[]) => void} */ also,
) {
  const before = node[method];
  node[method] = function (/** @type {any[]} */ ...values) {
    const result = before?.apply(this, values);
    also(...values);
    return result;
  };
}

/** Keys and presses in a widget are the widget's: the canvas must not move, delete or open a menu. */
function keepEvents(/** @type {HTMLElement} */ element) {
  for (const kind of ["pointerdown", "pointermove", "pointerup", "contextmenu", "dblclick"])
    element.addEventListener(kind, (event) => event.stopPropagation());
  element.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  });
}

/**
 * Mends two gaps of the Vue renderer, where a node's element can be left off the page: frontends
 * around 1.27, in which it was an experiment, show no DOM widgets at all; later ones go on showing
 * the element of a node that undo has replaced.
 */
function keepOnPage(
  /** @type {any} */ node,
  /** @type {string} */ name,
  /** @type {HTMLElement} */ element,
) {
  element.dataset.widget = name;
  const look = () => {
    if (element.isConnected || node.graph !== app.canvas?.graph) return;
    const drawn = document.querySelector(`.lg-node[data-node-id="${node.id}"]`);
    const replaced = drawn?.querySelector(`[data-widget="${name}"]`);
    const unslotted = drawn?.querySelector(`[data-testid="node-body-${node.id}"]`);
    if (replaced) replaced.replaceWith(element);
    else if (unslotted && !drawn?.querySelector(`[data-widget-name="${name}"]`))
      unslotted.append(element);
  };
  const timer = setInterval(look, LOOK_AFTER);
  chain(node, "onRemoved", () => clearInterval(timer));
}

/**
 * Mends another gap there: the Vue renderer of frontends around 1.27 goes on showing what a list had
 * chosen `before` a script set the input. Elsewhere the list shows the new choice already.
 */
export function showChoice(
  /** @type {any} */ node,
  /** @type {string} */ input,
  /** @type {string} */ before,
  /** @type {string} */ now,
) {
  for (const row of document.querySelectorAll(
    `.lg-node[data-node-id="${node.id}"] .lg-widget-container`,
  )) {
    const shown = row.querySelector(".p-select-label");
    const text = [...(shown?.childNodes ?? [])].find((part) => part.nodeValue === before);
    if (!text || row.querySelector("p")?.textContent !== input) continue;
    text.nodeValue = now; // the text itself, which the renderer holds and sets with the next choice
    shown?.setAttribute("aria-label", now);
  }
}
