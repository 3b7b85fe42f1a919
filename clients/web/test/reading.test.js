// How far a person has read: what one device tells the server, and what it hears of the others.

import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { browser, server, time } from "./support/one-browser.js";

const CHAT = "p:alice:bob";
let tab;

const reads = () => server.sent.filter(({ cmd }) => cmd === "read").map(({ body }) => body.sessions);
const unread = async (of) => (await of.session(CHAT).state()).unread;
const pushRead = (seq, received) => server.tell({ cmd: "read", body: { sessions: { [CHAT]: { seq, received } } } });
const counter = (received, read) => ({ [CHAT]: { received, cleared: received, lastSeq: received, timestamp: 1, read } });

beforeEach(async () => {
  tab = await browser.open();
});

describe("reading", () => {
  it("tells the server the seq and the number, once", async () => {
    server.push(1);
    await time.advance(2);
    await tab.markRead(CHAT);
    await tab.markRead(CHAT);
    await time.advance(2);
    assert.deepEqual(reads(), [{ [CHAT]: { seq: 1, received: 1 } }]);
    await tab.markRead(CHAT);
    await time.advance(2);
    assert.equal(reads().length, 1, "nothing was read that was not read before");
  });

  it("in a following tab is told by the leading one", async () => {
    const second = await browser.open();
    server.push(1);
    await time.advance(2);
    await second.markRead(CHAT);
    await time.advance(2);
    assert.deepEqual(reads(), [{ [CHAT]: { seq: 1, received: 1 } }]);
    assert.deepEqual([tab.seen.unread.at(-1), await unread(tab)], [0, 0]);
  });

  it("that another tab does once more, because the one that led is gone, reads no further", async () => {
    const second = await browser.open();
    server.push(1);
    await time.advance(2);
    tab.channel.freeze();
    const reading = second.markRead(CHAT);
    await time.advance(1);
    server.push(2);
    await time.advance(40);
    await reading;
    assert.equal(second.isLeading, true);
    assert.deepEqual([await unread(second), reads().at(-1)], [1, { [CHAT]: { seq: 1, received: 1 } }]);
  });

  it("without a connection is told after the next login, at its last position only", async () => {
    server.push(1);
    server.push(2);
    await time.advance(2);
    server.drop();
    await tab.markRead(CHAT);
    await tab.markRead(CHAT);
    await time.advance(40);
    assert.deepEqual(reads(), [{ [CHAT]: { seq: 2, received: 2 } }]);
  });

  it("survives the page, which was closed before it was told", async () => {
    server.push(1);
    await time.advance(2);
    server.silent = ["read"];
    await tab.markRead(CHAT);
    browser.kill(tab);
    [server.silent, server.sent] = [[], []];
    await browser.open();
    await time.advance(20);
    assert.deepEqual(reads(), [{ [CHAT]: { seq: 1, received: 1 } }]);
  });

  it("is told again once the server has counted as far as this device has", async () => {
    server.answers.read = ({ sessions }) => ({ sessions: { [Object.keys(sessions)[0]]: { code: "OUT_OF_RANGE" } } });
    server.push(1);
    await time.advance(2);
    await tab.markRead(CHAT);
    await time.advance(5);
    assert.equal(reads().length, 1, "the server has refused it, and will again");
    delete server.answers.read;
    server.push(2);
    await time.advance(5);
    assert.deepEqual(reads()[1], { [CHAT]: { seq: 1, received: 1 } });
  });

  it("of a session that the server does not know stays refused until the next login", async () => {
    server.answers.read = ({ sessions }) => ({ sessions: { [Object.keys(sessions)[0]]: { code: "NOT_FOUND" } } });
    server.push(1);
    await time.advance(2);
    await tab.markRead(CHAT);
    await time.advance(60);
    assert.equal(reads().length, 1);
    server.drop();
    await time.advance(40);
    assert.equal(reads().length, 2);
  });
});

describe("what another device has read", () => {
  it("takes the red dots away in all tabs, and tells nobody else", async () => {
    const second = await browser.open();
    server.push(1);
    server.push(2);
    await time.advance(2);
    pushRead(1, 1);
    await time.advance(2);
    for (const each of [tab, second]) assert.deepEqual([each.seen.unreadOf.get(CHAT), await unread(each)], [1, 1]);
    assert.deepEqual(reads(), []);
  });

  it("is never less than what this one has read", async () => {
    for (const seq of [1, 2, 3]) server.push(seq);
    await time.advance(2);
    await tab.markRead(CHAT);
    await time.advance(2);
    pushRead(1, 1);
    server.push(4);
    await time.advance(2);
    assert.equal(await unread(tab), 1);
    assert.equal(reads().length, 1, "the push is older than the answer");
  });

  it("counts nowhere, even if it is not on this device yet", async () => {
    pushRead(3, 3);
    await time.advance(1);
    server.push(4);
    await time.advance(2);
    assert.equal(await unread(tab), 1);
  });

  it("and less is told at login: a new device shows what is unread for the person, whoever has cleared it", async () => {
    server.answers.login = () => ({ counters: counter(5, { seq: 2, received: 2 }), next: "", epoch: "e1" });
    server.drop();
    await time.advance(40);
    assert.equal(await unread(tab), 3);
  });

  it("and less than here is told at login: it is told again", async () => {
    server.push(1);
    await time.advance(2);
    await tab.markRead(CHAT);
    await time.advance(2);
    server.answers.login = () => ({ counters: counter(1, { seq: 0, received: 0 }), next: "", epoch: "e1" });
    server.drop();
    await time.advance(40);
    assert.deepEqual(reads().map((sessions) => sessions[CHAT].received), [1, 1]);
  });

  it("is in the answer of `sessions`, too", async () => {
    server.push(1);
    await time.advance(2);
    const read = { seq: 1, received: 1 };
    server.answers.sessions = () => ({ sessions: [{ sessionId: CHAT, ...counter(1, read)[CHAT] }], end: true });
    const refreshed = tab.refreshSessions();
    await time.advance(2);
    assert.equal((await refreshed)[0].unread, 0);
  });
});
