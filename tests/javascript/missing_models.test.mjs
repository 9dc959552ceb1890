import assert from "node:assert/strict";
import test from "node:test";

import { missingModelsExtension, refuses, takeRefused } from "../../web/js/missing_models.js";

const PT = { name: "styleganex_sr.pt", url: "https://huggingface.co/a", directory: "styleganex" };
const SAFE = { name: "x.safetensors", url: "https://huggingface.co/b", directory: "styleganex" };
const graphOf = () => ({
  nodes: [
    { id: 1, type: "StyleGANEX_LoadModel", properties: { models: [PT, SAFE] } },
    { id: 2, type: "CheckpointLoaderSimple", properties: { models: [PT] } },
    { id: 3, type: "StyleGANEX_Decode", properties: {} },
  ],
  models: [PT, SAFE],
});

test("editors that refuse .pt files are told by their version", () => {
  assert.deepEqual(["1.27.10", "1.40.0", "0.9.1"].map(refuses), [true, true, true]);
  assert.deepEqual(["1.41.0", "1.58.1", "2.0.0", undefined, "dev"].map(refuses), [false, false, false, false, false]);
});

test("what is refused is kept from the editor, of our nodes alone, and put back for saving", () => {
  const graph = graphOf();
  const taken = takeRefused(graph);
  assert.deepEqual(graph.nodes[0].properties.models, [SAFE]);
  assert.deepEqual(graph.nodes[1].properties.models, [PT]);
  assert.deepEqual(graph.models, [SAFE]);
  assert.deepEqual([...taken], [[1, [PT, SAFE]]]);
});

test("the graph is saved with all of it, and later editors get the list", () => {
  const node = { properties: {} };
  const extension = missingModelsExtension({ graph: { getNodeById: () => node } });
  globalThis.__COMFYUI_FRONTEND_VERSION__ = "1.27.10";
  const early = graphOf();
  extension.beforeConfigureGraph(early);
  assert.deepEqual(early.nodes[0].properties.models, [SAFE]);
  extension.afterConfigureGraph();
  assert.deepEqual(node.properties.models, [PT, SAFE]);
  globalThis.__COMFYUI_FRONTEND_VERSION__ = "1.58.1";
  const late = graphOf();
  extension.beforeConfigureGraph(late);
  assert.deepEqual(late, graphOf());
});

test("graphs of others, and what is none, are left alone", () => {
  const others = { nodes: [{ id: 1, type: "X", properties: { models: [PT] } }], models: [PT] };
  assert.equal(takeRefused(others).size, 0);
  assert.deepEqual(others.models, [PT]);
  assert.equal(takeRefused(undefined).size + takeRefused({}).size, 0);
});
