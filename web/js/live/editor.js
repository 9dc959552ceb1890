// @ts-check
/** One Live Edit node in the editor: its sliders, its picture and what keeps them in step. */

import { addElement, chain, make } from "../shared/element.js";
import { forwardUndo } from "../shared/history.js";
import { follow, isConnected, makeGesture, readInput, writeInputs } from "../shared/inputs.js";
import { say, sayVector } from "../shared/texts.js";
import { parseLayers } from "../layers.js";
import { Follower } from "./follower.js";
import { Picture } from "./picture.js";
import { PresetBar } from "./preset_bar.js";
import { Sliders } from "./sliders.js";
import { readStrengths, writeStrengths } from "./strength_text.js";
import { Zoom } from "./zoom.js";

const SIDES = [128, 256, 512, 1024]; // px of previews; few, so that the server's memory of them helps
const LONGEST_GESTURE_MS = 5000; // without a further change
const SIZE = { width: 340, height: 500 }; // px, of the widget at least

/** @typedef {import('./results.js').Result} Result */

export class LiveEditor {
  /** @type {Result | null} */
  #result = null;
  #built = ""; // the vectors that the sliders were made for
  #settling = 0;
  #complaint = ""; // what keeps the picture from being asked for
  #away = false; // the server does not answer
  #wished = ""; // what was asked for last, but for its size
  #wishedSide = 0; // px, of what was asked for last
  #side = SIDES[0]; // px of the preview that suits the picture on the screen
  #beforeSide = 0; // px, of the picture before the edits

  constructor(
    /** @type {any} */ app,
    /** @type {any} */ node,
    /** @type {ReturnType<typeof import('./server.js').liveServer>} */ server,
    /** @type {import('./results.js').Results} */ results,
    /** @type {import('./presets.js').Presets} */ presets,
  ) {
    this.app = app;
    this.node = node;
    this.results = results;
    this.gesture = makeGesture(app);
    this.follower = new Follower(
      (wish) => server.picture({ handle: this.handle ?? "", ...wish }),
      (answer, spare) => this.#hear(answer, spare),
      (busy) => this.picture.wait(busy),
    );
    this.picture = new Picture(() => this.#prepareBefore());
    this.zoom = new Zoom(() => {
      this.picture.forgetBefore();
      this.#wish();
    });
    this.picture.element.append(this.zoom.element);
    this.picture.element.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (this.zoom.press(event.key)) event.stopPropagation();
    });
    this.sliders = new Sliders({
      move: (name, strength) => this.#move(name, strength),
      settle: (after) => this.#settle(after),
      reset: () => this.#write(""),
      moveAll: (strengths) => this.#moveAll(strengths),
    });
    this.presets = new PresetBar(app, presets, {
      read: () => readStrengths(this.#inputs().strengths) ?? new Map(),
      apply: (strengths) => this.#apply(strengths),
    });
    this.element = make(
      "div",
      { className: "styleganex-live" },
      this.picture.element,
      this.presets.element,
      this.sliders.element,
    );
    forwardUndo(app, this.element, () => this.#settle(0));
    this.#forwardZoom();
    addElement(node, "live", this.element, { ...SIZE, grows: true });
    this.unfollow = follow(
      this.element,
      () => [this.#inputs(), this.#labels(), this.#lookAtSide()],
      () => this.refresh(),
    );
    const resized = new ResizeObserver(() => this.#wish());
    resized.observe(this.picture.element);
    chain(node, "onRemoved", () => {
      resized.disconnect();
      this.#close();
    });
  }

  get handle() {
    return this.#result?.handle ?? null;
  }

  /** A run has ended, or what an earlier one returned is known again; null for neither. */
  setResult(/** @type {Result | null} */ result) {
    if (result?.handle !== this.handle) this.picture.forgetBefore();
    this.#result = result;
    this.zoom.offer(result?.zoom);
    this.follower.clear();
    this.#wished = "";
    if (!result) this.picture.clear();
    this.refresh();
  }

  /** Brings sliders and picture in step with the inputs. */
  refresh() {
    const { strengths: text, connected } = this.#inputs();
    const strengths = readStrengths(text);
    this.#build(strengths ?? new Map());
    this.sliders.show(strengths ?? new Map());
    this.sliders.enable(strengths !== null, !connected);
    this.presets.enable(!connected);
    this.#complaint = this.#complain(strengths);
    this.#wish();
    this.picture.tell(this.#complaint);
  }

  /** Asks for the picture of the inputs, unless that was asked for last, as sharp or sharper. */
  #wish() {
    if (this.#complaint || !this.handle) return;
    const { strengths, layers } = this.#inputs();
    const side = this.#lookAtSide();
    const zoom = this.zoom.value;
    const wished = JSON.stringify([this.handle, strengths, layers, zoom]);
    if (wished === this.#wished && side <= this.#wishedSide) return;
    this.#wished = wished;
    this.#wishedSide = side;
    this.follower.want({ strengths, layers, side, zoom });
  }

  /** The queue is empty. */
  resume() {
    this.follower.resume();
  }

  /** The server went away, or came back and is asked at once whether it still knows us. */
  hold(/** @type {boolean} */ held) {
    this.#away = held;
    this.#wished = "";
    this.follower.hold(held);
    this.refresh();
  }

  #close() {
    clearTimeout(this.#settling);
    this.gesture.end();
    this.unfollow();
    this.presets.close();
    this.follower.close();
    this.picture.clear();
  }

  /** Rows for all vectors; those in use come first. */
  #build(/** @type {Map<string, number>} */ strengths) {
    const found =
      this.#result?.vectors ?? [...strengths.keys()].map((name) => ({ name, unit: "" }));
    const labels = this.#labels();
    const vectors = found.map((vector) => ({ ...vector, label: labels[vector.name] }));
    const key = JSON.stringify(vectors);
    if (key === this.#built) return;
    this.#built = key;
    const used = new Set([...strengths.keys()].map((name) => name.toLowerCase()));
    const rank = (/** @type {{name: string}} */ { name }) => Number(!used.has(name.toLowerCase()));
    this.sliders.build(vectors.sort((one, other) => rank(one) - rank(other)));
  }

  /**
   * What connected vectors are, as far as the nodes that they come from show it.
   * @returns {Record<string, string>}
   */
  #labels() {
    /** @type {Record<string, string>} */
    const labels = {};
    for (const [slot, input] of (this.node.inputs ?? []).entries()) {
      const origin =
        this.node.graph && input.name.startsWith("vector_") && this.node.getInputNode?.(slot);
      if (!origin) continue;
      const source = String(readInput(origin, "file") ?? origin.title).replace(/^demo: /, "");
      const number = input.name.replace("vector_", "");
      labels[`vector ${number}`] = say("live.connected", { number, source: sayVector(source) });
    }
    return labels;
  }

  /** What keeps the picture from being asked for, or ''. */
  #complain(/** @type {Map<string, number> | null} */ strengths) {
    if (!strengths) return say("live.unread");
    if (!this.#result) return say("live.run");
    if (this.#away) return say("live.away");
    if (!this.#result.handle) return say("live.large");
    const known = new Set(this.#result.vectors.map(({ name }) => name.toLowerCase()));
    const unknown = [...strengths.keys()].find((name) => !known.has(name.toLowerCase()));
    if (unknown) return say("live.unknown", { name: unknown });
    if (!known.size) return say("live.vectorless");
    if (!parseLayers(this.#inputs().layers, this.#result.slots)) return say("live.layers");
    return "";
  }

  async #hear(/** @type {import('./follower.js').Answer} */ answer, /** @type {boolean} */ spare) {
    if (answer.picture && spare) await this.picture.showBefore(answer.picture);
    else if (answer.picture) {
      await this.picture.show(answer.picture);
      this.picture.tell(this.#complaint);
      this.#prepareBefore();
    } else if (answer.type === "gone") {
      this.results.forget(this.node);
      this.setResult(null);
    } else if (spare || answer.type === "superseded") return;
    else if (answer.type === "busy") this.picture.tell(say("live.busy"));
    else this.picture.tell(answer.message ?? "");
  }

  /** Has the picture before the edits at hand, as sharp as the one it is compared with. */
  #prepareBefore() {
    const side = enclose(this.picture.side);
    if (this.picture.hasBefore && this.#beforeSide === side) return;
    this.#beforeSide = side;
    const { layers } = this.#inputs();
    this.follower.prepare({ strengths: "", layers, side, zoom: this.zoom.value });
  }

  /** A preset's strengths and no others, as far as this model knows them. */
  #apply(/** @type {Map<string, number>} */ strengths) {
    const known = new Set(this.#result?.vectors.map(({ name }) => name.toLowerCase()));
    const kept = [...strengths].filter(([name]) => !known.size || known.has(name.toLowerCase()));
    this.#write(writeStrengths(new Map(kept)));
    this.#settle(0);
  }

  #moveAll(/** @type {Map<string, number>} */ moved) {
    const strengths = readStrengths(this.#inputs().strengths) ?? new Map();
    const spelled = new Map([...strengths.keys()].map((name) => [name.toLowerCase(), name]));
    for (const [name, strength] of moved) {
      strengths.set(spelled.get(name.toLowerCase()) ?? name, strength);
    }
    this.#write(writeStrengths(strengths));
  }

  #move(/** @type {string} */ name, /** @type {number} */ strength) {
    this.#moveAll(new Map([[name, strength]]));
  }

  #write(/** @type {string} */ text) {
    this.gesture.begin();
    writeInputs(this.app, this.node, { strengths: text });
    this.refresh();
    this.#settle(LONGEST_GESTURE_MS);
  }

  /** The change is complete, and one step of undo. @param {number} after ms, if nothing follows */
  #settle(after) {
    clearTimeout(this.#settling);
    if (after) this.#settling = setTimeout(() => this.gesture.end(), after);
    else this.gesture.end();
  }

  /** What sliders and picture follow; what another node feeds in is known from the last run. */
  #inputs() {
    const read = (/** @type {'strengths' | 'layers'} */ name) =>
      isConnected(this.node, name) ? this.#result?.[name] : readInput(this.node, name);
    return {
      strengths: String(read("strengths") ?? ""),
      layers: String(read("layers") ?? "all"),
      connected: isConnected(this.node, "strengths"),
    };
  }

  /** The side of preview that the picture on the screen needs, or last needed where it is hidden. */
  #lookAtSide() {
    const { width, height } = this.picture.element.getBoundingClientRect();
    const shown = Math.max(width, height) * (window.devicePixelRatio || 1);
    if (shown) this.#side = enclose(shown);
    return this.#side;
  }

  /** Over the picture the wheel zooms the graph, as it does beside it. */
  #forwardZoom() {
    this.picture.element.addEventListener("wheel", (/** @type {WheelEvent} */ event) => {
      if (/** @type {any} */ (window).LiteGraph?.vueNodesMode) return; // it does so by itself
      event.preventDefault();
      this.app.canvas.processMouseWheel(event);
    });
  }
}

/** The smallest preview of at least so many px; the largest where none is. */
function enclose(/** @type {number} */ px) {
  return SIDES.find((side) => side >= px) ?? SIDES[SIDES.length - 1];
}
