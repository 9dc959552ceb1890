import assert from "node:assert/strict";
import test from "node:test";

import { Follower } from "../../web/js/live/follower.js";

const wish = (strengths) => ({ strengths, layers: "all", side: 256 });
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A follower whose server answers when `answer` is called; what was asked and told, in order. */
function follow() {
  const [asked, told, stirred, waiting] = [[], [], [], []];
  const follower = new Follower(
    ({ strengths }) => {
      asked.push(strengths);
      return new Promise((resolve) => waiting.push(resolve));
    },
    async (answer, spare) => void told.push([answer.message, spare]),
    (busy) => stirred.push(busy),
  );
  const answer = async (reply) => {
    waiting.shift()(reply);
    await settled();
  };
  return { follower, asked, told, stirred, answer };
}

test("one request at a time, and then only the newest wish", async () => {
  const { follower, asked, told, stirred, answer } = follow();
  for (const name of ["a", "b", "c"]) follower.want(wish(name));
  assert.deepEqual(asked, ["a"]);
  await answer({ message: "first" });
  assert.deepEqual(asked, ["a", "c"]);
  await answer({ message: "second" });
  assert.deepEqual(told, [["first", false], ["second", false]]);
  assert.deepEqual(stirred, [true, false]);
});

test("a spare picture waits for the wanted one", async () => {
  const { follower, asked, told, answer } = follow();
  follower.want(wish("a"));
  follower.prepare(wish("spare"));
  follower.want(wish("b"));
  await answer({ message: "1" });
  await answer({ message: "2" });
  await answer({ message: "3" });
  assert.deepEqual(asked, ["a", "b", "spare"]);
  assert.deepEqual(told.map(([, spare]) => spare), [false, false, true]);
});

test("what a busy server refused is asked again on resume", async () => {
  const { follower, asked, answer } = follow();
  follower.want(wish("a"));
  await answer({ type: "busy" });
  assert.deepEqual(asked, ["a"]);
  follower.resume();
  assert.deepEqual(asked, ["a", "a"]);
});

test("a cleared wish's answer is not told", async () => {
  const { follower, told, answer } = follow();
  follower.want(wish("a"));
  follower.clear();
  await answer({ message: "late" });
  assert.deepEqual(told, []);
});

test("nothing is asked while held or closed", async () => {
  const { follower, asked } = follow();
  follower.hold(true);
  follower.want(wish("a"));
  await settled();
  assert.deepEqual(asked, []);
  follower.hold(false);
  assert.deepEqual(asked, ["a"]);
  const other = follow();
  other.follower.close();
  other.follower.want(wish("b"));
  await settled();
  assert.deepEqual(other.asked, []);
});
