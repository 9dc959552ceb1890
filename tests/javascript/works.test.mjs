import assert from "node:assert/strict";
import test from "node:test";

import { distrust, fails, isBeyond, placeEnds, surprisingRange } from "../../web/js/live/works.js";

const smile = { low: -2, high: 2, faint: false };
const mouth = { low: 0, high: 2, faint: false };
const never = { low: 0, high: 0, faint: false };

test("strengths beyond what works are told, where that is known", () => {
  assert.deepEqual([-2, 0, 2, 2.05, -3].map((at) => isBeyond(smile, at)), [false, false, false, true, true]);
  assert.deepEqual([0, -0.05, 1].map((at) => isBeyond(mouth, at)), [false, true, false]);
  assert.equal(isBeyond(never, 1), true);
  assert.equal(isBeyond(never, 0), false);
  assert.equal(isBeyond(null, 9) || isBeyond(undefined, 9), false);
});

test("the ends of what works lie on the slider, also when it has grown", () => {
  assert.deepEqual(placeEnds(smile, -4, 4), [0.25, 0.75]);
  assert.deepEqual(placeEnds(mouth, -2, 2), [0.5, 1]);
  assert.equal(placeEnds(never, -3, 3), null);
  assert.equal(placeEnds(null, -3, 3), null);
});

test("what works comes before what hardly does, and that before what is not known", () => {
  const faint = { low: 0, high: 2, faint: true };
  assert.deepEqual([undefined, smile, mouth, faint, never, null].map(distrust), [0, 0, 0, 1, 1, 2]);
});

test("chance stays within what works, and leaves alone what never does", () => {
  assert.deepEqual(surprisingRange({ works: smile }), [-1.5, 1.5]);
  assert.deepEqual(surprisingRange({ works: mouth }), [0, 1.5]);
  assert.deepEqual(surprisingRange({ works: never }), [0, 0]);
  assert.deepEqual(surprisingRange({ works: null }), [-1.5, 1.5]);
  assert.deepEqual(surprisingRange({ range: [0, 1] }), [0, 1]);
  assert.equal(fails(never), true);
});
