// @ts-check
/** Choices of style slots as text, "0-6, 9" or "8-"; the grammar of styleganex_core/layers.py. */

import { readCount, skipUntil, SPACE, strip } from "./grammar.js";

const LONGEST_TEXT = 1000; // characters

/** @typedef {{name: "coarse" | "middle" | "fine", first: number, last: number}} Group slots first to last, inclusive */

/**
 * The chosen slots of a model of `count` slots.
 *
 * @param {string} text
 * @param {number} count
 * @returns {Set<number> | null} null for a text that the node would refuse
 */
export function parseLayers(text, count) {
  if ([...text].length > LONGEST_TEXT) return null;
  const words = strip(text).toLowerCase();
  if (words === "all") return range(0, count - 1);
  if (words === "none") return new Set();
  /** @type {Set<number>} */
  const chosen = new Set();
  for (const part of words.split(",")) {
    const bounds = readRange(part, count);
    if (!bounds || bounds.first >= count || bounds.first > bounds.last) return null;
    const { first, last } = bounds;
    for (const slot of range(first, Math.min(last, count - 1))) chosen.add(slot);
  }
  return chosen;
}

/**
 * The first and last slot of "4", "4-6", "4-", "-6" or "4 6"; null for anything else.
 *
 * @param {string} part
 * @param {number} count
 */
function readRange(part, count) {
  const dash = part.indexOf("-");
  let first = strip(dash < 0 ? part : part.slice(0, dash));
  let last = dash < 0 ? "" : strip(part.slice(dash + 1));
  if (dash < 0) {
    const space = skipUntil(first, 0, SPACE);
    last = strip(first.slice(space));
    first = first.slice(0, space);
  }
  const numbers = [first, last].filter((word) => word).map(readCount);
  if (numbers.length === 0 || numbers.some(Number.isNaN)) return null;
  const start = first ? numbers[0] : 0;
  if (last) return { first: start, last: numbers[numbers.length - 1] };
  return { first: start, last: dash < 0 ? start : Math.max(start, count - 1) };
}

/**
 * The shortest text for a choice. A run up to the last slot is left open ("8-"), so that the text
 * means the same in a model with more slots.
 *
 * @param {Set<number>} chosen
 * @param {number} count
 */
export function formatLayers(chosen, count) {
  if (chosen.size === 0) return "none";
  if (chosen.size === count) return "all";
  const parts = [];
  for (let first = 0; first < count; first += 1) {
    if (!chosen.has(first)) continue;
    let last = first;
    while (chosen.has(last + 1)) last += 1;
    if (last === count - 1 && last > first) parts.push(`${first}-`);
    else parts.push(last > first ? `${first}-${last}` : `${first}`);
    first = last;
  }
  return parts.join(", ");
}

/**
 * Coarse (pose, face shape), middle (features) and fine (colour, texture) slots.
 *
 * @param {number} count
 * @returns {Group[]}
 */
export function groupLayers(count) {
  /** @type {Group[]} */
  const groups = [
    { name: "coarse", first: 0, last: 2 },
    { name: "middle", first: 3, last: 6 },
    { name: "fine", first: 7, last: count - 1 },
  ];
  return groups.filter((group) => group.first <= group.last && group.first < count);
}

/**
 * The resolution in px of the layer that a slot drives: 4, then two slots each for 8, 16, ...; the
 * last slot colours the picture at full size.
 *
 * @param {number} slot
 * @param {number} count
 */
export function resolutionOf(slot, count) {
  return 4 * 2 ** Math.min(Math.ceil(slot / 2), count / 2 - 1);
}

/** @param {number} first @param {number} last */
export function range(first, last) {
  return new Set(Array.from({ length: Math.max(0, last - first + 1) }, (_, step) => first + step));
}
