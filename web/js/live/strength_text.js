// @ts-check
/** The text of the `strengths` input, "smile: 1.2, age: -0.5", read and written as the server does. */

import { readNumber, skip, skipUntil, SPACE, strip } from "../grammar.js";

export const LARGEST_STRENGTH = 20;
export const LONGEST_TEXT = 4096; // characters
const SEPARATORS = SPACE + ",";

/**
 * The strengths by name, in the text's order; null for text that the server would refuse.
 * @param {string} text
 * @returns {Map<string, number> | null}
 */
export function readStrengths(text) {
  if ([...text].length > LONGEST_TEXT) return null;
  const strengths = new Map();
  let place = skip(text, 0, SEPARATORS);
  while (place < text.length) {
    const entry = readEntry(text, place);
    const strength = entry ? readNumber(entry.number) : NaN;
    if (!entry || !(Math.abs(strength) <= LARGEST_STRENGTH) || strengths.has(entry.name)) return null;
    strengths.set(entry.name, strength);
    place = skip(text, entry.end, SEPARATORS);
  }
  return strengths;
}

/**
 * The entry that starts at `start`, neither space nor comma; null where there is none. A name runs
 * up to the first colon after which one word ends the entry, so it may hold commas and colons itself.
 * @param {string} text
 * @param {number} start
 */
function readEntry(text, start) {
  const lastColon = skip(text, skipUntil(text, start, "\n"));
  let colon = text.indexOf(":", start + 1);
  while (colon >= 0 && colon <= lastColon) {
    const first = skip(text, colon + 1);
    const end = skipUntil(text, first, SPACE + ",:");
    const after = skip(text, end);
    const ends = after === text.length || text[after] === "," || text.slice(end, after).includes("\n");
    if (end > first && ends) {
      const name = strip(text.slice(start, colon), SEPARATORS, false);
      return { name, number: text.slice(first, end), end: after };
    }
    colon = text.indexOf(":", colon + 1);
  }
  return null;
}

/**
 * The text for strengths; those of 0 are left out.
 * @param {Map<string, number>} strengths
 */
export function writeStrengths(strengths) {
  return [...strengths]
    .filter(([, strength]) => strength !== 0)
    .map(([name, strength]) => `${name}: ${showNumber(strength)}`)
    .join(", ");
}

/** A strength as people write it: at most two decimals. @param {number} strength */
export function showNumber(strength) {
  return String(Number(strength.toFixed(2)));
}
