import assert from "node:assert/strict";
import test from "node:test";

import { isConnected, makeGesture, readInput, writeInputs } from "../../web/js/shared/inputs.js";

const makeNode = () => ({
  heard: [],
  dirty: 0,
  widgets: [
    { name: "layers", value: "all" },
    { name: "strength", value: 1 },
  ],
  inputs: [{ widget: { name: "layers" } }, { name: "model" }],
  isInputConnected: (slot) => slot === 0,
  setDirtyCanvas() {
    this.dirty += 1;
  },
});

test("inputs are read by name", () => {
  assert.equal(readInput(makeNode(), "strength"), 1);
  assert.equal(readInput(makeNode(), "missing"), undefined);
  assert.equal(readInput({}, "strength"), undefined);
});

test("writing calls back for what changed, and only for that", () => {
  const node = makeNode();
  for (const widget of node.widgets) widget.callback = (value) => node.heard.push([widget.name, value]);
  writeInputs({ canvas: {} }, node, { layers: "8-", strength: 1, missing: 3 });
  assert.deepEqual(node.heard, [["layers", "8-"]]);
  assert.equal(readInput(node, "layers"), "8-");
  assert.equal(node.dirty, 1);
});

test("a connected input is told by its widget's name", () => {
  assert.equal(isConnected(makeNode(), "layers"), true);
  assert.equal(isConnected(makeNode(), "model"), false);
  assert.equal(isConnected({}, "layers"), false);
});

test("a gesture is one step of undo, closed once", () => {
  const steps = [];
  const canvas = { emitBeforeChange: () => steps.push("("), emitAfterChange: () => steps.push(")") };
  const gesture = makeGesture({ canvas });
  gesture.end();
  gesture.begin();
  gesture.begin();
  gesture.end();
  gesture.end();
  assert.equal(steps.join(""), "()()");
});
