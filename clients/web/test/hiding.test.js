// What the person hides from themselves: its content is gone on all their devices, and no count changes.

import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { browser, ended, server, time } from "./support/one-browser.js";
import { InvalidInput } from "../src/index.js";

const CHAT = "p:alice:bob";
let tab;

const sentTo = (cmd) => server.sent.filter((request) => request.cmd === cmd).map(({ body }) => body);
const saved = async (of = tab) => Object.fromEntries((await of.messages(CHAT)).map(({ seq, hidden, content }) => [seq, [hidden, content]]));
const shown = (seq) => [false, { message: `m${seq}` }];
const gone = [true, {}];
const push = (seqs, version) => server.tell({ cmd: "hide", body: { sessionId: CHAT, seqs, version } });
const pages = (given) => {
  server.answers.hidden = ({ after = 0 }) => ({ sessionId: CHAT, end: true, ...given[after] });
};

beforeEach(async () => {
  tab = await browser.open();
  tab.seen.revised = [];
  tab.on("revised", ({ messages }) => tab.seen.revised.push(...messages.map(({ seq }) => seq)));
  let version = 0;
  server.answers.hide = ({ sessionId, seqs }) => ({ sessionId, seqs, version: (version += 1), end: true });
  for (const seq of [1, 2, 3]) server.push(seq);
  await time.advance(2);
});

describe("hiding", () => {
  it("removes the content in all tabs, tells the server once, and leaves what is unread", async () => {
    const second = await browser.open();
    await ended(second.hide(CHAT, [3, 1]));
    await time.advance(2);
    assert.deepEqual(await saved(second), { 1: gone, 2: shown(2), 3: gone });
    assert.deepEqual(sentTo("hide").map(({ seqs }) => seqs.sort()), [[1, 3]]);
    assert.deepEqual(tab.seen.revised.sort(), [1, 3]);
    assert.equal((await tab.session(CHAT).state()).unread, 3);
  });

  it("without a connection is told after the next login, at most 100 seqs a frame", async () => {
    const many = Array.from({ length: 150 }, (_, at) => at + 1);
    server.drop();
    const hiding = tab.hide(CHAT, many);
    await time.advance(40);
    await hiding;
    assert.deepEqual(sentTo("hide").map(({ seqs }) => seqs.length), [100, 50]);
    server.drop();
    await time.advance(40);
    assert.equal(sentTo("hide").length, 2);
  });

  it("survives the page, and is told by the next one", async () => {
    server.drop();
    await tab.hide(CHAT, [2]);
    await browser.close();
    browser.tabs = [];
    tab = await browser.open();
    await time.advance(5);
    assert.deepEqual([(await saved())[2], sentTo("hide").length], [gone, 1]);
  });

  it("that the server refuses stays on this device, and is not told again", async () => {
    server.answers.hide = () => "PERMISSION_DENIED";
    await ended(tab.hide(CHAT, [2]));
    server.drop();
    await time.advance(40);
    assert.deepEqual([(await saved())[2], sentTo("hide").length], [gone, 1]);
  });

  it("that the server can't take now is told after the next login", async () => {
    server.answers.hide = () => "INTERNAL";
    await ended(tab.hide(CHAT, [2]));
    await time.advance(100);
    delete server.answers.hide;
    server.answers.hide = ({ sessionId, seqs }) => ({ sessionId, seqs, version: 1, end: true });
    server.sent = [];
    server.drop();
    await time.advance(40);
    assert.equal(sentTo("hide").length, 1);
  });

  it("of a message that mentions the person takes the mention away", async () => {
    const room = { to: "room", sessionId: "g:room", chatType: 2, ackFlg: 0, at: ["bob"] };
    server.tell({ cmd: "chat", uid: "alice", body: { ...server.message(1), ...room } });
    await time.advance(1);
    assert.deepEqual(await tab.mentions("g:room"), [1]);
    await ended(tab.hide("g:room", [1]));
    assert.deepEqual(await tab.mentions("g:room"), []);
  });

  it("needs seqs", async () => {
    for (const wrong of [[], [0], [1.5], "1", [null]]) await assert.rejects(tab.hide(CHAT, wrong), InvalidInput);
  });
});

describe("a hidden message", () => {
  it("that comes later, or once more, is saved without its content", async () => {
    push([2, 5], 1);
    server.tell({ cmd: "chat", uid: "alice", body: { ...server.message(4), hidden: true, msg: {} } });
    server.push(5);
    server.push(2);
    await time.advance(2);
    assert.deepEqual(await saved(), { 1: shown(1), 2: gone, 3: shown(3), 4: gone, 5: gone });
    assert.equal((await tab.session(CHAT).state()).unread, 5);
  });

  it("of the system keeps what it says", async () => {
    const change = { to: "room", sessionId: "g:room", chatType: 2, ackFlg: 0, quiet: true, type: "system", number: 0 };
    server.tell({ cmd: "chat", uid: "alice", body: { ...server.message(1), ...change, msg: { event: "join" }, hidden: true } });
    await time.advance(1);
    assert.deepEqual((await tab.messages("g:room"))[0].content, { event: "join" });
  });
});

describe("what another device has hidden", () => {
  it("is hidden here, and asked for if a push is missing before it", async () => {
    pages({ 0: { seqs: [1, 2, 3], version: 3 } });
    push([1], 1);
    await time.advance(1);
    assert.deepEqual([await saved(), sentTo("hidden")], [{ 1: gone, 2: shown(2), 3: shown(3) }, []]);
    push([3], 3);
    await time.advance(1);
    assert.deepEqual(await saved(), { 1: gone, 2: gone, 3: gone });
    push([3], 3);
    await time.advance(1);
    assert.equal(sentTo("hidden").length, 1, "it knows all up to version 3");
  });

  it("is asked for page by page, and known only up to the version of the first page", async () => {
    pages({ 0: { seqs: [1], version: 3, end: false }, 1: { seqs: [2], version: 4 } });
    push([3], 2);
    await time.advance(1);
    assert.deepEqual(sentTo("hidden"), [{ sessionId: CHAT }, { sessionId: CHAT, after: 1 }]);
    push([3], 5);
    await time.advance(1);
    assert.deepEqual([await saved(), sentTo("hidden").length], [{ 1: gone, 2: gone, 3: gone }, 4]);
  });

  it("is asked for if a counter says that there is more", async () => {
    pages({ 0: { seqs: [2], version: 1 } });
    const counter = { received: 3, cleared: 3, lastSeq: 3, timestamp: 1, hiddenVersion: 1 };
    server.answers.login = () => ({ counters: { [CHAT]: counter }, next: "", epoch: "e1" });
    for (const expected of [1, 1]) {
      server.drop();
      await time.advance(40);
      assert.equal(sentTo("hidden").length, expected);
    }
    assert.deepEqual((await saved())[2], gone);
  });

  it("is looked for in `sessions` if a login says that there is more, whatever a push tells at once", async () => {
    pages({ 0: { seqs: [2], version: 2 } });
    const summary = { sessionId: CHAT, received: 3, cleared: 3, lastSeq: 3, timestamp: 1, hiddenVersion: 2 };
    server.answers.sessions = () => ({ sessions: [summary], next: "", end: true });
    server.answers.login = () => {
      queueMicrotask(() => push([3], 1));
      return { counters: {}, next: "", epoch: "e1", hiddenSum: 2 };
    };
    server.drop();
    await time.advance(40);
    assert.deepEqual(await saved(), { 1: shown(1), 2: gone, 3: gone });
    server.drop();
    await time.advance(40);
    assert.equal(sentTo("sessions").length, 1);
  });
});
