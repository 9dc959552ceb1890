// @ts-check
/** The picture of a node: what to do before there is one, and the one before the edits on press. */

import { make } from "../shared/element.js";
import { say } from "../shared/texts.js";

export class Picture {
  #after = "";
  #before = "";
  #side = 0;
  #pressed = false;
  #cleared = 0; // pictures from before the last clearing are not shown

  /** @param {() => void} wantBefore called when the picture before is wished for but not there */
  constructor(wantBefore) {
    this.wantBefore = wantBefore;
    this.image = make("img", { alt: "", draggable: false });
    this.note = make("p", { className: "note" });
    this.note.setAttribute("role", "status");
    this.badge = make("span", { className: "badge", textContent: say("pair.before"), hidden: true });
    this.element = make(
      "div",
      { className: "picture", tabIndex: 0 },
      this.image,
      this.badge,
      this.note,
    );
    this.element.setAttribute("role", "button");
    this.element.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
      if (event.button !== 0) return;
      this.element.setPointerCapture(event.pointerId);
      this.#press(true);
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) {
      this.element.addEventListener(end, () => this.#press(false));
    }
    this.element.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      event.stopPropagation();
      this.#press(true);
    });
    this.element.addEventListener("keyup", () => this.#press(false));
    this.#update();
  }

  get hasBefore() {
    return Boolean(this.#before);
  }

  get isEmpty() {
    return !this.#after;
  }

  /** The address of the picture; "" for none. */
  get url() {
    return this.#after;
  }

  /** The longer side of the picture in px; 0 for none. */
  get side() {
    return this.#side;
  }

  /** Whether a picture is on its way. @param {boolean} busy */
  wait(busy) {
    this.element.ariaBusy = String(busy);
  }

  /** A new picture, shown once it is decoded. @param {Blob} blob */
  async show(blob) {
    const loaded = await this.#load(blob);
    if (!loaded) return;
    if (this.#after) URL.revokeObjectURL(this.#after);
    this.#after = loaded.src;
    this.#side = Math.max(loaded.naturalWidth, loaded.naturalHeight);
    this.#update();
  }

  /** The picture before the edits. @param {Blob} blob */
  async showBefore(blob) {
    const loaded = await this.#load(blob);
    if (!loaded) return;
    if (this.#before) URL.revokeObjectURL(this.#before);
    this.#before = loaded.src;
    this.#update();
  }

  forgetBefore() {
    this.#cleared += 1;
    if (this.#before) URL.revokeObjectURL(this.#before);
    this.#before = "";
    this.#update();
  }

  clear() {
    this.#cleared += 1;
    this.#side = 0;
    for (const url of [this.#after, this.#before]) if (url) URL.revokeObjectURL(url);
    this.#after = this.#before = "";
    this.image.removeAttribute("src");
    this.#update();
  }

  /** A sentence in place of the picture, or below it. @param {string} text */
  tell(text) {
    if (this.note.textContent !== text) this.note.textContent = text;
    this.note.hidden = !text;
  }

  /** @param {boolean} pressed */
  #press(pressed) {
    if (this.#pressed === pressed || (pressed && this.isEmpty)) return;
    this.#pressed = pressed;
    if (pressed && !this.#before) this.wantBefore();
    this.#update();
  }

  #update() {
    const before = this.#pressed && this.#before;
    const url = before || this.#after;
    if (url && this.image.src !== url) this.image.src = url;
    this.image.hidden = !url;
    this.badge.hidden = !before;
    this.element.classList.toggle("empty", !url);
    this.#describe();
  }

  #describe() {
    this.element.title = this.isEmpty ? "" : say("live.compare");
    this.element.ariaLabel = say(this.isEmpty ? "live.placeholder" : "live.picture");
  }

  /** The decoded picture; null where all was cleared meanwhile. @param {Blob} blob */
  async #load(blob) {
    const cleared = this.#cleared;
    const image = new Image();
    image.src = URL.createObjectURL(blob);
    await image.decode().catch(() => {}); // a picture that cannot be decoded shows as such
    if (cleared === this.#cleared) return image;
    URL.revokeObjectURL(image.src);
    return null;
  }
}
