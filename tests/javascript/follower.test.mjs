import assert from "node:assert/strict";
import test, { mock } from "node:test";

import { Follower } from "../../web/js/live/follower.js";

mock.timers.enable({ apis: ["setTimeout"] });

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

test("a refusal that is over before it is heard is asked again at once", async () => {
  const { follower, asked, answer } = follow();
  follower.want(wish("a"));
  follower.resume(); // the queue is empty, says the server
  await answer({ type: "busy" }); // what it had said before that
  assert.deepEqual(asked, ["a", "a"]);
  await answer({ type: "busy" });
  assert.deepEqual(asked, ["a", "a"], "once");
});

test("the picture before the edits outlives a refusal, too", async () => {
  const { follower, asked, told, answer } = follow();
  follower.prepare(wish("spare"));
  follower.resume();
  await answer({ type: "busy" });
  await answer({ message: "here" });
  assert.deepEqual(asked, ["spare", "spare"]);
  assert.deepEqual(told.at(-1), ["here", true]);
});

test("a lost request is sent again after a while, though nobody says so", async () => {
  for (const type of ["offline", "busy", "superseded"]) {
    const { follower, asked, told, answer } = follow();
    follower.want(wish("a"));
    await answer({ type });
    assert.deepEqual(asked, ["a"]);
    mock.timers.tick(10_000);
    assert.deepEqual(asked, ["a", "a"], type);
    await answer({ message: "here" });
    assert.deepEqual(told.at(-1), ["here", false]);
  }
});

test("nothing is sent again once closed", async () => {
  const { follower, asked, answer } = follow();
  follower.want(wish("a"));
  await answer({ type: "offline" });
  follower.close();
  mock.timers.tick(10_000);
  assert.deepEqual(asked, ["a"]);
});
