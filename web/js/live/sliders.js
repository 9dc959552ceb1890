// @ts-check
/** A list of sliders, one per edit vector, with number boxes, resets and a search. */

import { make } from "../shared/element.js";
import { say, sayVector } from "../shared/texts.js";
import { LARGEST_STRENGTH, showNumber } from "./strength_text.js";

const REACH = 3; // units to either side: what models know; the number box goes further
const STEP = 0.05;
const KEYS_MS = 400; // between presses that belong together
const SEARCHABLE = 8; // sliders; more get a search box

const UNITS = /** @type {const} */ ({ σ: "live.unit.deviations", "×": "live.unit.times" });

/** @typedef {{name: string, unit: string, label?: string}} Vector */

export class Sliders {
  /** @type {Map<string, {row: HTMLElement, show: (strength: number) => void}>} by lower-case name */
  #rows = new Map();

  /**
   * @param {{move: (name: string, strength: number) => void, settle: (after: number) => void,
   *   reset: () => void}} heard `settle` when a slider has come to rest,
   *   ms after which nothing may follow
   */
  constructor(heard) {
    this.heard = heard;
    this.search = make("input", {
      type: "search",
      placeholder: say("live.search"),
      "aria-label": say("live.search"),
    });
    this.search.addEventListener("input", () => this.#filter());
    this.reset = make("button", { type: "button", textContent: say("live.reset") });
    this.reset.title = say("live.reset.title");
    this.reset.addEventListener("click", () => {
      heard.reset();
      heard.settle(0);
    });
    this.list = make("div", { className: "list" });
    const bar = make("div", { className: "bar" }, this.search, this.reset);
    this.element = make("div", { className: "sliders" }, bar, this.list);
  }

  /** Show a row for each vector, in this order. @param {Vector[]} vectors */
  build(vectors) {
    this.#rows.clear();
    this.list.replaceChildren(...vectors.map((vector) => this.#row(vector)));
    this.search.hidden = vectors.length <= SEARCHABLE;
    this.element.hidden = vectors.length === 0;
    this.search.value = "";
  }

  /** @param {Map<string, number>} strengths */
  show(strengths) {
    const known = new Map([...strengths].map(([name, value]) => [name.toLowerCase(), value]));
    for (const [name, row] of this.#rows) row.show(known.get(name) ?? 0);
  }

  /** Whether the sliders may be moved, and whether all may be reset. */
  enable(/** @type {boolean} */ sliders, /** @type {boolean} */ reset) {
    for (const { row } of this.#rows.values()) row.inert = !(sliders && reset);
    this.reset.hidden = !reset;
  }

  #filter() {
    /** @type {string[]} */
    const words = this.search.value.toLowerCase().split(/\s+/);
    for (const { row } of this.#rows.values()) {
      const text = row.dataset.search ?? "";
      row.hidden = !words.every((word) => text.includes(word));
    }
  }

  /** @param {Vector} vector */
  #row({ name, unit, label }) {
    const spoken = label ?? sayVector(name);
    const known = UNITS[/** @type {keyof typeof UNITS} */ (unit)];
    const explained = known ? say(known) : unit;
    const range = make("input", { type: "range", step: String(STEP), "aria-label": spoken });
    const number = make("input", {
      type: "number",
      step: "0.1",
      min: String(-LARGEST_STRENGTH),
      max: String(LARGEST_STRENGTH),
      "aria-label": `${spoken}, ${explained}`,
    });
    const reset = make("button", {
      type: "button",
      textContent: "↺",
      "aria-label": say("live.reset.one", { name: spoken }),
    });
    reset.title = say("live.reset.one.title");
    const row = make(
      "div",
      { className: "row" },
      make("span", { className: "name", textContent: spoken, title: spoken }),
      range,
      number,
      make("span", { className: "unit", textContent: unit, title: explained }),
      reset,
    );
    row.dataset.search = `${spoken} ${name}`.toLowerCase();
    row.dataset.vector = name;

    let reach = REACH; // it only grows, so that the slider does not move under the hand
    const show = (/** @type {number} */ strength) => {
      reach = Math.max(reach, Math.ceil(Math.abs(strength)));
      range.min = String(-reach);
      range.max = String(reach);
      range.value = String(strength);
      const place = 50 + (50 * strength) / reach;
      range.style.setProperty("--low", `${Math.min(50, place)}%`);
      range.style.setProperty("--high", `${Math.max(50, place)}%`);
      if (document.activeElement !== number) number.value = showNumber(strength);
      row.classList.toggle("edited", strength !== 0);
      reset.disabled = strength === 0;
    };
    const move = (/** @type {number} */ strength) => {
      const kept = Math.max(-LARGEST_STRENGTH, Math.min(LARGEST_STRENGTH, strength));
      this.heard.move(name, Number(kept.toFixed(2)));
    };
    range.addEventListener("input", () => move(Number(range.value)));
    let byKeys = false;
    range.addEventListener("keydown", () => (byKeys = true));
    range.addEventListener("pointerdown", () => (byKeys = false));
    range.addEventListener("change", () => this.heard.settle(byKeys ? KEYS_MS : 0));
    range.addEventListener("dblclick", () => {
      move(0);
      this.heard.settle(0);
    });
    number.addEventListener("input", () => {
      if (number.value !== "" && number.validity.valid) move(Number(number.value));
    });
    number.addEventListener("change", () => {
      move(Number(number.value)); // an empty box means 0
      number.value = showNumber(
        Math.max(-LARGEST_STRENGTH, Math.min(LARGEST_STRENGTH, Number(number.value))),
      );
      this.heard.settle(0);
    });
    reset.addEventListener("click", () => {
      move(0);
      this.heard.settle(0);
    });
    this.#rows.set(name.toLowerCase(), { row, show });
    show(0);
    return row;
  }
}
