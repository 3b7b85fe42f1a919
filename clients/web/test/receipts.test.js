// Receipts: how far the other person of a private session has read, as a device learns it.

import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { InvalidInput } from "../src/index.js";
import { browser, ended, server, time } from "./support/one-browser.js";

const CHAT = "p:alice:bob";
let tab;

const readTo = async (of = tab) => (await of.session(CHAT).state()).readTo;
const push = (seq, received) =>
  server.tell({ cmd: "readTo", uid: "alice", body: { sessions: { [CHAT]: { seq, received } } } });

/** What was asked about readers. */
const sentReaders = () => server.sent.filter(({ cmd }) => cmd === "readers").map(({ body }) => body);

beforeEach(async () => {
  tab = await browser.open();
});

describe("how far the other person has read", () => {
  it("is told by pushes, in all tabs, and never goes back", async () => {
    const second = await browser.open();
    for (const number of [1, 3, 2]) push(number, number);
    await time.advance(2);
    assert.deepEqual([await readTo(), await readTo(second)], [{ seq: 3, number: 3 }, { seq: 3, number: 3 }]);
  });

  it("is nothing before anybody tells", async () => {
    server.push(1);
    await time.advance(2);
    assert.deepEqual(await readTo(), { seq: 0, number: 0 });
  });
});

describe("who has read a message in a group", () => {
  it("is asked of the server, and told in the order of the answer", async () => {
    server.answers.readers = ({ sessionId, seq }) => ({ sessionId, seq, uids: ["bob", "carol"] });
    assert.deepEqual(await ended(tab.readers("g:room", 9)), ["bob", "carol"]);
    assert.deepEqual(sentReaders(), [{ sessionId: "g:room", seq: 9 }]);
  });

  it("is nobody if the server names nobody", async () => {
    server.answers.readers = ({ sessionId, seq }) => ({ sessionId, seq });
    assert.deepEqual(await ended(tab.readers("g:room", 9)), []);
  });

  it("is not asked for private sessions, nor without a seq", async () => {
    for (const [sessionId, seq] of [[CHAT, 1], ["g:room", 0], ["room", 1]]) await assert.rejects(tab.readers(sessionId, seq), InvalidInput);
    assert.deepEqual(sentReaders(), []);
  });
});
