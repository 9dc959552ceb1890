// @ts-check
/** What is told of an edit on real people: a sentence, and a mark beside its name. */

import { make } from "../shared/element.js";
import { say } from "../shared/texts.js";
import { showNumber } from "./strength_text.js";
import { distrust, fails } from "./works.js";

/** @typedef {import('./works.js').Known} Known */

/** Where it works, or "". @param {Known} works */
export function describeWorks(works) {
  if (works === undefined) return "";
  if (works === null) return say("live.works.unmeasured");
  if (fails(works)) return say("live.works.never");
  const ends = { low: showNumber(works.low), high: showNumber(works.high) };
  return say(works.faint ? "live.works.faint" : "live.works", ends);
}

/** A mark for an edit that does little, or of which nothing is known; else null. @param {Known} works */
export function makeMark(works) {
  const weak = distrust(works) === 1;
  if (works !== null && !weak) return null;
  const mark = make("small", { textContent: weak ? say("live.weak") : "?" });
  mark.className = weak ? "mark weak" : "mark";
  mark.title = describeWorks(works);
  return mark;
}
