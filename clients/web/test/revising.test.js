// Messages that are recalled or edited: what is shown, counted and kept, whatever comes first.

import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { browser, ended, server, time } from "./support/one-browser.js";
import { InvalidInput, RequestRefused } from "../src/index.js";

const CHAT = "p:alice:bob";
const ROOM = "g:room";
let tab;

const sentTo = (cmd) => server.sent.filter((request) => request.cmd === cmd).map(({ body }) => body);
const saved = async (id = CHAT) =>
  Object.fromEntries((await tab.messages(id)).map(({ seq, recalled, content }) => [seq, recalled ? "recalled" : content.message]));
const state = (id = CHAT) => tab.session(id).state();
const push = (body) => server.tell({ cmd: "chat", uid: body.from, body });
const message = (seq, more = {}) => ({ ...server.message(seq), ...more });
const inGroup = { to: "room", sessionId: ROOM, chatType: 2, ackFlg: 0 };
/** A notice of Alice about her message `of`, whose number is its seq. */
const notice = (type, seq, of, more = {}) =>
  message(seq, { type, number: of, quiet: true, msg: {}, ref: { seq: of, number: of, uid: "alice" }, ...more });

beforeEach(async () => {
  tab = await browser.open();
  tab.seen.revised = [];
  tab.on("revised", ({ messages }) => tab.seen.revised.push(...messages.map(({ seq, recalled, content }) => [seq, recalled, content])));
});

describe("a recall", () => {
  it("takes the content and the count away, and tells so", async () => {
    push(message(1));
    push(message(2));
    push(notice("recall", 3, 1));
    await time.advance(2);
    assert.deepEqual(await saved(), { 1: "recalled", 2: "m2", 3: undefined });
    assert.deepEqual([(await state()).unread, tab.seen.revised], [1, [[1, true, {}]]]);
  });

  it("that comes before its message keeps it from being shown and counted", async () => {
    push(notice("recall", 2, 1, { number: 1 }));
    push(message(1));
    await time.advance(2);
    assert.deepEqual([(await saved())[1], (await state()).unread], ["recalled", 0]);
    push(message(1));
    await time.advance(1);
    assert.equal((await saved())[1], "recalled");
  });

  it("stays, whatever edit comes later", async () => {
    push(message(1));
    push(notice("recall", 2, 1));
    push(notice("edit", 3, 1, { msg: { message: "new" } }));
    await time.advance(2);
    assert.equal((await saved())[1], "recalled");
  });

  it("that only a counter tells takes the content and the count away", async () => {
    for (const seq of [1, 2, 3]) push(message(seq));
    await time.advance(2);
    const counter = { received: 4, cleared: 3, lastSeq: 5, timestamp: 1, read: { seq: 0, received: 0 }, recalled: [2, 4] };
    server.answers.login = () => ({ counters: { [CHAT]: counter }, next: "", epoch: "e1" });
    server.drop();
    await time.advance(40);
    assert.deepEqual(await saved(), { 1: "m1", 2: "recalled", 3: "m3" });
    assert.equal((await state()).unread, 2);
  });

  it("of an own message takes no count of the other person away", async () => {
    push(message(1));
    push(message(2, { from: "bob", to: "alice", number: 1 }));
    push(message(3, { ...notice("recall", 3, 1), from: "bob", to: "alice", number: 1, ref: { seq: 2, number: 1, uid: "bob" } }));
    await time.advance(2);
    assert.deepEqual([(await saved())[2], (await state()).unread], ["recalled", 1]);
  });

  it("takes the mention away", async () => {
    push(message(1, { ...inGroup, at: ["bob"] }));
    await time.advance(1);
    assert.deepEqual(await tab.mentions(ROOM), [1]);
    push(notice("recall", 2, 1, inGroup));
    await time.advance(1);
    assert.deepEqual(await tab.mentions(ROOM), []);
    const counter = { received: 9, cleared: 1, lastSeq: 9, timestamp: 1, own: [], mentions: [7], joined: 1, joinedNumber: 0 };
    server.answers.login = () => ({ counters: { [ROOM]: counter }, next: "", epoch: "e1" });
    server.drop();
    await time.advance(2);
    assert.deepEqual(await tab.mentions(ROOM), [7]);
    push(notice("recall", 10, 7, inGroup));
    await time.advance(1);
    assert.deepEqual(await tab.mentions(ROOM), []);
  });

  it("of a page that has it already saves nothing of its content", async () => {
    push(message(1, { recalled: true, revised: 2, msg: {} }));
    await time.advance(1);
    assert.deepEqual([(await saved())[1], (await state()).unread], ["recalled", 0]);
  });
});

describe("a login", () => {
  it("tells since when this device has heard all, once it has", async () => {
    server.nowMs = () => 1_000;
    server.answers.login = ({ since }) => ({ counters: {}, next: since ? "" : "n", epoch: "e1" });
    server.silent = ["counters"];
    server.drop();
    await time.advance(40);
    server.silent = [];
    server.drop();
    await time.advance(40);
    server.nowMs = () => 2_000;
    server.drop();
    await time.advance(40);
    const told = sentTo("login").map(({ since }) => since);
    assert.deepEqual([new Set(told.slice(0, -1)), told.at(-1)], [new Set([undefined]), 1_000]);
  });

  it("to another data set begins from the start", async () => {
    server.nowMs = () => 1_000;
    server.drop();
    await time.advance(40);
    server.answers.login = () => ({ counters: {}, next: "", epoch: "e2" });
    server.nowMs = () => 0;
    server.drop();
    await time.advance(40);
    server.drop();
    await time.advance(40);
    assert.deepEqual(sentTo("login").map(({ since }) => since), [undefined, undefined, 1_000, undefined]);
  });
});

describe("an edit", () => {
  it("replaces the content, and neither counts nor mentions", async () => {
    push(message(1, inGroup));
    push(notice("edit", 2, 1, { ...inGroup, msg: { message: "new" }, at: ["bob"] }));
    await time.advance(1);
    assert.deepEqual([(await saved(ROOM))[1], (await state(ROOM)).unread, await tab.mentions(ROOM)], ["new", 1, []]);
    assert.deepEqual(tab.seen.revised, [[1, false, { message: "new" }]]);
  });

  it("that comes before its message is applied when that comes, unless it is newer already", async () => {
    push(notice("edit", 3, 1, { msg: { message: "new" } }));
    push(notice("edit", 4, 2, { msg: { message: "new" } }));
    push(message(1));
    push(message(2, { revised: 5, msg: { message: "newest" } }));
    await time.advance(2);
    assert.deepEqual([(await saved())[1], (await saved())[2]], ["new", "newest"]);
  });

  it("that is older than another changes nothing", async () => {
    push(message(1));
    push(notice("edit", 3, 1, { msg: { message: "newest" } }));
    push(notice("edit", 2, 1, { msg: { message: "new" } }));
    await time.advance(2);
    assert.equal((await saved())[1], "newest");
  });

  it("that removes a mention makes it count no more", async () => {
    push(message(1, { ...inGroup, at: ["bob"] }));
    push(notice("edit", 2, 1, { ...inGroup, msg: { message: "new" } }));
    await time.advance(1);
    assert.deepEqual(await tab.mentions(ROOM), []);
  });

  it("of a page has no content: the message is asked for again", async () => {
    push(message(1));
    await time.advance(1);
    const edited = message(1, { msg: { message: "new" }, revised: 2 });
    server.answers.history = ({ sessionId, before }) => ({
      ...{ sessionId, end: true, endReason: "CAUGHT_UP", remaining: [] },
      messages: before === 2 ? [edited] : [],
    });
    server.answers.pull = ({ sessionId, ack }) => ({
      ...{ sessionId, end: true, endReason: "CAUGHT_UP", remaining: [] },
      messages: ack.length ? [] : [notice("edit", 2, 1)],
    });
    await ended(tab.catchUp(CHAT));
    await time.advance(3);
    assert.equal((await saved())[1], "new");
    assert(sentTo("history").some(({ after, before }) => after === 0 && before === 2));
  });

  it("that history has not got yet is asked for once a login, until it has", async () => {
    push(message(1));
    await time.advance(1);
    let content = message(1);
    server.answers.history = ({ sessionId }) => ({ sessionId, end: true, endReason: "CAUGHT_UP", remaining: [], messages: [content] });
    const asked = () => sentTo("history").filter(({ after, before }) => after === 0 && before === 2).length;
    push(notice("edit", 2, 1));
    await time.advance(3);
    push(message(3));
    await time.advance(3);
    assert.deepEqual([asked(), (await saved())[1]], [1, "m1"]);
    content = message(1, { msg: { message: "new" }, revised: 2 });
    server.open.forEach(({ listener }) => listener.onClose("closed with 1006"));
    await time.advance(40); // nothing more comes
    assert.deepEqual([asked(), (await saved())[1]], [2, "new"]);
    push(message(4));
    await time.advance(3);
    server.open.forEach(({ listener }) => listener.onClose("closed with 1006"));
    await time.advance(40);
    assert.equal(asked(), 2);
  });

  it("of a hidden message brings nothing back", async () => {
    push(message(1));
    await time.advance(1);
    await ended(tab.hide(CHAT, [1]));
    push(notice("edit", 2, 1, { msg: { message: "new" } }));
    await time.advance(1);
    assert.equal((await saved())[1], undefined);
  });
});

describe("recalling and editing", () => {
  beforeEach(async () => {
    const ack = ({ msgId, sessionId }) => ({ msgId, sessionId, seq: 102, number: 1, time: 7 });
    Object.assign(server.answers, { recall: ack, edit: ack });
    await ended(tab.send("alice", { message: "hello" }));
  });

  it("sends what is asked for, and shows it at once", async () => {
    assert.deepEqual(await ended(tab.edit(CHAT, 101, { message: "hello, Alice" }, { msgId: "m1" })), {
      ...{ msgId: "m1", sessionId: CHAT, seq: 102 },
    });
    assert.equal((await saved())[101], "hello, Alice");
    server.answers.recall = ({ msgId, sessionId }) => ({ msgId, sessionId, seq: 103, number: 1, time: 8 });
    await ended(tab.recall(CHAT, 101, { msgId: "m2" }));
    assert.equal((await saved())[101], "recalled");
    assert.deepEqual(JSON.parse(JSON.stringify([sentTo("edit"), sentTo("recall")])), [
      [{ msgId: "m1", sessionId: CHAT, seq: 101, msg: { message: "hello, Alice" } }],
      [{ msgId: "m2", sessionId: CHAT, seq: 101 }],
    ]);
  });

  it("shows what the server has masked", async () => {
    server.answers.edit = ({ msgId, sessionId }) => ({ msgId, sessionId, seq: 102, number: 1, time: 7, msg: { message: "h***" } });
    await ended(tab.edit(CHAT, 101, { message: "hell" }));
    assert.equal((await saved())[101], "h***");
  });

  it("of a message that is not here fetches the notice", async () => {
    await ended(tab.recall(CHAT, 50));
    assert.equal((await state()).lastSeq, 102);
    assert.deepEqual(await tab.messages(CHAT, { before: 51, limit: 1 }), []);
  });

  it("throws what the server refuses, and changes nothing", async () => {
    server.answers.recall = () => ({ code: "FAILED_PRECONDITION", error: { field: "body.seq", rule: "is too old" } });
    await assert.rejects(ended(tab.recall(CHAT, 101)), (error) => error instanceof RequestRefused && error.fault.field === "body.seq");
    assert.equal((await saved())[101], "hello");
  });

  it("throws what can never be right before anything is sent", async () => {
    for (const call of [() => tab.recall("alice", 1), () => tab.recall(CHAT, 0), () => tab.edit(CHAT, 1, "x"), () => tab.edit(CHAT, 1.5, {})]) {
      await assert.rejects(call(), InvalidInput);
    }
    assert.deepEqual([...sentTo("recall"), ...sentTo("edit")], []);
  });
});
