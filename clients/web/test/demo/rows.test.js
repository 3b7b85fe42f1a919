// What a chat shows, row by row.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rowsOf } from "../../demo/rows.js";
import { message } from "./support.js";

const chat = (more) => ({ me: "bob", messages: [], origins: new Map(), outbox: [], end: "", ...more });
/** The rows from the top to the bottom, in short. */
const read = (rows) =>
  rows.toReversed().map((row) => {
    if (row.kind === "message") return row.message.seq;
    if (row.kind === "mark") return `${row.origin.from} ${row.origin.count}`;
    if (row.kind === "end") return row.reason;
    return row.kind === "queued" ? row.queued.message.msgId : row.kind;
  });
const from = (kind, id, ...seqs) => seqs.map((seq) => [seq, { from: kind, id, count: seqs.length }]);

describe("a chat", () => {
  it("marks what came with the login, in each page, and from the own database", () => {
    const messages = [7, 6, 5, 4, 3, 2, 1].map((seq) => message(seq));
    const origins = new Map([...from("login", 1, 7, 6), ...from("page", 2, 5, 4), ...from("page", 3, 3)]);
    assert.deepEqual(read(rowsOf(chat({ messages, origins }))), [1, 2, "own 0", 3, "page 1", 4, 5, "page 2", 6, 7, "login 2"]);
  });

  it("has no mark below what came live", () => {
    const origins = new Map([...from("page", 1, 1), ...from("live", 2, 2), ...from("live", 3, 3)]);
    assert.deepEqual(read(rowsOf(chat({ messages: [3, 2, 1].map((seq) => message(seq)), origins }))), [1, "page 1", 2, 3]);
  });

  it("has no mark for a notice that the page fetched alone", () => {
    const messages = [message(2, { kind: "system", content: { event: "mute", until: 0 } }), message(1)];
    const origins = new Map([...from("page", 2, 2), ...from("live", 1, 1)]);
    assert.deepEqual(read(rowsOf(chat({ messages, origins }))), [1, "notice"]);
  });

  it("says at its top why it ended, below which the oldest day begins", () => {
    assert.deepEqual(read(rowsOf(chat({ messages: [message(1)], end: "RETENTION" }))), ["RETENTION", "day", 1, "own 0"]);
  });

  it("names a day once it is whole", () => {
    const day = 86_400_000;
    const messages = [3, 2, 1].map((seq) => message(seq, { serverTimeMs: 1_700_000_000_000 + seq * day }));
    assert.deepEqual(read(rowsOf(chat({ messages }))), [1, "day", 2, "day", 3, "own 0"]);
  });

  it("shows what waits to be sent at the bottom, the oldest first", () => {
    const outbox = ["first", "second"].map((msgId) => ({ message: { ...message(0), msgId }, refused: "", why: "" }));
    assert.deepEqual(read(rowsOf(chat({ messages: [message(1)], outbox }))), [1, "own 0", "first", "second"]);
  });

  it("gives a message of the outbox another key when it is refused, so that it is drawn anew", () => {
    const keyOf = (refused) => rowsOf(chat({ outbox: [{ message: message(0), refused, why: "" }] }))[0].key;
    assert.notEqual(keyOf(""), keyOf("HELD"));
  });

  it("puts messages of one person within five minutes together", () => {
    const at = (minutes) => ({ serverTimeMs: 1_700_000_000_000 + minutes * 60_000 });
    const messages = [message(4, { ...at(9), sender: "bob" }), message(3, at(9)), message(2, at(1)), message(1, at(0))];
    const firsts = rowsOf(chat({ messages })).filter((row) => row.isFirst);
    assert.deepEqual(firsts.map((row) => row.message.seq), [4, 3, 1]);
  });

  it("knows who is mentioned, and that nobody mentions themselves", () => {
    const messages = [
      message(4, { sender: "bob", atAll: true }),
      message(3, { atAll: true }),
      message(2, { at: ["carol"] }),
      message(1, { at: ["bob"] }),
    ];
    const mentioned = rowsOf(chat({ messages })).filter((row) => row.mentionsMe);
    assert.deepEqual(mentioned.map((row) => row.message.seq), [3, 1]);
  });

  it("shows that a message was recalled, and who did it, and no row for the notice that says so", () => {
    const notice = message(3, { kind: "recall", sender: "carol", content: {}, quiet: true, ref: { seq: 2, number: 2, uid: "alice" } });
    const [row, ...others] = rowsOf(chat({ messages: [notice, message(2, { recalled: true, content: {} })], origins: new Map(from("live", 1, 3, 2)) }));
    assert.deepEqual([row.kind, row.message.seq, row.by, others.length], ["recalled", 2, "carol", 0]);
    assert.equal(rowsOf(chat({ messages: [message(2, { recalled: true })] })).at(-1).by, "alice");
  });

  it("shows nothing of what is hidden, and nothing of a notice of an edit", () => {
    const messages = [message(3, { kind: "edit", quiet: true, ref: { seq: 1 } }), message(2, { hidden: true }), message(1, { revised: 3 })];
    assert.deepEqual(read(rowsOf(chat({ messages }))), [1, "own 0"]);
  });

  it("draws a row anew in its place when it is recalled, edited, or read", () => {
    const looks = [{}, { revised: 3 }, { recalled: true }].map((more) => {
      const row = rowsOf(chat({ me: "alice", messages: [message(1, more)] })).at(-1);
      return `${row.key}: ${row.look}`;
    });
    const read = rowsOf(chat({ me: "alice", messages: [message(1)], readTo: 1 })).at(-1);
    assert.equal(new Set([...looks, `${read.key}: ${read.look}`]).size, 4);
    assert.ok(looks.every((look) => look.startsWith(`${read.key}: `)));
  });

  it("marks only own messages as read, up to where the other person has read", () => {
    const mine = (seq, number) => message(seq, { sender: "bob", number });
    const messages = [mine(6, 3), mine(4, 2), message(3, { number: 1 }), message(2, { kind: "edit", quiet: true }), mine(1, 1)];
    const rows = rowsOf(chat({ messages, readTo: 2 })).filter((row) => row.isRead);
    assert.deepEqual(rows.map((row) => row.message.seq), [4, 1]);
  });

  it("has a key for each row, and no two alike, with ten thousand messages", () => {
    const messages = Array.from({ length: 10_000 }, (_, index) => message(10_000 - index));
    const origins = new Map(messages.map(({ seq }) => [seq, { from: "page", id: Math.floor(seq / 50), count: 50 }]));
    const rows = rowsOf(chat({ messages, origins, end: "CAUGHT_UP" }));
    assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length);
  });
});
