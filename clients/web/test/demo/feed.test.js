// Which messages of a chat the screen knows.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Feed } from "../../demo/feed.js";
import { message } from "./support.js";

const feedWith = (...seqs) => {
  const feed = new Feed(/** @type {any} */ ({}), "p:alice:bob", () => {});
  feed.take(seqs.map((seq) => message(seq)), true);
  return feed;
};
const brought = (feed, ...seqs) => feed.take(seqs.map((seq) => message(seq)), false).map(({ seq }) => seq);

describe("what a page brings beside what was asked for", () => {
  it("is shown if it follows without a hole, in whatever order it is told", () => {
    assert.deepEqual(brought(feedWith(4, 5), 7, 6, 9), [6, 7]);
  });

  it("is not shown if it is older or beyond a hole", () => {
    assert.deepEqual(brought(feedWith(4, 5), 3, 5, 7), []);
  });

  it("is not shown before the first messages are", () => {
    assert.deepEqual(brought(feedWith(), 1), []);
  });
});

describe("what comes while messages are read", () => {
  /** A device whose database is asked for messages of a chat, and answers when it is told to. */
  function slowDevice(saved) {
    /** @type {(() => void)[]} */
    const waiting = [];
    const read = () => new Promise((resolve) => waiting.push(() => resolve([...saved])));
    const pages = async function* () {
      yield { messages: await read(), end: false, endReason: "" };
    };
    const client = { gaps: async () => [], messages: read, session: () => ({ pages }) };
    const device = { uid: "bob", outbox: [], state: "online", originsOf: () => new Map(), client };
    /** Answer with what is saved now. */
    const answer = async () => {
      for (let turns = 0; waiting.length === 0; turns += 1) {
        assert.ok(turns < 20, "something is read");
        await new Promise((resolve) => setTimeout(resolve));
      }
      waiting.shift()?.();
      await new Promise((resolve) => setTimeout(resolve));
    };
    return { feed: new Feed(/** @type {any} */ (device), "p:alice:bob", () => {}), answer };
  }
  const shown = (feed) => feed.rows().filter(({ kind }) => kind === "message").map(({ message: { seq } }) => seq);

  it("stays on the screen when the database was read before", async () => {
    const saved = [message(1)];
    const { feed, answer } = slowDevice(saved);
    const started = feed.start();
    const old = answer(); // with the first message only
    feed.take([message(2)], true);
    saved.unshift(message(2));
    await old;
    await answer();
    assert.deepEqual(shown(feed), [2, 1]);
    await answer(); // the page
    await started;
    assert.deepEqual(shown(feed), [2, 1]);
  });

  it("is not shown as it was before it was revised", async () => {
    const { feed, answer } = slowDevice([message(1), message(2)].reverse());
    const started = feed.start();
    await answer();
    feed.revise([message(2, { recalled: true, content: {} })]);
    await answer(); // a page that was made before
    await started;
    assert.deepEqual(shown(feed), [1]);
    assert.deepEqual(feed.message(2)?.content, {});
  });
});
