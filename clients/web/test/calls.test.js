// The calls of an application: what they send, return and throw.

import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { VirtualTime } from "./support/virtual-time.js";
import "fake-indexeddb/auto";
import { SmallServer } from "./support/server.js";
import { token } from "./support/tokens.js";
import { Client, InvalidInput, ProtocolViolation, RequestRefused } from "../src/index.js";

const CHAT = "p:alice:bob";
let names = 0;
let time;
let server;
let client;

beforeEach(async () => {
  [time, server] = [new VirtualTime(), new SmallServer()];
  const database = `calls ${(names += 1)}`;
  client = new Client("ws://fake", token("bob"), { database, tabs: false, timing: time, dial: server.dial });
  await client.open();
  await time.advance(1);
});
afterEach(() => client.close());

/** Let the clock run until a call has ended. */
async function ended(call) {
  let isOver = false;
  call.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  for (let second = 0; second < 60 && !isOver; second += 1) await time.advance(1);
  return call;
}

const change = ({ msgId, groupId }) => ({ msgId, sessionId: `g:${groupId}`, seq: 1, number: 0, time: 1 });
const message = (seq, sender, sessionId = CHAT) => ({
  ...{ v: 1, msgId: `m-${seq}`, chatType: 1, ackFlg: 1, from: sender, to: "bob", time: 1, msg: {} },
  ...{ sessionId, seq, number: seq, serverTime: seq },
});
const sentTo = (cmd) => server.sent.filter((request) => request.cmd === cmd).map(({ body }) => body);

it("creates a group with the members, the id and the rights that are given", async () => {
  server.answers.create = change;
  const sent = await ended(client.createGroup("Room", { uids: ["alice"], group: "room", isOpen: true, msgId: "m1" }));
  assert.deepEqual(sent, { msgId: "m1", sessionId: "g:room", seq: 1 });
  const body = { msgId: "m1", groupId: "room", name: "Room", uids: ["alice"], open: true, openHistory: false };
  assert.deepEqual(sentTo("create"), [body]);
});

it("gives a group an id of its own if none is given", async () => {
  server.answers.create = change;
  const [one, other] = [await ended(client.createGroup("Room")), await ended(client.createGroup("Room"))];
  assert.notEqual(one.sessionId, other.sessionId);
});

it("names a group by its id or by its session", async () => {
  for (const cmd of ["join", "leave", "add", "remove", "role"]) server.answers[cmd] = change;
  await ended(client.join("g:room"));
  await ended(client.leave("room"));
  await ended(client.add("g:room", ["carol"]));
  await ended(client.remove("room", ["carol"]));
  await ended(client.setRole("g:room", "carol", "ADMIN", { msgId: "m2" }));
  const changes = ["join", "leave", "add", "remove", "role"].flatMap(sentTo);
  assert.deepEqual(new Set(changes.map(({ groupId }) => groupId)), new Set(["room"]));
  assert.deepEqual(changes.at(-1), { msgId: "m2", groupId: "room", uid: "carol", role: "ADMIN" });
});

it("goes through all members, page by page", async () => {
  const member = (uid) => ({ uid, role: "MEMBER", joined: 1 });
  server.answers.members = ({ next }) =>
    next ? { members: [member("carol")], end: true } : { members: [member("alice"), member("bob")], next: "x" };
  const uids = [];
  const call = (async () => {
    for await (const { uid } of client.members("room")) uids.push(uid);
  })();
  await ended(call);
  assert.deepEqual(uids, ["alice", "bob", "carol"]);
});

const INVALID = {
  "a group's name that is too long": () => client.createGroup("x".repeat(201)),
  "a group's id that is no name": () => client.join("a room"),
  "a msgId that is no name": () => client.leave("room", { msgId: "" }),
  "a uid that is none": () => client.createGroup("Room", { uids: ["a:b"] }),
  "nobody to add": () => client.add("room", []),
  "more than 50 people to remove": () => client.remove("room", Array(51).fill("carol")),
  "a blocked uid that is none": () => client.block(""),
  "an unblocked uid that is none": () => client.unblock("a#b"),
  "a text instead of a list of uids": () => client.add("room", "carol"),
  "no group": () => client.join(),
  "no message to discard": () => client.discard(),
  "a page of no messages": () => client.messages(CHAT, { limit: 0 }),
  "a page of half a message": () => client.session(CHAT).pages({ limit: 1.5 }).next(),
  "a page before no number": () => client.session(CHAT).pages({ before: "x" }).next(),
};
// The last one is two people in the wrong order.
for (const id of [undefined, null, "", 5, "alice", "p:alice", "p:alice:bob:carol", "g:", "g:a:b", "x:a:b", "p:bob:alice"]) {
  INVALID[`${id} as a session to read`] = async () => client.session(id);
  for (const call of ["messages", "gaps", "mentions", "markRead"]) INVALID[`${call} of ${id}`] = () => client[call](id);
  if (id != null) INVALID[`a catch-up of ${id}`] = () => client.catchUp(id);
}
for (const [what, call] of Object.entries(INVALID)) {
  it(`refuses ${what}, and sends nothing`, async () => {
    server.sent = [];
    await assert.rejects(call(), InvalidInput);
    await time.advance(1);
    assert.deepEqual(server.sent, []);
  });
}

it("takes each session id that the server may send", async () => {
  for (const id of [CHAT, "p:bob:bob", "p:Zed:alice", "p:..:b/ob", "g:room", "g:-_"]) {
    assert.equal((await client.session(id).state()).sessionId, id);
  }
});

it("refuses an address or a token with which it could never connect", () => {
  for (const url of [undefined, "", "/v1", "http://example.com/v1"]) {
    assert.throws(() => new Client(url, token("bob")), { field: "url" });
  }
  for (const no of [undefined, null, 5]) assert.throws(() => new Client("wss://example.com/v1", no), { field: "token" });
});

it("blocks and unblocks a person, and returns who is blocked", async () => {
  server.answers.block = server.answers.unblock = ({ uid }) => ({ uid });
  server.answers.blocked = () => ({ uids: ["mallory"] });
  await ended(client.block("mallory"));
  await ended(client.unblock("mallory"));
  assert.deepEqual([sentTo("block"), sentTo("unblock")], [[{ uid: "mallory" }], [{ uid: "mallory" }]]);
  assert.deepEqual(await ended(client.blocked()), ["mallory"]);
});

it("reports what a catch-up has pulled, and what it has read from history", async () => {
  const page = { sessionId: CHAT, end: true, endReason: "CAUGHT_UP", remaining: [] };
  server.answers.pull = () => ({ ...page, messages: [message(4, "alice"), message(2, "alice")] });
  server.answers.history = () => ({ ...page, messages: [message(3, "bob"), message(1, "bob")] });
  server.answers.sessions = () => ({ sessions: [{ sessionId: CHAT, received: 3, cleared: 0, lastSeq: 3 }], end: true });
  const progress = [];
  client.on("progress", (now) => progress.push(now));
  const { sessions, seconds, login, ...sums } = await ended(client.catchUp());
  assert.deepEqual([sums.saved, sums.duplicates], [4, 0]);
  assert.deepEqual(sessions.map(({ sessionId, endReason }) => [sessionId, endReason]), [[CHAT, "CAUGHT_UP"]]);
  assert.deepEqual([sessions[0].saved, sessions[0].filled], [2, 2]);
  assert.equal(sums.pages, sentTo("pull").length + sentTo("history").length);
  assert.equal(login.frames, 1);
  const last = { sessionId: CHAT, saved: 4, expected: 4, pages: sums.pages, sessionsDone: 1, sessions: 1 };
  assert.deepEqual(progress.at(-1), last);
  assert.deepEqual(progress.map(({ saved, expected }) => [saved, expected]), [[2, 3], [4, 4], [4, 4]]);
});

it("catches up with as many sessions at once as the settings say", async () => {
  const ids = ["a", "b", "c", "d", "e", "f"].map((uid) => `p:${uid}:bob`).reverse();
  server.answers.sessions = () => ({
    sessions: ids.map((sessionId, at) => ({ sessionId, received: 1, cleared: 0, lastSeq: 1, timestamp: 100 - at })),
    end: true,
  });
  const call = client.catchUp();
  server.silent = ["pull"];
  await time.advance(1);
  assert.deepEqual(sentTo("pull").map(({ sessionId }) => sessionId), ids.slice(0, 4));
  await client.close();
  await assert.rejects(call);
});

it("refuses a page of another session", async () => {
  const page = { sessionId: "p:bob:carol", messages: [message(1, "carol", "p:bob:carol")], end: true, remaining: [] };
  server.answers.pull = () => page;
  await assert.rejects(ended(client.catchUp(CHAT)), ProtocolViolation);
  assert.deepEqual(await client.messages("p:bob:carol"), []);
});

it("reads history on from where a page without messages says", async () => {
  server.push(1);
  await time.advance(1);
  const page = { sessionId: CHAT, messages: [], end: true, endReason: "CAUGHT_UP" };
  server.answers.history = ({ after }) => (after === 40 ? page : { ...page, end: false, resumeAfter: 40 });
  await ended(client.catchUp(CHAT));
  assert.deepEqual(sentTo("history").map(({ after }) => after), [1, 40]);
});

it("says once what is wrong with a message that the server refuses, in its error and in the outbox", async () => {
  const error = { field: "body.msg", rule: "has a listed word", fix: "leave it out" };
  server.answers.chat = () => ({ code: "REJECTED", error });
  const refused = await ended(client.send("alice", { message: "no" })).catch((thrown) => thrown);
  assert(refused instanceof RequestRefused);
  const why = "body.msg: has a listed word; leave it out";
  assert.equal(refused.message, `chat was answered REJECTED (${why})`);
  assert.deepEqual((await client.outbox()).map((row) => row.why), [why]);
});
