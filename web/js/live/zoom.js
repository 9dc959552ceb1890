// @ts-check
/** How near the faces of a whole photo are shown: buttons over the picture, and keys. */

import { make } from "../shared/element.js";
import { say } from "../shared/texts.js";

const STEP = 1.5;
const NEAREST = 16;

export class Zoom {
  #value = 0; // 0: nobody has chosen yet

  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    this.nearer = button("+", say("live.zoom.in"), () => this.#set(this.#value * STEP));
    this.further = button("−", say("live.zoom.out"), () => this.#set(this.#value / STEP));
    this.whole = button("□", say("live.zoom.whole"), () => this.#set(1));
    this.element = make("div", { className: "zoom" }, this.further, this.whole, this.nearer);
    this.element.hidden = true;
    // The picture below is pressed to compare; its buttons are not part of that.
    for (const kind of ["pointerdown", "keydown"]) {
      this.element.addEventListener(kind, (/** @type {Event} */ event) => event.stopPropagation());
    }
  }

  /** The zoom to ask for; undefined where no photo is shown. */
  get value() {
    return this.element.hidden ? undefined : Number(this.#value.toFixed(2));
  }

  /** What a run shows: the zoom that suits it, or nothing for a picture without a photo. */
  offer(/** @type {number | null | undefined} */ suited) {
    this.element.hidden = !suited;
    if (suited && !this.#value) this.#value = suited;
    this.#update();
  }

  /** Shows the photo at this zoom. */
  go(/** @type {number} */ zoom) {
    this.#value = zoom;
    this.#update();
  }

  /** @returns {boolean} whether the key was one of these */
  press(/** @type {string} */ key) {
    if (this.element.hidden) return false;
    const wanted = { "+": this.#value * STEP, "-": this.#value / STEP, 0: 1 }[key];
    if (wanted) this.#set(wanted);
    return Boolean(wanted);
  }

  #set(/** @type {number} */ value) {
    const next = Math.min(NEAREST, Math.max(1, value));
    if (next === this.#value) return;
    this.#value = next;
    this.#update();
    this.changed();
  }

  #update() {
    this.nearer.disabled = this.#value >= NEAREST;
    this.further.disabled = this.whole.disabled = this.#value <= 1;
  }
}

function button(/** @type {string} */ text, /** @type {string} */ name, /** @type {() => void} */ onclick) {
  const made = make("button", { type: "button", textContent: text, "aria-label": name, onclick });
  made.title = name;
  return made;
}
