import assert from "node:assert/strict";
import test from "node:test";

import { groupOf, GROUPS } from "../../web/js/live/groups.js";

test("vectors belong where people look for them", () => {
  const expected = {
    smile: "face",
    glasses: "face",
    age: "face",
    eyes_open: "face",
    hair_light: "hair",
    beard: "hair",
    light_right: "light",
    turn_right: "pose",
    gaze_down: "pose",
    "vector 1": "face",
  };
  for (const [name, group] of Object.entries(expected)) assert.equal(groupOf(name), group, name);
  assert.deepEqual(new Set(Object.values(expected)), new Set(GROUPS));
});
