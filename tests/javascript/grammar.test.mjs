import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { readCount, readNumber, skip, skipUntil, strip } from "../../web/js/grammar.js";
import { parseLayers } from "../../web/js/layers.js";
import { readStrengths, showNumber, writeStrengths } from "../../web/js/live/strength_text.js";

const TABLE = JSON.parse(readFileSync(new URL("../shared/grammar.json", import.meta.url), "utf8"));
const whole = (text) => (text.unit === undefined ? text : text.start + text.unit.repeat(text.times) + text.end);

test("strengths read as the table says that Python reads them", () => {
  for (const { text, reads } of TABLE.strengths) {
    const found = readStrengths(whole(text));
    assert.deepEqual(found && Object.fromEntries(found), reads, JSON.stringify(text).slice(0, 80));
  }
});

test("layers read as the table says that Python reads them", () => {
  for (const { text, count, reads } of TABLE.layers) {
    const found = parseLayers(whole(text), count);
    assert.deepEqual(found && [...found].sort((a, b) => a - b), reads, JSON.stringify(text).slice(0, 80));
  }
});

test("numbers are decimal, as Python's grammar has them", () => {
  assert.equal(readNumber("-.5e1"), -5);
  for (const text of ["", "0x10", "1_000", "Infinity", "NaN", "1,5", " 1", "١"]) {
    assert.ok(Number.isNaN(readNumber(text)), text);
  }
  assert.equal(readCount("007"), 7);
  assert.ok(Number.isNaN(readCount("-1")));
});

test("places in a text", () => {
  assert.equal(skip("  a", 0), 2);
  assert.equal(skipUntil("ab:c", 0, ":"), 2);
  assert.equal(skipUntil("ab", 0, ":"), 2);
  assert.equal(strip(" \u3000a b\n"), "a b");
  assert.equal(strip(",a,", ",", false), ",a");
});

test("written strengths read as what they were, to two decimals, without zeros", () => {
  const strengths = new Map([["smile", 1.5], ["age", -0.25], ["a, b: c", 20], ["none", 0]]);
  const back = readStrengths(writeStrengths(strengths));
  strengths.delete("none");
  assert.deepEqual(back, strengths);
  assert.equal(showNumber(1.005e1), "10.05");
  assert.equal(showNumber(2), "2");
});
