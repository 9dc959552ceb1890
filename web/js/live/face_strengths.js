// @ts-check
/**
 * The text of the `face_strengths` input, "[1] smile: 1.2; [2] age: -0.5", read and written as the
 * server does, and what a change of the sliders makes of it and of the common strengths.
 */

import { SPACE, strip } from "../grammar.js";
import { LONGEST_TEXT, readStrengths, showNumber, writeStrengths } from "./strength_text.js";

const HEAD = /(?:^|[;\n])[ \t]*\[([0-9]{1,2})\]/g;

/** @typedef {Map<string, number>} Strengths */
/** @typedef {{common: Strengths, faces: Map<number, Strengths>}} Both of all, and of single faces */

/**
 * The strengths of single faces by their number; null for text that the server would refuse.
 * @param {string} text
 * @returns {Map<number, Strengths> | null}
 */
export function readFaceStrengths(text) {
  if ([...text].length > LONGEST_TEXT) return null;
  const heads = [...text.matchAll(HEAD)];
  const starts = [...heads.map(({ index }) => index ?? 0), text.length];
  if (strip(text.slice(0, starts[0]), SPACE)) return null;
  const faces = new Map();
  for (const [place, head] of heads.entries()) {
    const number = Number(head[1]);
    const own = readStrengths(text.slice(starts[place] + head[0].length, starts[place + 1]));
    if (!own || number < 1 || faces.has(number)) return null;
    faces.set(number, own);
  }
  return faces;
}

/** The text for them; a 0 stays, since it keeps a common edit from a face. */
export function writeFaceStrengths(/** @type {Map<number, Strengths>} */ faces) {
  return [...faces]
    .filter(([, own]) => own.size)
    .sort(([one], [other]) => one - other)
    .map(([number, own]) => `[${number}] ${writeAll(own)}`)
    .join("; ");
}

function writeAll(/** @type {Strengths} */ own) {
  return [...own].map(([name, strength]) => `${name}: ${showNumber(strength)}`).join(", ");
}

/** What a face is edited by; 0 for what all have in common. */
export function strengthsOf(/** @type {Both} */ { common, faces }, /** @type {number} */ face) {
  const own = face ? faces.get(face) : undefined;
  return own ? merge(common, own) : common;
}

/**
 * Both texts once a face has these strengths and no others. With 0 all have them, and no face any
 * of its own.
 * @param {Both} both
 * @param {number} face
 * @param {Strengths} wanted
 */
export function setStrengths({ common, faces }, face, wanted) {
  if (!face) return write({ common: wanted, faces: new Map() });
  const own = new Map();
  for (const name of [...common.keys(), ...wanted.keys()]) {
    const strength = find(wanted, name) ?? 0;
    if (strength !== (find(common, name) ?? 0) && find(own, name) === undefined) {
      own.set(name, strength);
    }
  }
  return write({ common, faces: new Map([...faces, [face, own]]) });
}

/**
 * Both texts once some strengths have changed. With 0 they change for all: no face keeps another of
 * its own.
 * @param {Both} both
 * @param {number} face
 * @param {Strengths} moved
 */
export function moveStrengths({ common, faces }, face, moved) {
  if (face) {
    return setStrengths({ common, faces }, face, merge(strengthsOf({ common, faces }, face), moved));
  }
  const left = [...faces].map(([number, own]) => {
    const kept = [...own].filter(([name]) => find(moved, name) === undefined);
    return /** @type {[number, Strengths]} */ ([number, new Map(kept)]);
  });
  return write({ common: merge(common, moved), faces: new Map(left) });
}

/** `over` in the place of what `under` has of the same names, in `under`'s order and spelling. */
function merge(/** @type {Strengths} */ under, /** @type {Strengths} */ over) {
  const merged = new Map(under);
  const spelled = new Map([...under.keys()].map((name) => [name.toLowerCase(), name]));
  for (const [name, strength] of over) merged.set(spelled.get(name.toLowerCase()) ?? name, strength);
  return merged;
}

function find(/** @type {Strengths} */ strengths, /** @type {string} */ name) {
  const low = name.toLowerCase();
  return [...strengths].find(([other]) => other.toLowerCase() === low)?.[1];
}

function write(/** @type {Both} */ { common, faces }) {
  return { strengths: writeStrengths(common), face_strengths: writeFaceStrengths(faces) };
}
