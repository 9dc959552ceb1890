import assert from "node:assert/strict";
import test, { mock } from "node:test";

import { Results } from "../../web/js/live/results.js";

const GRACE_MS = 20_000;

mock.timers.enable({ apis: ["setTimeout"] });
globalThis.sessionStorage = { getItem: () => null, setItem() {} };

/** An editor with one open graph and one subgraph, its results, and what is told to the server. */
function open() {
  const graph = (id) => {
    const nodes = new Map();
    const made = { id, nodes, getNodeById: (number) => nodes.get(number) };
    made.add = (number) => nodes.set(number, { id: number, graph: made }).get(number);
    return made;
  };
  const [root, inside] = [graph("root"), graph("sub")];
  root.subgraphs = new Map([["sub", inside]]);
  const workflow = { path: "a.json" };
  const extensionManager = { workflow: { openWorkflows: [workflow], activeWorkflow: workflow } };
  const released = [];
  const results = new Results({ rootGraph: root, extensionManager }, (handles, replaced) =>
    released.push([handles, replaced]),
  );
  const run = (node, handle) => results.put(node, { handle });
  const remove = (node) => {
    node.graph.nodes.delete(node.id);
    results.collectSoon();
  };
  return { root, inside, results, released, run, remove };
}

test("a removed node's result is released once an undo is no longer near", () => {
  const { root, released, run, remove } = open();
  const node = root.add(4);
  run(node, "one");
  remove(node);
  mock.timers.tick(GRACE_MS - 1);
  assert.deepEqual(released, []);
  mock.timers.tick(1);
  assert.deepEqual(released, [[["one"], false]]);
});

test("what a new run replaces is released", () => {
  const { root, released, run } = open();
  const node = root.add(4);
  run(node, "one");
  run(node, "one");
  assert.deepEqual(released, [], "a cached run has the same result");
  run(node, "two");
  assert.deepEqual(released, [[["one"], true]]);
});

test("a node that became part of a subgraph keeps the result that it shares with its former self", () => {
  const { root, inside, results, released, run, remove } = open();
  const [former, moved] = [root.add(4), inside.add(4)];
  run(former, "one");
  remove(former);
  run(moved, "one"); // cached
  mock.timers.tick(GRACE_MS);
  assert.deepEqual(released, []);
  assert.equal(results.get(moved).handle, "one");
  remove(moved);
  mock.timers.tick(GRACE_MS);
  assert.deepEqual(released, [[["one"], false]]);
});

test("a copy keeps the result that it shares when its original runs anew or is removed", () => {
  const { root, released, run, remove } = open();
  const [original, copy] = [root.add(4), root.add(5)];
  run(original, "one");
  run(copy, "one");
  run(original, "two");
  assert.deepEqual(released, []);
  run(copy, "two");
  assert.deepEqual(released, [[["one"], true]]);
  remove(original);
  mock.timers.tick(GRACE_MS);
  assert.equal(released.length, 1);
  remove(copy);
  mock.timers.tick(GRACE_MS);
  assert.deepEqual(released[1], [["two"], false]);
});

test("two nodes that go together release what they share once", () => {
  const { root, released, run, remove } = open();
  const nodes = [root.add(4), root.add(5)];
  for (const node of nodes) run(node, "one");
  nodes.forEach(remove);
  mock.timers.tick(GRACE_MS);
  assert.deepEqual(released, [[["one"], false]]);
});
