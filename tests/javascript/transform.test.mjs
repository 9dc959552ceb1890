import assert from "node:assert/strict";
import test from "node:test";

import { move, NOTHING, resize, settle, toSvg, turn } from "../../web/js/transform.js";

const START = { dx: 2, dy: -1, rotation: 30, scale: 1.5, flip: true };

test("a drag there and back changes nothing", () => {
  const [from, to] = [{ x: 1, y: 2 }, { x: 4, y: -3 }];
  assert.deepEqual(move(move(START, from, to), to, from), START);
  assert.ok(Math.abs(resize(resize(START, from, to), to, from).scale - START.scale) < 1e-9);
  assert.ok(Math.abs(turn(turn(START, from, to), to, from).rotation - START.rotation) < 1e-9);
});

test("a corner pulled to twice the distance doubles the scale", () => {
  const from = { x: START.dx + 3, y: START.dy };
  assert.equal(resize(START, from, { x: START.dx, y: START.dy + 6 }).scale, 3);
});

test("a knob dragged from right to top turns by 90 degrees counter-clockwise", () => {
  const turned = turn(NOTHING, { x: 5, y: 0 }, { x: 0, y: -5 });
  assert.ok(Math.abs(turned.rotation - 90) < 1e-9);
});

test("numbers settle on the node's steps and within its limits", () => {
  const wild = { dx: 99.9, dy: -99.9, rotation: 540.4, scale: 0.01, flip: false };
  assert.deepEqual(settle(wild), { dx: 64, dy: -64, rotation: -180, scale: 0.25, flip: false });
  const near = { dx: 0.3, dy: -0.2, rotation: -0.4, scale: 1.02, flip: false };
  const { dx, dy, scale } = settle(near);
  assert.deepEqual([dx, Math.abs(dy), scale], [0.5, 0, 1]);
  const settled = settle(START);
  assert.deepEqual(settle(settled), settled);
});

test("mirror comes before turn and move", () => {
  assert.equal(toSvg(START), "translate(2 -1) rotate(-30) scale(-1.5 1.5)");
});
