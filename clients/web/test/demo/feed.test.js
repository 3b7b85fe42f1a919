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
