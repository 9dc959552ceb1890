// @ts-check
/** What an edit vector is about, told by its name: for showing some sliders and not others. */

/** @typedef {"face" | "hair" | "light" | "pose"} Group */

/** @type {readonly Group[]} */
export const GROUPS = ["face", "hair", "light", "pose"];

/** In this order: light hair is about hair. @type {[Group, RegExp][]} */
const NAMED = [
  ["hair", /hair|fringe|bangs|beard|bald|brow|moustache|mustache/],
  ["light", /light|bright|shadow|warm|exposure|contrast/],
  ["pose", /turn|look|gaze|pose|yaw|pitch|roll|tilt|rotat|position/],
];

/** @returns {Group} */
export function groupOf(/** @type {string} */ name) {
  const found = NAMED.find(([, words]) => words.test(name.toLowerCase()));
  return found ? found[0] : "face";
}
