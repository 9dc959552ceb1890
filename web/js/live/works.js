// @ts-check
/** Where an edit works on real people; every strength can still be chosen. */

const SURPRISE = 1.5; // units to either side that chance may choose

/**
 * @typedef {{low: number, high: number, faint: boolean}} Works the strengths that work, both 0 where
 *   none does; null where it was not measured, undefined where nothing is known of the model
 * @typedef {Works | null | undefined} Known
 */

/** Whether no strength works. @param {Works} works */
export function fails({ low, high }) {
  return !low && !high;
}

/** Whether the strength lies beyond what works. @param {Known} works @param {number} strength */
export function isBeyond(works, strength) {
  return Boolean(works && strength && !(works.low <= strength && strength <= works.high));
}

/** By what sliders are ordered: what works, what hardly does, what is not known. @param {Known} works */
export function distrust(works) {
  if (works === null) return 2;
  return Number(Boolean(works && (works.faint || fails(works))));
}

/**
 * The ends of what works on a slider from `low` to `high`, as shares of its length.
 * @param {Known} works @param {number} low @param {number} high
 */
export function placeEnds(works, low, high) {
  if (!works || fails(works)) return null;
  return [works.low, works.high].map((end) => (end - low) / (high - low));
}

/**
 * What chance may choose: strengths that make sense, within those that work.
 * @param {{range?: [number, number], works?: Known}} vector @returns {[number, number]}
 */
export function surprisingRange({ range = [-SURPRISE, SURPRISE], works }) {
  if (!works) return range;
  return [Math.max(range[0], works.low), Math.min(range[1], works.high)];
}
