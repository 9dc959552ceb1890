// @ts-check
/** The text of the `strengths` input, "smile: 1.2, age: -0.5", read and written as the server does. */

export const LARGEST_STRENGTH = 20;

// A name runs up to the last colon before a number, so it may hold commas and colons itself.
const ENTRY = /\s*([^\n]+?)\s*:\s*([^\s,:]+)\s*(?:,|\n|$)/y;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * The strengths by name, in the text's order; null for text that the server would refuse.
 * @param {string} text
 * @returns {Map<string, number> | null}
 */
export function readStrengths(text) {
  const strengths = new Map();
  let place = 0;
  while (/[^\s,]/.test(text.slice(place))) {
    ENTRY.lastIndex = place;
    const entry = ENTRY.exec(text);
    const name = entry?.[1].replace(/^[\s,]+|[\s,]+$/g, "");
    if (!entry || !name || !NUMBER.test(entry[2]) || strengths.has(name)) return null;
    const strength = Number(entry[2]);
    if (!(Math.abs(strength) <= LARGEST_STRENGTH)) return null;
    strengths.set(name, strength);
    place = ENTRY.lastIndex;
  }
  return strengths;
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
