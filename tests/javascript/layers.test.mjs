import assert from "node:assert/strict";
import test from "node:test";

import { formatLayers, groupLayers, parseLayers, range, resolutionOf } from "../../web/js/layers.js";

const slots = (text, count) => [...(parseLayers(text, count) ?? [])].sort((a, b) => a - b);

test("what is written reads as the same choice, for every choice of eight slots", () => {
  for (let bits = 0; bits < 256; bits += 1) {
    const chosen = new Set([...range(0, 7)].filter((slot) => bits & (1 << slot)));
    assert.deepEqual(slots(formatLayers(chosen, 8), 8), [...chosen]);
  }
});

test("a run up to the last slot is written open, so that it fits larger models", () => {
  assert.equal(formatLayers(range(8, 13), 14), "8-");
  assert.deepEqual(slots("8-", 18), [...range(8, 17)]);
  assert.equal(formatLayers(new Set([13]), 14), "13");
});

test("a choice beyond the model is refused, its overhang is not", () => {
  assert.equal(parseLayers("14", 14), null);
  assert.deepEqual(slots("12-20", 14), [12, 13]);
});

test("the groups cover every slot once", () => {
  for (const count of [2, 4, 8, 14, 18]) {
    const covered = groupLayers(count).flatMap(({ first, last }) => [...range(first, Math.min(last, count - 1))]);
    assert.deepEqual(covered, [...range(0, count - 1)]);
  }
});

test("slots drive layers from 4 px to the picture's size", () => {
  assert.deepEqual([0, 1, 2, 3, 4].map((slot) => resolutionOf(slot, 18)), [4, 8, 8, 16, 16]);
  assert.equal(resolutionOf(17, 18), 1024);
  assert.equal(resolutionOf(13, 14), 256);
});
