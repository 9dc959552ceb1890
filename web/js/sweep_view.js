// @ts-check
/** The view of Sweep Edit: one face, and a slider through the strengths that it was drawn at. */

import { addElement, chain, make } from "./shared/element.js";
import { follow } from "./shared/inputs.js";
import { outputOf, pictureUrl, recall, remember } from "./shared/outputs.js";
import { say } from "./shared/texts.js";

const NODE = "StyleGANEX_SweepEdit";
const HEIGHT = 380; // px
const WIDTH = 330; // px
const HIGHEST_GRID = 180; // px; what is more is scrolled

export function sweepViewExtension(/** @type {any} */ _app, /** @type {any} */ api) {
  return {
    name: "StyleGANEX.SweepView",
    nodeCreated(/** @type {any} */ node) {
      if (node.comfyClass === NODE) addView(api, node);
    },
  };
}

function addView(/** @type {any} */ api, /** @type {any} */ node) {
  remember(node);
  const pictures = make("div", { className: "styleganex-pictures" });
  const value = make("output", { className: "styleganex-tag styleganex-before" });
  const stage = make("div", { className: "styleganex-sheet" }, pictures, value);
  const slider = make("input", { type: "range", className: "styleganex-slider", min: 0, step: 1 });
  slider.setAttribute("aria-label", say("sweep.label"));
  const strip = make("div", { className: "styleganex-strip" });
  const shown = make("div", { className: "styleganex-swept" }, stage, slider, strip);
  const empty = make("div", { className: "styleganex-empty" }, say("sweep.empty"));
  const root = make("div", { className: "styleganex-view" }, shown, empty);
  /** @type {string[]} */
  let labels = [];

  // All pictures are laid over each other, so that none has to be loaded while sliding.
  const pick = () => {
    const now = Number(slider.value);
    for (const [index, picture] of [...pictures.children].entries())
      picture.style.visibility = index === now ? "visible" : "hidden";
    for (const [index, tile] of [...strip.children].entries())
      tile.setAttribute("aria-current", String(index === now));
    value.textContent = labels[now] ?? "";
    slider.setAttribute("aria-valuetext", labels[now] ?? "");
  };
  const choose = (/** @type {number} */ index) => {
    slider.value = String(index);
    pick();
  };
  const show = () => {
    const told = outputOf(node);
    const files = told?.styleganex_sweep ?? [];
    const strengths = told?.styleganex_strengths ?? [];
    labels = strengths.map(describe);
    const columns = columnsOf(strengths);
    strip.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
    strip.style.maxHeight = columns < strengths.length ? `${HIGHEST_GRID}px` : "";
    shown.style.display = files.length ? "" : "none";
    empty.style.display = files.length ? "none" : "";
    const urls = files.map((/** @type {any} */ file) => pictureUrl(api, file));
    const name = (/** @type {number} */ index) => say("sweep.picture", { strength: labels[index] });
    const draw = (/** @type {string} */ url, /** @type {number} */ index) =>
      make("img", { src: url, alt: name(index), draggable: false });
    pictures.replaceChildren(...urls.map(draw));
    strip.replaceChildren(
      ...urls.map((/** @type {string} */ url, /** @type {number} */ index) => {
        const tile = make("button", { type: "button", title: name(index) });
        tile.tabIndex = -1; // the slider is the one stop of Tab
        tile.append(draw(url, index), make("span", {}, labels[index]));
        tile.addEventListener("click", () => choose(index));
        tile.addEventListener("pointerenter", (/** @type {PointerEvent} */ event) => {
          if (event.buttons & 1) choose(index);
        });
        return tile;
      }),
    );
    slider.max = String(Math.max(files.length - 1, 0));
    choose(Math.floor(files.length / 2)); // the middle: mostly the face as it is
  };
  slider.addEventListener("input", pick);
  addElement(node, "StyleGANEX.SweepView", root, { height: HEIGHT, width: WIDTH, grows: true });
  const stop = follow(root, () => outputOf(node) ?? recall(api, node), show);
  chain(node, "onRemoved", stop);
}

/** How many pictures stand in a row: all, or in a grid those of one second strength. */
function columnsOf(/** @type {(number | number[])[]} */ strengths) {
  const [first] = strengths;
  if (!Array.isArray(first)) return Math.max(strengths.length, 1);
  return strengths.filter((one) => Array.isArray(one) && one[1] === first[1]).length;
}

/**
 * As the strip's own labels: "+1.5", "-3", "0"; in a grid "+1.5 / -3".
 * @param {number | number[]} strength
 * @returns {string}
 */
function describe(strength) {
  if (Array.isArray(strength)) return strength.map(describe).join(" / ");
  const short = String(Number(strength.toPrecision(3)));
  return strength > 0 ? `+${short}` : short;
}
