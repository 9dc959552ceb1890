import assert from "node:assert/strict";
import test from "node:test";

import { parsePreset, Presets, safeName, writePreset } from "../../web/js/live/presets.js";

/** A server's user folder. */
function folder() {
  const files = new Map();
  const asked = [];
  const api = {
    async fetchApi(path) {
      asked.push(path);
      const under = decodeURIComponent(path.split("path=")[1]);
      const all = [...files.keys()].flatMap((file) => {
        const parts = file.split("/");
        return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
      });
      if (under && !all.includes(under)) return { ok: false };
      const listed = [...new Set(all)].filter((path) => path.startsWith(under));
      return { ok: true, json: async () => listed.map((path) => ({ path })) };
    },
    async storeUserData(path, text) {
      files.set(path, text);
    },
    async getUserData(path) {
      return { ok: files.has(path), text: async () => files.get(path) };
    },
  };
  return { presets: new Presets(api), files, asked };
}

test("a preset is a file that another user can read", async () => {
  const { presets, files, asked } = folder();
  await presets.look();
  assert.deepEqual(presets.names, []);
  assert.equal(asked.length, 1, "no folder is asked for that is not there");
  let heard = 0;
  presets.heard.add(() => (heard += 1));
  assert.equal(await presets.keep("Old friend", new Map([["smile", 1.5], ["age", 2], ["hair", 0]])), true);
  assert.deepEqual([...files.keys()], ["styleganex/presets/Old friend.json"]);
  assert.deepEqual(JSON.parse([...files.values()][0]), { strengths: { smile: 1.5, age: 2 } });
  assert.deepEqual(presets.names, ["Old friend"]);
  assert.equal(heard, 1);
  assert.deepEqual([...(await presets.read("Old friend"))], [["smile", 1.5], ["age", 2]]);
  assert.equal(await presets.read("nobody"), null);
});

test("names are made safe, or refused", async () => {
  assert.equal(safeName("../a/b"), "_a_b");
  assert.equal(safeName(' what? "this" '), "what_ _this_");
  assert.equal(safeName("x".repeat(500)).length, 60);
  assert.equal(safeName(" .. "), "");
  const { presets, files } = folder();
  assert.equal(await presets.keep("..", new Map()), false);
  assert.equal(files.size, 0);
});

test("what is no preset is not taken for one", () => {
  for (const text of ["", "[]", "{}", "null", '{"strengths": {"a": "1"}}', '{"strengths": {"a": 99}}']) {
    assert.equal(parsePreset(text), null, text);
  }
  const written = writePreset(new Map([["smile", -2]]));
  assert.deepEqual([...parsePreset(written)], [["smile", -2]]);
});
