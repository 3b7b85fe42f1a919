// Receipts: how far the other person of a private session has read, as a device learns it.

import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { InvalidInput, RequestRefused } from "../src/index.js";
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

describe("a choice about receipts", () => {
  const choices = () => server.sent.filter(({ cmd }) => cmd === "receipts").map(({ body }) => body);
  const tell = (body) => server.tell({ cmd: "receipts", body });
  const answerWith = (refused) => (server.answers.receipts = (body) => refused ?? body);

  beforeEach(() => answerWith(null));

  it("is on until somebody has chosen", async () => {
    assert.deepEqual(await tab.receipts(), { on: true, changedAtMs: 0, offForAll: false });
  });

  it("is kept and shown in all tabs at once, whichever tab makes it, and told to the server", async () => {
    const second = await browser.open();
    const told = [tab, second].map(() => []);
    [tab, second].forEach((one, index) => one.on("receipts", ({ on }) => told[index].push(on)));
    push(3, 3);
    await time.advance(2);
    await ended(second.setReceipts(false));
    await time.advance(2);
    assert.deepEqual([await readTo(), await readTo(second)], [{ seq: 0, number: 0 }, { seq: 0, number: 0 }]);
    assert.deepEqual(choices().map(({ on }) => on), [false]);
    assert.deepEqual(told, [[false], [false]]);
    await ended(tab.setReceipts(true));
    await time.advance(2);
    assert.deepEqual([await readTo(), (await tab.receipts()).on], [{ seq: 3, number: 3 }, true]);
  });

  it("is shown to be off when another device turns it off, and read positions are told as nothing", async () => {
    const told = [];
    tab.on("readTo", ({ readTo: position }) => told.push(position.number));
    tell({ on: false, changedAt: 5 });
    push(3, 3);
    await time.advance(2);
    assert.deepEqual([(await tab.receipts()).on, told], [false, [0]]);
  });

  it("says so if the deployment has none, and asks nobody who has read", async () => {
    answerWith({ code: "FAILED_PRECONDITION", error: {} });
    const told = [];
    tab.on("receipts", ({ on, offForAll }) => told.push([on, offForAll]));
    await ended(tab.setReceipts(true));
    await time.advance(2);
    assert.deepEqual(told, [[true, false], [false, true]]);
    await assert.rejects(ended(tab.readers("g:room", 9)), RequestRefused);
    assert.deepEqual(sentReaders(), []);
  });

  it("belongs to a data set", async () => {
    await ended(tab.setReceipts(false));
    await time.advance(2);
    server.answers.login = () => ({ counters: {}, next: "", epoch: "e2" });
    server.drop();
    await time.advance(40);
    assert.equal((await tab.receipts()).on, true);
  });

  it("is yes or no", async () => {
    for (const on of [undefined, 0, "off"]) await assert.rejects(tab.setReceipts(on), InvalidInput);
    assert.deepEqual(choices(), []);
  });
});
