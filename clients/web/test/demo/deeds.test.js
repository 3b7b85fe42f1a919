// What the drawer tells of frames.

import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Ledger, MOST, deedsOf } from "../../demo/deeds.js";
import { message } from "./support.js";

const CHAT = "p:alice:bob";
let ledger;

beforeEach(() => (ledger = new Ledger()));

const inward = (cmd, body, more = {}) => {
  const text = JSON.stringify({ cmd, code: "OK", body, ...more });
  return ledger.frame("bob", { direction: "in", text, bytes: text.length }, 0);
};
const outward = (cmd, body) => {
  const text = JSON.stringify({ cmd, body });
  return ledger.frame("bob", { direction: "out", text, bytes: text.length }, 0);
};

describe("the drawer", () => {
  it("tells how much a login has added and saved, over all its chats", () => {
    const counters = { [CHAT]: { lastMsg: [message(12), message(11)] }, "p:bob:carol": { lastMsg: [] } };
    const login = inward("login", { counters });
    ledger.saved("bob", [message(12), message(11)]);
    ledger.unread("bob", CHAT, 12);
    ledger.unread("bob", "p:bob:carol", 5);
    assert.deepEqual(deedsOf(login), [["didAdd", { count: 17, chats: 2 }], ["didSave", { count: 2 }]]);
  });

  it("tells only by how much a red dot grew", () => {
    ledger.known("bob", CHAT, 12);
    const push = inward("chat", message(13), { code: undefined });
    ledger.saved("bob", [message(13)]);
    ledger.unread("bob", CHAT, 13);
    assert.deepEqual(deedsOf(push), [["didAdd", { count: 1, chats: 1 }], ["didSave", { count: 1 }]]);
  });

  it("does not say that reading a chat was a frame's doing", () => {
    const login = inward("login", { counters: { [CHAT]: { lastMsg: [] } } });
    ledger.unread("bob", CHAT, 12);
    ledger.unread("bob", CHAT, 0);
    assert.deepEqual(deedsOf(login), [["didAdd", { count: 12, chats: 1 }]]);
  });

  it("tells two pushes apart that come before the first is saved", () => {
    const [first, second] = [13, 14].map((seq) => inward("chat", message(seq), { code: undefined }));
    for (const [seq, unread] of [[13, 1], [14, 2]]) {
      ledger.saved("bob", [message(seq)]);
      ledger.unread("bob", CHAT, unread);
    }
    assert.deepEqual([first.added, second.added], [1, 1]);
  });

  it("keeps the frames of two people apart", () => {
    const push = inward("chat", message(13), { code: undefined });
    ledger.saved("alice", [message(13)]);
    assert.deepEqual(deedsOf(push), [["didNothing"]]);
  });

  it("tells what a page brought, and why it is the last one", () => {
    const page = inward("pull", { sessionId: CHAT, messages: [message(2), message(1)], end: true, endReason: "CAUGHT_UP" });
    ledger.saved("bob", [message(2), message(1)]);
    assert.deepEqual(deedsOf(page), [["didSave", { count: 2 }], ["didEnd", { reason: "CAUGHT_UP" }]]);
  });

  it("tells what a pull acks, and what it asks for", () => {
    const pull = outward("pull", { sessionId: CHAT, limit: 50, ack: [3, 2, 1] });
    assert.deepEqual(deedsOf(pull), [["didAck", { count: 3 }], ["didAskPage", { count: 50 }]]);
  });

  it("tells how many seqs an ack names, and how many chats it clears", () => {
    const ack = outward("ack", { sessions: { [CHAT]: { seqs: [1, 2], received: 2 }, "p:bob:carol": { seqs: [9] } } });
    assert.deepEqual(deedsOf(ack), [["didAck", { count: 3 }], ["didClear", { count: 1 }]]);
  });

  it("tells a push of another device from the answer to the own request", () => {
    assert.deepEqual(deedsOf(outward("read", { sessions: { [CHAT]: { seq: 3 } } })), [["didRead", { count: 1 }]]);
    assert.deepEqual(deedsOf(inward("read", { sessions: {} })), [["didNothing"]]);
    assert.deepEqual(deedsOf(inward("read", { sessions: {} }, { code: undefined })), [["didHearRead"]]);
    assert.deepEqual(deedsOf(inward("readTo", { sessions: {} }, { code: undefined })), [["didHearReceipt"]]);
    assert.deepEqual(deedsOf(inward("receipts", { on: true }, { code: undefined })), [["didHearChoice"]]);
    assert.deepEqual(deedsOf(inward("signal", { kind: "typing" }, { code: undefined })), [["didHearSignal"]]);
  });

  it("tells that a notice changes another message", () => {
    const notice = message(4, { type: "recall", ref: { seq: 2 } });
    assert.deepEqual(deedsOf(inward("chat", notice, { code: undefined })), [["didRevise"]]);
  });

  it("tells a refusal by its code, and a message that is held", () => {
    assert.deepEqual(deedsOf(inward("chatAck", {}, { code: "REJECTED" })), [["didRefuse", { code: "REJECTED" }]]);
    assert.deepEqual(deedsOf(inward("chatAck", {}, { code: "HELD" })), [["didHold"]]);
  });

  it("reads the platform's error, and a frame that is no JSON", () => {
    const lost = JSON.stringify({ message: "Internal server error" });
    assert.deepEqual(deedsOf(ledger.frame("bob", { direction: "in", text: lost, bytes: 1 }, 0)), [["didFail"]]);
    assert.deepEqual(deedsOf(ledger.frame("bob", { direction: "in", text: "?", bytes: 1 }, 0)), [["didFail"]]);
  });

  it("keeps only the newest frames", () => {
    for (let index = 0; index < MOST + 5; index += 1) outward("ping", {});
    assert.deepEqual([ledger.entries.length, ledger.entries[0].id], [MOST, 6]);
  });
});
