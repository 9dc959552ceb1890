// @ts-check
/**
 * Settings of the sliders to go back to, as a strip of pictures. The settings are saved with the
 * graph, as a property of its node; the pictures are the page's own, and none goes into a file.
 */

import { make } from "../shared/element.js";
import { say } from "../shared/texts.js";

const PROPERTY = "styleganex_snapshots";
const MOST = 12; // the oldest goes first
const SIDE = 48; // px of a picture
const MOST_PICTURES = 200; // of all nodes

/** @typedef {import('./settings.js').Texts} Texts */

/** @type {Map<string, string>} pictures by node and settings: undo replaces the nodes */
const pictures = new Map();

export class Snapshots {
  #shown = "";

  /**
   * @param {any} node
   * @param {{read: () => Texts, write: (texts: Texts) => void, change: (change: () => void) => void,
   *   url: () => string}} heard `change` makes a step of undo of what happens in it; `url` is the
   *   address of the picture of the present settings, "" while there is none
   */
  constructor(node, heard) {
    this.node = node;
    this.heard = heard;
    this.keep = make("button", { type: "button", textContent: "◉" });
    this.keep.setAttribute("aria-label", say("live.snapshots.keep"));
    this.keep.title = say("live.snapshots.keep");
    this.keep.addEventListener("click", () => this.#keep());
    this.element = make("div", { className: "strip snapshots", role: "group", hidden: true });
    this.element.setAttribute("aria-label", say("live.snapshots"));
  }

  /** @returns {Texts[]} what is kept, the oldest first */
  get kept() {
    const kept = this.node.properties?.[PROPERTY];
    return Array.isArray(kept) ? kept.filter(isTexts) : [];
  }

  enable(/** @type {boolean} */ able) {
    this.element.inert = !able;
  }

  /** Brings the strip in step with the node. */
  show() {
    const now = JSON.stringify(this.heard.read());
    const kept = this.kept;
    const shown = JSON.stringify([kept, now, kept.map((texts) => this.#picture(texts))]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.element.hidden = !kept.length;
    const held = [...this.element.children].indexOf(document.activeElement);
    this.element.replaceChildren(...kept.map((texts, index) => this.#button(texts, index, now)));
    this.element.children[held]?.focus(); // who goes along the strip by keys stays where they were
  }

  /** The picture of the present settings has come. */
  async see() {
    const texts = pick(this.heard.read());
    const url = this.heard.url();
    if (!url || !this.kept.some((kept) => same(kept, texts))) return;
    const image = new Image();
    image.src = url;
    const loaded = await image.decode().then(
      () => true,
      () => false,
    );
    if (!loaded) return; // it has been replaced meanwhile
    pictures.delete(this.#key(texts));
    pictures.set(this.#key(texts), reduce(image));
    if (pictures.size > MOST_PICTURES) pictures.delete(pictures.keys().next().value ?? "");
    this.show();
  }

  #keep() {
    const texts = pick(this.heard.read());
    const others = this.kept.filter((kept) => !same(kept, texts));
    this.#write([...others, texts].slice(-MOST));
    void this.see();
  }

  #remove(/** @type {Texts} */ texts) {
    this.#write(this.kept.filter((kept) => !same(kept, texts)));
  }

  #write(/** @type {Texts[]} */ kept) {
    this.heard.change(() => (this.node.properties[PROPERTY] = kept));
    this.show();
  }

  #button(/** @type {Texts} */ texts, /** @type {number} */ index, /** @type {string} */ now) {
    const picture = this.#picture(texts);
    const inside = picture
      ? make("img", { src: picture, alt: "", draggable: false })
      : String(index + 1);
    const name = say("live.snapshot", { number: index + 1 });
    const button = make("button", { type: "button", "aria-label": name }, inside);
    const lines = [texts.strengths, texts.face_strengths, say("live.snapshots.remove")];
    button.title = lines.filter(Boolean).join("\n");
    button.setAttribute("aria-pressed", String(JSON.stringify(pick(texts)) === now));
    button.addEventListener("click", () => this.heard.write(pick(texts)));
    button.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Delete" || event.key === "Backspace") this.#remove(texts);
    });
    button.addEventListener("contextmenu", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#remove(texts);
    });
    return button;
  }

  #picture(/** @type {Texts} */ texts) {
    return pictures.get(this.#key(texts)) ?? "";
  }

  #key(/** @type {Texts} */ texts) {
    const root = this.node.graph?.rootGraph ?? this.node.graph;
    return JSON.stringify([root?.id, this.node.graph?.id, this.node.id, pick(texts)]);
  }
}

/** The texts alone, in one order. @returns {Texts} */
function pick(/** @type {Texts} */ { strengths, face_strengths }) {
  return { strengths, face_strengths };
}

const same = (/** @type {Texts} */ one, /** @type {Texts} */ other) =>
  JSON.stringify(pick(one)) === JSON.stringify(pick(other));

function isTexts(/** @type {any} */ kept) {
  return typeof kept?.strengths === "string" && typeof kept?.face_strengths === "string";
}

/** The middle of a picture, as an address that holds it. */
function reduce(/** @type {HTMLImageElement} */ image) {
  const canvas = make("canvas", { width: SIDE, height: SIDE });
  const side = Math.min(image.naturalWidth, image.naturalHeight);
  const [left, top] = [(image.naturalWidth - side) / 2, (image.naturalHeight - side) / 2];
  canvas.getContext("2d").drawImage(image, left, top, side, side, 0, 0, SIDE, SIDE);
  return canvas.toDataURL("image/jpeg", 0.8);
}
