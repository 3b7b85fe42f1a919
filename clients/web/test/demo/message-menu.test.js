// What the menu of a message offers.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { message } from "./support.js";
import { mayOf } from "../../demo/message-menu.js";

const SECOND = 1_000;
const sentAt = message(0).serverTimeMs;
const may = (who, seconds, more = {}) => {
  const acts = { me: "bob", isRunning: false, mayWrite: true, mayAskReaders: false, ...who };
  const allowed = mayOf(message(0, more), acts, sentAt + seconds * SECOND);
  return Object.keys(allowed).filter((name) => allowed[name]).sort();
};

describe("the menu of a message", () => {
  it("offers its author to edit and to recall it, each in its time", () => {
    assert.deepEqual(may({ me: "alice" }, 119), ["edit", "hide", "recall"]);
    assert.deepEqual(may({ me: "alice" }, 120), ["edit", "hide"]);
    assert.deepEqual(may({ me: "alice" }, 900), ["hide"]);
  });

  it("offers others only to hide it, and who runs the group to recall it at any time", () => {
    assert.deepEqual(may({}, 1), ["hide"]);
    assert.deepEqual(may({ isRunning: true }, 86_400), ["hide", "recall"]);
  });

  it("offers no change to who may not write, and none of what was recalled", () => {
    assert.deepEqual(may({ me: "alice", mayWrite: false }, 1), ["hide"]);
    assert.deepEqual(may({ me: "alice" }, 1, { recalled: true, content: {} }), ["hide"]);
  });

  it("offers its author to see who has read it, where the server tells that", () => {
    assert.deepEqual(may({ me: "alice", mayAskReaders: true }, 900), ["hide", "readBy"]);
    assert.deepEqual(may({ mayAskReaders: true }, 900), ["hide"]);
    assert.deepEqual(may({ me: "alice", mayAskReaders: true }, 1, { recalled: true, content: {} }), ["hide"]);
  });

  it("offers no text to edit of a message without one", () => {
    assert.deepEqual(may({ me: "alice" }, 1, { content: { picture: "a.png" } }), ["hide", "recall"]);
  });
});
