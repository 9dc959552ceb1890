import assert from "node:assert/strict";
import test from "node:test";

import { coarsen, nodesAlong } from "../../web/js/time_parts.js";

test("times are round, and rounder the longer they are", () => {
  const told = [0, 7, 12, 56, 59, 61, 5300, 5400].map((seconds) => Object.values(coarsen(seconds)).join(" "));
  assert.deepEqual(told, [
    "1 seconds", "7 seconds", "15 seconds", "60 seconds", "1 minutes", "2 minutes", "89 minutes", "1.5 hours",
  ]);
});

test("a node in a subgraph is named with the nodes around it", () => {
  const graphOf = (nodes) => ({ getNodeById: (id) => nodes[id] });
  const inner = { id: 5 };
  const outer = { id: 12, subgraph: graphOf({ 5: inner }) };
  const root = graphOf({ 12: outer });
  assert.deepEqual(nodesAlong(root, "12:5"), [outer, inner]);
  assert.deepEqual(nodesAlong(root, "12"), [outer]);
  assert.deepEqual(nodesAlong(root, "7:5"), []);
  assert.deepEqual(nodesAlong(undefined, "7"), []);
});
