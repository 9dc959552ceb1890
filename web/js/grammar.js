// @ts-check
/**
 * Space and numbers as styleganex_core/grammar.py reads them; tests/shared/grammar.json holds both
 * to the same. Every reader goes through its text once.
 */

export const SPACE =
  " \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" +
  String.fromCharCode(...Array.from({ length: 11 }, (_, step) => 0x2000 + step));
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** The number that a text is; NaN for anything else. @param {string} text */
export function readNumber(text) {
  return NUMBER.test(text) ? Number(text) : NaN;
}

/** The whole number from 0 on that a text is; NaN for anything else. @param {string} text */
export function readCount(text) {
  return /^[0-9]+$/.test(text) ? Number(text) : NaN;
}

/**
 * The first place from `place` on that holds none of `characters`.
 * @param {string} text
 * @param {number} place
 */
export function skip(text, place, characters = SPACE) {
  while (place < text.length && characters.includes(text[place])) place += 1;
  return place;
}

/**
 * The first place from `place` on that holds one of `characters`, or the text's end.
 * @param {string} text
 * @param {number} place
 * @param {string} characters
 */
export function skipUntil(text, place, characters) {
  while (place < text.length && !characters.includes(text[place])) place += 1;
  return place;
}

/**
 * The text without `characters` at its end, and at its start where `both`.
 * @param {string} text
 */
export function strip(text, characters = SPACE, both = true) {
  const start = both ? skip(text, 0, characters) : 0;
  let end = text.length;
  while (end > start && characters.includes(text[end - 1])) end -= 1;
  return text.slice(start, end);
}
