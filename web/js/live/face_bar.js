// @ts-check
/** The faces of a photo, each by its picture: one is chosen, and the sliders are for it alone. */

import { make } from "../shared/element.js";
import { say } from "../shared/texts.js";

export class FaceBar {
  #built = "";
  /** @type {HTMLButtonElement[]} all, then one per face */
  #buttons = [];

  /** @param {(face: number) => void} choose hears the number of a face, 0 for all */
  constructor(choose) {
    this.choose = choose;
    this.element = make("div", { className: "strip faces", role: "group", hidden: true });
    this.element.setAttribute("aria-label", say("live.faces"));
  }

  /** Offers these; nothing where there are none to choose among. */
  build(/** @type {{picture: string}[]} */ faces) {
    const key = JSON.stringify(faces.map(({ picture }) => picture));
    if (key === this.#built) return;
    this.#built = key;
    const named = faces.map(({ picture }, index) => {
      const name = say("live.face", { number: index + 1 });
      return this.#button(index + 1, name, make("img", { src: picture, alt: "", draggable: false }));
    });
    this.#buttons = [this.#button(0, say("live.faces.title"), say("live.faces.all")), ...named];
    this.element.replaceChildren(...this.#buttons);
    this.element.hidden = faces.length < 2;
  }

  /** Marks the chosen one, and those with strengths of their own. */
  show(/** @type {number} */ chosen, /** @type {Set<number>} */ own) {
    for (const [face, button] of this.#buttons.entries()) {
      button.setAttribute("aria-pressed", String(face === chosen));
      button.classList.toggle("own", own.has(face));
    }
  }

  #button(/** @type {number} */ face, /** @type {string} */ name, /** @type {Node | string} */ inside) {
    const onclick = () => this.choose(face);
    const button = make("button", { type: "button", "aria-label": name, onclick }, inside);
    button.title = name;
    return button;
  }
}
