// @ts-check
/** A list of sliders, one per edit vector, with number boxes, resets, a search and groups. */

import { make } from "../shared/element.js";
import { say, sayVector } from "../shared/texts.js";
import { GROUPS, groupOf } from "./groups.js";
import { LARGEST_STRENGTH, showNumber } from "./strength_text.js";
import { isBeyond, placeEnds, surprisingRange } from "./works.js";
import { describeWorks, makeMark } from "./works_mark.js";

const REACH = 3; // units to either side: what models know; the number box goes further
const STEP = 0.05;
const KEYS_MS = 400; // between presses that belong together
const SEARCHABLE = 8; // sliders; more get a search box

const UNITS = /** @type {const} */ ({ σ: "live.unit.deviations", "×": "live.unit.times" });

/**
 * @typedef {{name: string, unit: string, label?: string, range?: [number, number],
 *   works?: import('./works.js').Known}} Vector `range`: the strengths that make sense, where
 *   they are not alike to both sides; `works`: those that work on real people
 * @typedef {{row: HTMLElement, vector: Vector, show: (strength: number) => boolean}} Row `show`
 *   returns whether the strength has changed
 */

export class Sliders {
  /** @type {Map<string, Row>} by lower-case name */
  #rows = new Map();

  /**
   * @param {{move: (name: string, strength: number) => void, settle: (after: number) => void,
   *   reset: () => void, moveAll: (strengths: Map<string, number>) => void}} heard `settle` when a slider has come to rest,
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
    this.choice = make("select", { "aria-label": say("live.filter") });
    this.choice.title = say("live.filter");
    this.choice.addEventListener("change", () => this.#filter());
    this.surprise = make("button", {
      type: "button",
      textContent: "⚄",
      "aria-label": say("live.surprise"),
    });
    this.surprise.title = say("live.surprise.title", { reach: String(surprisingRange({})[1]) });
    this.surprise.addEventListener("click", () => {
      heard.moveAll(this.#choose());
      heard.settle(0);
    });
    this.reset = make("button", { type: "button", textContent: say("live.reset") });
    this.reset.title = say("live.reset.title");
    this.reset.addEventListener("click", () => {
      heard.reset();
      heard.settle(0);
    });
    this.list = make("div", { className: "list" });
    this.told = make("p", { className: "told", hidden: true });
    this.told.setAttribute("role", "status");
    const bar = make(
      "div",
      { className: "bar" },
      this.search,
      this.choice,
      this.surprise,
      this.reset,
    );
    this.element = make("div", { className: "sliders" }, bar, this.told, this.list);
  }

  /** Show a row for each vector, in this order. @param {Vector[]} vectors */
  build(vectors) {
    this.#rows.clear();
    this.list.replaceChildren(...vectors.map((vector) => this.#row(vector)));
    this.search.hidden = this.choice.hidden = vectors.length <= SEARCHABLE;
    this.element.hidden = vectors.length === 0;
    this.search.value = "";
    const groups = new Set(vectors.map(({ name }) => groupOf(name)));
    const offered = GROUPS.filter((group) => groups.has(group));
    this.choice.replaceChildren(
      option("", say("live.filter.all")),
      option("used", say("live.filter.used")),
      ...offered.map((group) => option(group, say(`live.group.${group}`))),
    );
    this.#tell("");
  }

  /** @param {Map<string, number>} strengths */
  show(strengths) {
    const known = new Map([...strengths].map(([name, value]) => [name.toLowerCase(), value]));
    /** @type {HTMLElement[]} */
    const changed = [];
    for (const [name, { row, show }] of this.#rows) {
      const strength = known.get(name) ?? 0;
      if (!show(strength)) continue;
      changed.push(row);
      if (strength) row.hidden = false;
    }
    const held = changed.some((row) => row.contains(document.activeElement));
    const told = changed.find((row) => row.classList.contains("edited")) ?? changed[0];
    if (told && !held) this.#scrollTo(told);
  }

  /** Within the list alone: the browser's own way would move the graph, too. */
  #scrollTo(/** @type {HTMLElement} */ row) {
    const top = row.offsetTop - this.list.offsetTop;
    const bottom = top + row.offsetHeight - this.list.clientHeight;
    if (top < this.list.scrollTop) this.list.scrollTop = top;
    else if (bottom > this.list.scrollTop) this.list.scrollTop = bottom;
  }

  /** A sentence above the sliders. */
  #tell(/** @type {string} */ text) {
    this.told.textContent = text;
    this.told.hidden = !text;
  }

  /** Strengths by chance for the sliders that are shown. */
  #choose() {
    const shown = [...this.#rows.values()].filter(({ row }) => !row.hidden);
    return new Map(
      shown.map(({ vector }) => {
        const [low, high] = surprisingRange(vector);
        return [vector.name, Number((low + Math.random() * (high - low)).toFixed(1))];
      }),
    );
  }

  /** Whether the sliders may be moved, and whether all may be reset. */
  enable(/** @type {boolean} */ sliders, /** @type {boolean} */ reset) {
    for (const { row } of this.#rows.values()) row.inert = !(sliders && reset);
    this.reset.hidden = this.surprise.hidden = !reset;
    this.surprise.disabled = !sliders;
  }

  #filter() {
    /** @type {string[]} */
    const words = this.search.value.toLowerCase().split(/\s+/);
    const chosen = this.choice.value;
    let shown = 0;
    for (const { row, vector } of this.#rows.values()) {
      const text = row.dataset.search ?? "";
      const wanted = chosen === "used" ? row.classList.contains("edited") : groupOf(vector.name) === chosen;
      row.hidden = !(words.every((word) => text.includes(word)) && (!chosen || wanted));
      shown += Number(!row.hidden);
    }
    this.#tell(shown ? "" : say("live.none"));
  }

  /** @param {Vector} vector */
  #row(vector) {
    const { name, unit, label, range: sensible, works } = vector;
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
    const about = describeWorks(works);
    const mark = makeMark(works);
    const row = make(
      "div",
      { className: "row" },
      make(
        "span",
        { className: "label", title: about ? `${spoken}\n${about}` : spoken },
        make("span", { className: "name", textContent: spoken }),
        ...(mark ? [mark] : []),
      ),
      range,
      number,
      make("span", { className: "unit", textContent: unit, title: explained }),
      reset,
    );
    row.dataset.search = `${spoken} ${name}`.toLowerCase();
    row.dataset.vector = name;

    let [low, high] = sensible ?? [-REACH, REACH]; // it only grows: nothing moves under the hand
    let shown = 0;
    const show = (/** @type {number} */ strength) => {
      const changed = strength !== shown;
      shown = strength;
      high = Math.max(high, Math.ceil(sensible ? strength : Math.abs(strength)));
      low = sensible ? Math.min(low, Math.floor(strength)) : -high;
      range.min = String(low);
      range.max = String(high);
      range.value = String(strength);
      const [place, zero] = [strength, 0].map((one) => (100 * (one - low)) / (high - low));
      range.style.setProperty("--low", `${Math.min(zero, place)}%`);
      range.style.setProperty("--high", `${Math.max(zero, place)}%`);
      const ends = placeEnds(works, low, high);
      range.classList.toggle("ends", Boolean(ends));
      ["--from", "--to"].forEach((end, index) => {
        range.style.setProperty(end, String(ends?.[index] ?? 0));
      });
      row.classList.toggle("beyond", isBeyond(works, strength));
      number.title = row.classList.contains("beyond") ? `${say("live.works.beyond")} ${about}` : "";
      if (document.activeElement !== number) number.value = showNumber(strength);
      row.classList.toggle("edited", strength !== 0);
      reset.disabled = strength === 0;
      return changed;
    };
    const move = (/** @type {number} */ strength) => {
      this.#tell("");
      this.heard.move(name, Number(strength.toFixed(2)));
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
      const typed = Number(number.value); // an empty box means 0
      if (Math.abs(typed) <= LARGEST_STRENGTH) move(typed);
      else this.#tell(say("live.beyond", { name: spoken, value: number.value }));
      number.value = showNumber(shown);
      this.heard.settle(0);
    });
    reset.addEventListener("click", () => {
      move(0);
      this.heard.settle(0);
    });
    this.#rows.set(name.toLowerCase(), { row, vector, show });
    show(0);
    return row;
  }
}

function option(/** @type {string} */ value, /** @type {string} */ text) {
  return make("option", { value, textContent: text });
}
