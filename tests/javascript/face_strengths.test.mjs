import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import {
  moveStrengths,
  readFaceStrengths,
  setStrengths,
  strengthsOf,
  writeFaceStrengths,
} from "../../web/js/live/face_strengths.js";
import { readStrengths } from "../../web/js/live/strength_text.js";

const grammar = JSON.parse(readFileSync(new URL("../shared/grammar.json", import.meta.url), "utf-8"));

const both = (common, faces) => ({
  common: readStrengths(common),
  faces: readFaceStrengths(faces),
});
const shown = (one, face) => Object.fromEntries(strengthsOf(one, face));
const moved = (one, face, change) => moveStrengths(one, face, new Map(Object.entries(change)));
const set = (one, face, wanted) => setStrengths(one, face, new Map(Object.entries(wanted)));

test("texts of faces are read as the server reads them", () => {
  assert.ok(grammar.face_strengths.length > 10);
  for (const { text, reads } of grammar.face_strengths) {
    const read = readFaceStrengths(text);
    const plain =
      read && Object.fromEntries([...read].map(([face, own]) => [face, Object.fromEntries(own)]));
    assert.deepEqual(plain, reads, JSON.stringify(text));
  }
});

test("what is written is read again", () => {
  const text = "[1] smile: 0; [12] age: -0.5, tilt:1: 2";
  assert.equal(writeFaceStrengths(readFaceStrengths(text)), text);
  assert.equal(writeFaceStrengths(new Map([[2, new Map()]])), "");
});

test("a face shows what it is edited by", () => {
  const one = both("smile: 1, age: 2", "[2] Smile: 0, beard: 1");
  assert.deepEqual(shown(one, 0), { smile: 1, age: 2 });
  assert.deepEqual(shown(one, 1), { smile: 1, age: 2 });
  assert.deepEqual(shown(one, 2), { smile: 0, age: 2, beard: 1 });
});

test("moving a face's slider gives it a strength of its own, and moving it back none", () => {
  const one = both("smile: 1", "");
  const own = moved(one, 2, { smile: 0, age: 1 });
  assert.deepEqual(own, { strengths: "smile: 1", face_strengths: "[2] smile: 0, age: 1" });
  const back = moved(both(own.strengths, own.face_strengths), 2, { smile: 1, age: 0 });
  assert.deepEqual(back, { strengths: "smile: 1", face_strengths: "" });
});

test("moving the slider of all is for all", () => {
  const one = both("age: 1", "[1] smile: 2, age: 3; [2] AGE: 0");
  assert.deepEqual(moved(one, 0, { age: 2 }), {
    strengths: "age: 2",
    face_strengths: "[1] smile: 2",
  });
});

test("resetting a face keeps the others' edits from it, resetting all resets all", () => {
  const one = both("smile: 1", "[1] age: 2; [2] age: 1");
  assert.deepEqual(set(one, 2, {}), {
    strengths: "smile: 1",
    face_strengths: "[1] age: 2; [2] smile: 0",
  });
  assert.deepEqual(set(one, 0, {}), { strengths: "", face_strengths: "" });
  assert.deepEqual(set(one, 1, { glasses: 1 }).face_strengths, "[1] smile: 0, glasses: 1; [2] age: 1");
});
