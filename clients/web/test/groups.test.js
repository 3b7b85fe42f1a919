// What owners, admins and members do with a group: what is sent, and what it does to this device.

import assert from "node:assert/strict";
import { beforeEach, it } from "node:test";
import { ended, browser, server, time } from "./support/one-browser.js";
import { InvalidInput } from "../src/index.js";

const ROOM = "g:room";
let tab;
let seqs;

const sentTo = (cmd) => server.sent.filter((request) => request.cmd === cmd).map(({ body }) => body);
const change = ({ msgId, groupId }) => ({ msgId, sessionId: `g:${groupId}`, seq: (seqs += 1), number: 3, time: 1 });
const message = (seq, more) => ({
  ...{ ...server.message(seq), ackFlg: 0, to: "room", sessionId: ROOM, chatType: 2 },
  ...more,
});
const state = () => tab.session(ROOM).state();

beforeEach(async () => {
  seqs = 3;
  tab = await browser.open();
  for (const cmd of ["describe", "mute", "dissolve"]) server.answers[cmd] = change;
});

it("describes a group: what is absent stays, and an empty text takes it back", async () => {
  assert.deepEqual(await ended(tab.describe(ROOM, { name: "The hall" }, { msgId: "m1" })), { msgId: "m1", sessionId: ROOM, seq: 4 });
  await ended(tab.describe("room", { announcement: "" }));
  const [named, announced] = sentTo("describe");
  assert.deepEqual(named, { msgId: "m1", groupId: "room", name: "The hall" });
  assert.deepEqual([announced.name, announced.announcement], [undefined, ""]);
});

it("refuses a description without anything, and one that is too long", async () => {
  const wrong = [{}, { name: "é".repeat(101) }, { announcement: "é".repeat(1_001) }];
  for (const description of wrong) await assert.rejects(tab.describe(ROOM, description), InvalidInput);
  assert.deepEqual(sentTo("describe"), []);
});

it("returns the group and its announcement", async () => {
  const group = { name: "The hall", role: "MEMBER", members: 2, joined: 1, mutedUntil: 7, dissolved: true };
  const announcement = { text: "We meet at noon.", uid: "alice", time: 5 };
  server.answers.members = () => ({ members: [], next: "", end: true, group, announcement });
  assert.deepEqual(await ended(tab.description(ROOM)), {
    ...{ name: "The hall", role: "MEMBER", members: 2, joined: 1, left: null, mutedUntilMs: 7, allMutedUntilMs: 0 },
    ...{ dissolved: true, announcement: { text: "We meet at noon.", uid: "alice", timeMs: 5 } },
  });
  assert.deepEqual(sentTo("members"), [{ groupId: "room", limit: 1, next: "" }]);
});

it("mutes a member until a time, or all but the owner and admins for ever", async () => {
  await ended(tab.muteMember(ROOM, "alice", 1_000, { msgId: "m1" }));
  await ended(tab.muteAll(ROOM, Infinity, { msgId: "m2" }));
  assert.deepEqual(sentTo("mute"), [
    { msgId: "m1", groupId: "room", uid: "alice", until: 1_000 },
    { msgId: "m2", groupId: "room", until: 2 ** 53 - 1 },
  ]);
  for (const wrong of [-1, 1.5, NaN, "1", 2 ** 53]) await assert.rejects(tab.muteAll(ROOM, wrong), InvalidInput);
  await assert.rejects(tab.muteMember(ROOM, "a:b", 0), InvalidInput);
});

it("has nothing unread in a group that it has dissolved", async () => {
  server.tell({ cmd: "chat", uid: "alice", body: message(1) });
  await time.advance(1);
  assert.equal((await state()).unread, 1);
  await ended(tab.dissolve(ROOM, { msgId: "m1" }));
  assert.deepEqual(sentTo("dissolve"), [{ msgId: "m1", groupId: "room" }]);
  assert.equal((await state()).unread, 0);
});

it("has nothing unread in a group that its owner has dissolved", async () => {
  server.tell({ cmd: "chat", uid: "alice", body: message(1) });
  server.tell({ cmd: "chat", uid: "alice", body: message(2, { number: 1, quiet: true, type: "system", msg: { event: "dissolve" } }) });
  await time.advance(1);
  assert.deepEqual([(await state()).unread, tab.seen.unread], [0, [1, 0]]);
});

it("is not ended by a member's text about a dissolution", async () => {
  server.tell({ cmd: "chat", uid: "alice", body: message(1, { msg: { event: "dissolve" } }) });
  await time.advance(1);
  assert.equal((await state()).unread, 1);
});

it("makes a group that people ask to join", async () => {
  server.answers.create = change;
  await ended(tab.createGroup("Room", { group: "room", asks: true }));
  assert.equal(sentTo("create")[0].ask, true);
  await ended(tab.createGroup("Room", { group: "room2" }));
  assert.equal("ask" in JSON.parse(JSON.stringify(sentTo("create")[1])), false);
});

it("asks to join, and takes it back", async () => {
  const request = { uid: "bob", note: "hi", time: 5 };
  server.answers.ask = ({ withdraw }) => ({ requests: withdraw ? [] : [request], next: "", end: true });
  assert.deepEqual(await ended(tab.askToJoin(ROOM, { note: "hi" })), { uid: "bob", note: "hi", timeMs: 5 });
  await ended(tab.withdraw(ROOM));
  assert.deepEqual(sentTo("ask"), [{ groupId: "room", note: "hi" }, { groupId: "room", withdraw: true }]);
  await assert.rejects(tab.askToJoin(ROOM, { note: "é".repeat(101) }), InvalidInput);
});

it("goes through those who ask, page by page, and hears of the next one", async () => {
  const page = (uid, next) => ({ requests: [{ uid, note: "", time: 5 }], next, end: next === "" });
  server.answers.requests = ({ next }) => (next ? page("dave", "") : page("carol", "n"));
  const all = async () => {
    const uids = [];
    for await (const { uid } of tab.joinRequests("room")) uids.push(uid);
    return uids;
  };
  assert.deepEqual(await ended(all()), ["carol", "dave"]);
  const asked = [];
  tab.on("askedToJoin", (event) => asked.push(event));
  server.tell({ cmd: "ask", uid: "eve", body: { groupId: "room", note: "me too", withdraw: false } });
  await time.advance(1);
  assert.deepEqual(asked, [{ sessionId: ROOM, uid: "eve", note: "me too" }]);
});

it("approves, which is a change of the group, and refuses, which is none", async () => {
  server.answers.approve = (body) => (body.refuse ? { ...change(body), seq: 0 } : change(body));
  const { seq } = await ended(tab.approve(ROOM, ["carol"], { msgId: "m1" }));
  assert.equal((await state()).lastSeq, seq);
  await ended(tab.refuse(ROOM, ["dave"]));
  const [approved, refused] = sentTo("approve");
  assert.deepEqual(approved, { msgId: "m1", groupId: "room", uids: ["carol"] });
  assert.deepEqual([refused.uids, refused.refuse], [["dave"], true]);
  assert.deepEqual([(await state()).lastSeq, (await state()).waiting], [seq, true]);
  for (const call of ["approve", "refuse"]) await assert.rejects(tab[call](ROOM, []), InvalidInput);
});
