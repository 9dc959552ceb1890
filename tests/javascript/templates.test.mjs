import assert from "node:assert/strict";
import test from "node:test";

import { sortOurs, templatesExtension } from "../../web/js/templates.js";

const OURS = "ComfyUI-StyleGANEX";

test("the first graph to try comes first, those that need a download last", () => {
  const listed = { other: ["z", "a"], [OURS]: ["video-edit", "official-edit", "start-here", "domain-swap"] };
  const sorted = sortOurs(listed);
  assert.deepEqual(sorted[OURS], ["start-here", "domain-swap", "video-edit", "official-edit"]);
  assert.deepEqual(sorted.other, ["z", "a"]);
});

test("a server that lists none of ours is left alone", async () => {
  const api = { getWorkflowTemplates: async () => ({ other: ["a"] }) };
  templatesExtension({}, api);
  assert.deepEqual(await api.getWorkflowTemplates(), { other: ["a"] });
  templatesExtension({}, {}); // an editor without templates
});
