// What happens now and is not kept: typing, other signals, and who is online.

import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { browser, server, time } from "./support/one-browser.js";
import { InvalidInput, RequestRefused } from "../src/index.js";

const CHAT = "p:alice:bob";
let tab;

const sent = () => server.sent.filter(({ cmd }) => cmd === "signal").map(({ body }) => [body.to, body.kind]);
const push = (kind, uid = "alice", sessionId = CHAT) =>
  server.tell({ cmd: "signal", uid, time: 10_000, body: { chatType: 1, to: "bob", kind, data: "d", sessionId } });

function noteEvents(of) {
  Object.assign(of.seen, { typing: [], signals: [] });
  of.on("typing", ({ sessionId, uids }) => of.seen.typing.push([sessionId, ...uids]));
  of.on("signal", (signal) => of.seen.signals.push(signal));
}

beforeEach(async () => {
  tab = await browser.open();
  noteEvents(tab);
});

describe("somebody who types", () => {
  it("is shown in all tabs, and no longer eight seconds after the last signal", async () => {
    const second = await browser.open();
    noteEvents(second);
    push("typing");
    await time.advance(5);
    push("typing");
    await time.advance(7);
    for (const each of [tab, second]) assert.deepEqual(each.seen.typing, [[CHAT, "alice"]]);
    await time.advance(2);
    for (const each of [tab, second]) assert.deepEqual(each.seen.typing, [[CHAT, "alice"], [CHAT]]);
  });

  it("ends with their signal, with their message and with the connection", async () => {
    const ends = [() => push("stopped"), () => server.push(1), () => server.drop()];
    for (const end of ends) {
      tab.seen.typing = [];
      push("typing");
      await time.advance(1);
      end();
      await time.advance(2);
      assert.deepEqual(tab.seen.typing, [[CHAT, "alice"], [CHAT]], String(end));
    }
  });

  it("goes on when somebody else writes, does something else, or an old message is fetched", async () => {
    push("typing", "carol", "g:room");
    await time.advance(1);
    push("recording", "carol", "g:room");
    push("stopped", "alice", "g:room");
    server.tell({ cmd: "chat", uid: "alice", body: { ...server.message(1), sessionId: "g:room", chatType: 2 } });
    await time.advance(1);
    assert.deepEqual(tab.seen.typing, [["g:room", "carol"]]);
  });

  it("is never this account, a stranger in a private session, or somebody in a group that it has left", async () => {
    const inGroup = { from: "carol", to: "room", sessionId: "g:room", chatType: 2 };
    const removal = { type: "system", msg: { event: "remove", uids: ["bob"] }, quiet: true };
    server.tell({ cmd: "chat", uid: "carol", body: { ...server.message(3), ...inGroup, ...removal } });
    push("typing", "bob");
    push("typing", "bob", "g:other");
    push("typing", "carol");
    push("typing", "carol", "g:room");
    await time.advance(1);
    assert.deepEqual([tab.seen.typing, tab.seen.signals], [[], []]);
  });
});

describe("another signal", () => {
  it("is told with its data, and is no typing", async () => {
    push("recording");
    await time.advance(1);
    assert.deepEqual(tab.seen.signals, [{ sessionId: CHAT, uid: "alice", kind: "recording", data: "d" }]);
    assert.deepEqual(tab.seen.typing, []);
  });
});

describe("typing", () => {
  const typeFor = async (seconds) => {
    for (let at = 0; at < seconds; at += 0.5) {
      void tab.typing("alice");
      await time.advance(0.5);
    }
  };
  it("is told once every four seconds, and its end", async () => {
    await typeFor(6);
    await tab.stopTyping("alice");
    await time.advance(1);
    assert.deepEqual(sent(), [["alice", "typing"], ["alice", "typing"], ["alice", "stopped"]]);
  });

  it("is told again at once after a message, which has ended it", async () => {
    await typeFor(1);
    const sending = tab.send("alice", { message: "hi" });
    await time.advance(1);
    await sending;
    await typeFor(1);
    assert.deepEqual(sent(), [["alice", "typing"], ["alice", "typing"]]);
  });

  it("is at most one signal a second in all; the latest of a session takes the place of an earlier one", async () => {
    void tab.typing("alice");
    const earlier = tab.signal("carol", "waving");
    await time.advance(0.1);
    const stopping = tab.signal("carol", "recording");
    await time.advance(0.1);
    assert.deepEqual(sent(), [["alice", "typing"]]);
    assert.equal(await earlier, false);
    await time.advance(1);
    await stopping;
    assert.deepEqual(sent(), [["alice", "typing"], ["carol", "recording"]]);
  });

  it("is dropped without a connection, and never sent later", async () => {
    server.drop();
    assert.equal(await tab.signal("alice", "recording"), false);
    await time.advance(40);
    assert.deepEqual(sent(), []);
  });

  it("in a session that refuses it is not told again before the next login", async () => {
    server.answers.signal = () => "FAILED_PRECONDITION";
    await typeFor(6);
    assert.equal(sent().length, 1);
    server.drop();
    await time.advance(40);
    await typeFor(1);
    assert.equal(sent().length, 2);
  });

  it("of a following tab is told by the leading one, but not if it comes late", async () => {
    const second = await browser.open();
    const sending = second.signal("alice", "recording");
    await time.advance(1);
    assert.equal(await sending, true);
    second.channel.freeze();
    const late = second.signal("alice", "waving");
    await time.advance(3);
    second.channel.thaw();
    await time.advance(1);
    assert.equal(await late, false);
    assert.deepEqual(sent(), [["alice", "recording"]]);
  });
});

describe("a signal of one's own kind", () => {
  it("throws what the server refuses, and what can never be right", async () => {
    server.answers.signal = () => "PERMISSION_DENIED";
    await assert.rejects(tab.signal("alice", "waving"), RequestRefused);
    for (const [to, kind, data] of [["a:b", "waving", ""], ["alice", "Waving", ""], ["alice", "waving", "é".repeat(129)]]) {
      await assert.rejects(tab.signal(to, kind, data), InvalidInput);
    }
  });

  it("that waits when the client is closed is dropped", async () => {
    const [first, second] = [tab.signal("alice", "one"), tab.signal("carol", "two")];
    await browser.close();
    browser.tabs = [];
    assert.deepEqual([await first, await second], [true, false]);
  });
});

describe("online", () => {
  it("tells of each person whether they are, and when they were", async () => {
    server.answers.online = () => ({ people: { alice: { online: true }, carol: { online: false, lastSeen: 5 } } });
    const asked = tab.online(["alice", "carol"]);
    await time.advance(1);
    const expected = { alice: { online: true, lastSeenMs: null }, carol: { online: false, lastSeenMs: 5 } };
    assert.deepEqual(Object.fromEntries(await asked), expected);
    assert.deepEqual(server.sent.at(-1).body, { uids: ["alice", "carol"] });
  });

  it("asks for 1 to 100 people", async () => {
    for (const uids of [[], Array.from({ length: 101 }, (_, at) => `u${at}`)]) {
      await assert.rejects(tab.online(uids), InvalidInput);
    }
  });
});
