// @ts-check
/** One Live Edit node in the editor: its sliders, its picture and what keeps them in step. */

import { addElement, chain, make } from "../shared/element.js";
import { forwardUndo } from "../shared/history.js";
import { follow } from "../shared/inputs.js";
import { say } from "../shared/texts.js";
import { parseLayers } from "../layers.js";
import { FaceBar } from "./face_bar.js";
import { Follower } from "./follower.js";
import { labelConnected } from "./labels.js";
import { Picture } from "./picture.js";
import { PresetBar } from "./preset_bar.js";
import { Settings } from "./settings.js";
import { Sliders } from "./sliders.js";
import { Snapshots } from "./snapshots.js";
import { distrust } from "./works.js";
import { Zoom } from "./zoom.js";

const SIDES = [128, 256, 512, 1024]; // px of previews; few, so that the server's memory of them helps
const SIZE = { width: 340, height: 500 }; // px, of the widget at least

/** @typedef {import('./results.js').Result} Result */
/** @typedef {NonNullable<ReturnType<Settings["read"]>>} Both */

export class LiveEditor {
  /** @type {Result | null} */
  #result = null;
  #built = ""; // the vectors that the sliders were made for
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
    this.settings = new Settings(app, node, () => this.#result, () => this.refresh());
    this.follower = new Follower(
      (wish) => server.picture({ handle: this.handle ?? "", ...wish }),
      (answer, spare) => this.#hear(answer, spare),
      (busy) => this.#rest(busy),
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
      move: (name, strength) => this.settings.move(new Map([[name, strength]])),
      settle: (after) => this.settings.settle(after),
      reset: () => this.settings.set(new Map()),
      moveAll: (strengths) => this.settings.move(strengths),
    });
    this.faces = new FaceBar((face) => this.#choose(face));
    this.snapshots = new Snapshots(node, {
      read: () => this.settings.texts,
      write: (texts) => this.#finish(() => this.settings.write(texts)),
      change: (change) => {
        this.settings.gesture.begin();
        change();
        this.settings.settle(0);
      },
      url: () => (this.#complaint || this.follower.asking ? "" : this.picture.url),
    });
    this.presets = new PresetBar(app, presets, {
      read: () => this.settings.shown() ?? new Map(),
      apply: (strengths) => this.#apply(strengths),
    });
    this.presets.element.append(this.snapshots.keep);
    this.element = make(
      "div",
      { className: "styleganex-live" },
      this.picture.element,
      this.faces.element,
      this.snapshots.element,
      this.presets.element,
      this.sliders.element,
    );
    forwardUndo(app, this.element, () => this.settings.settle(0));
    this.#forwardZoom();
    addElement(node, "live", this.element, { ...SIZE, grows: true });
    this.unfollow = follow(
      this.element,
      () => [this.#inputs(), this.snapshots.kept, labelConnected(this.node), this.#lookAtSide()],
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
    const chosen = result?.chosen ?? this.settings.face;
    const faces = result?.faces ?? [];
    this.#result = result;
    this.faces.build(faces);
    this.settings.face = chosen <= faces.length ? chosen : 0;
    if (result) result.chosen = this.settings.face;
    this.zoom.offer(result && this.#suitedZoom());
    this.follower.clear();
    this.#wished = "";
    if (!result) this.picture.clear();
    this.refresh();
  }

  /** Brings sliders and picture in step with the inputs. */
  refresh() {
    const both = this.settings.read();
    const free = !this.settings.connected;
    const strengths = this.settings.shown() ?? new Map();
    this.#build(strengths);
    this.sliders.show(strengths);
    this.sliders.enable(both !== null, free);
    this.presets.enable(free);
    this.snapshots.enable(free);
    this.#complaint = this.#complain(both);
    this.#wish();
    this.picture.tell(this.#complaint);
    this.snapshots.show();
    const own = [...(both?.faces ?? [])].flatMap(([face, given]) => (given.size ? face : []));
    this.faces.show(this.settings.face, new Set(own));
  }

  /** The sliders are for this face from now on, and the picture shows it; 0 for all. */
  #choose(/** @type {number} */ face) {
    this.settings.settle(0);
    this.settings.face = face;
    if (this.#result) this.#result.chosen = face;
    this.zoom.go(this.#suitedZoom() ?? 1);
    this.picture.forgetBefore();
    this.refresh();
  }

  /** How near the chosen face, or all, are shown best; nothing without a photo. */
  #suitedZoom() {
    return this.#result?.faces?.[this.settings.face - 1]?.zoom ?? this.#result?.zoom;
  }

  /** Pictures are asked for, or nothing is left to ask. */
  #rest(/** @type {boolean} */ busy) {
    this.picture.wait(busy);
    if (!busy) void this.snapshots.see();
  }

  /** Asks for the picture of the inputs, unless that was asked for last, as sharp or sharper. */
  #wish() {
    if (this.#complaint || !this.handle) return;
    const side = this.#lookAtSide();
    const wish = { ...this.settings.texts, ...this.#view() };
    const wished = JSON.stringify([this.handle, wish]);
    if (wished === this.#wished && side <= this.#wishedSide) return;
    this.#wished = wished;
    this.#wishedSide = side;
    this.follower.want({ ...wish, side });
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
    this.settings.settle(0);
    this.unfollow();
    this.presets.close();
    this.follower.close();
    this.picture.clear();
  }

  /** Rows for all vectors; those in use come first, then those that work on real people. */
  #build(/** @type {Map<string, number>} */ strengths) {
    const found =
      this.#result?.vectors ?? [...strengths.keys()].map((name) => ({ name, unit: "" }));
    const labels = labelConnected(this.node);
    const vectors = found.map((vector) => ({ ...vector, label: labels[vector.name] }));
    const key = JSON.stringify(vectors);
    if (key === this.#built) return;
    this.#built = key;
    const used = new Set([...strengths.keys()].map((name) => name.toLowerCase()));
    const rank = (/** @type {import('./sliders.js').Vector} */ { name, works }) =>
      used.has(name.toLowerCase()) ? -1 : distrust(works);
    this.sliders.build(vectors.sort((one, other) => rank(one) - rank(other)));
  }

  /** What keeps the picture from being asked for, or ''. */
  #complain(/** @type {Both | null} */ both) {
    if (!both) return say("live.unread");
    if (!this.#result) return say("live.run");
    if (this.#away) return say("live.away");
    if (!this.#result.handle) return say("live.large");
    const known = new Set(this.#result.vectors.map(({ name }) => name.toLowerCase()));
    const names = [both.common, ...both.faces.values()].flatMap((one) => [...one.keys()]);
    const unknown = names.find((name) => !known.has(name.toLowerCase()));
    if (unknown) return say("live.unknown", { name: unknown });
    if (!known.size) return say("live.vectorless");
    if (!parseLayers(this.settings.layers, this.#result.slots)) return say("live.layers");
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
    this.follower.prepare({ strengths: "", face_strengths: "", ...this.#view(), side });
  }

  /** A preset's strengths and no others, as far as this model knows them. */
  #apply(/** @type {Map<string, number>} */ strengths) {
    const known = new Set(this.#result?.vectors.map(({ name }) => name.toLowerCase()));
    const kept = [...strengths].filter(([name]) => !known.size || known.has(name.toLowerCase()));
    this.#finish(() => this.settings.set(new Map(kept)));
  }

  /** A change that is complete at once. */
  #finish(/** @type {() => void} */ change) {
    change();
    this.settings.settle(0);
  }

  /** What sliders and picture follow. */
  #inputs() {
    return [this.settings.texts, this.settings.layers, this.settings.connected];
  }

  /** What is shown of the photo, and which layers are edited. */
  #view() {
    const { layers, face } = this.settings;
    return { layers, zoom: this.zoom.value, face };
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
