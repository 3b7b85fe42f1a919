// What the person chooses for a session: shown at once, told once, the same on all devices, and never a change of a count.

import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { browser, ended, server, time } from "./support/one-browser.js";
import { InvalidInput } from "../src/index.js";

const CHAT = "p:alice:bob";
let tab;
let kept;

const sent = () => server.sent.filter(({ cmd }) => cmd === "settings").map(({ body }) => body.sessions);
const chosen = async (of = tab) => (await of.session(CHAT).state()).settings;
const held = (more, version = 1) => ({
  ...{ mutedUntil: 0, pinned: false, hidden: false, markedUnread: false, changedAt: 5, version },
  ...more,
});
const push = (settings) => server.tell({ cmd: "settings", body: { sessions: { [CHAT]: settings } } });

/** Keeps the settings of the session as the server does, as far as these tests need it. */
function keep({ sessions }) {
  const { at, ...choice } = sessions[CHAT];
  const positions = { ...(choice.hidden && { hiddenAt: at }), ...(choice.markedUnread && { markedAt: at }) };
  kept = { ...kept, ...choice, ...positions, version: kept.version + 1 };
  return { sessions: { [CHAT]: { code: "OK", settings: kept } } };
}

beforeEach(async () => {
  tab = await browser.open();
  [tab.seen.settings, kept] = [[], held({}, 0)];
  tab.on("settings", ({ settings }) => tab.seen.settings.push(settings));
  server.answers.settings = keep;
});

describe("a choice", () => {
  it("is shown at once in all tabs, and told once", async () => {
    const second = await browser.open();
    await ended(second.setSettings(CHAT, { pinned: true }));
    for (const each of [tab, second]) assert.equal((await chosen(each)).pinned, true);
    await time.advance(2);
    assert.equal(sent().length, 1);
    const [{ [CHAT]: { changedAt, ...choice } }] = sent();
    assert.deepEqual(choice, { pinned: true });
    assert(Math.abs(changedAt - time.nowMs()) < 10_000);
    assert.deepEqual(tab.seen.settings.map(({ pinned }) => pinned).at(-1), true);
  });

  it("without a connection is shown, and told after the next login with the time at which it was made", async () => {
    server.drop();
    await ended(tab.setSettings(CHAT, { mutedUntilMs: Infinity }));
    const madeAt = time.nowMs();
    assert.equal((await chosen()).mutedUntilMs, 2 ** 53 - 1);
    await time.advance(40);
    assert.equal(sent().length, 1);
    assert.equal(sent()[0][CHAT].mutedUntil, 2 ** 53 - 1);
    assert(sent()[0][CHAT].changedAt <= madeAt);
  });

  it("survives the page", async () => {
    server.drop();
    await ended(tab.setSettings(CHAT, { pinned: true }));
    await browser.close();
    browser.tabs = [];
    tab = await browser.open();
    assert.equal((await chosen()).pinned, true);
    await time.advance(5);
    assert.equal(sent().length, 1);
  });

  it("replaces the earlier choice of the same setting, and leaves the others", async () => {
    server.drop();
    const wanted = [{ pinned: true, hidden: true }, { pinned: false }];
    await Promise.all(wanted.map((each) => tab.setSettings(CHAT, each)));
    await time.advance(40);
    const choices = sent().map(({ [CHAT]: { changedAt, ...choice } }) => choice);
    assert.deepEqual(choices, [{ hidden: true, at: { seq: 0, received: 0 } }, { pinned: false }]);
  });

  it("has the server's time, by a clock that is wrong", async () => {
    server.nowMs = () => time.nowMs() - 3_600_000;
    server.drop();
    await time.advance(40);
    await ended(tab.setSettings(CHAT, { pinned: true }));
    await time.advance(2);
    assert(Math.abs(sent()[0][CHAT].changedAt - server.nowMs()) < 10_000);
  });

  it("that was made offline by a clock that is ahead gets the server's time, and comes after an earlier one", async () => {
    const [startMs, started] = [time.nowMs(), time.monotonic()];
    server.nowMs = () => startMs + (time.monotonic() - started) * 1_000;
    server.drop();
    time.shiftClock(3_500);
    await tab.setSettings(CHAT, { pinned: true });
    time.shiftClock(100);
    await tab.setSettings(CHAT, { hidden: true });
    await time.advance(40);
    const [first, second] = sent().map(({ [CHAT]: { changedAt } }) => changedAt);
    assert(first < second && second < server.nowMs() + 240_000);
    assert.deepEqual([(await chosen()).pinned, (await chosen()).hidden], [true, true]);
  });

  it("is later than every one that this device knows of", async () => {
    push(held({ changedAt: time.nowMs() + 60_000 }));
    await time.advance(1);
    const known = time.nowMs() + 59_000;
    await ended(tab.setSettings(CHAT, { pinned: true }));
    await time.advance(2);
    assert(sent()[0][CHAT].changedAt > known);
  });

  it("that the server refuses is no longer shown, and not told again", async () => {
    server.answers.settings = () => ({ sessions: { [CHAT]: { code: "NOT_FOUND" } } });
    await ended(tab.setSettings(CHAT, { pinned: true }));
    await time.advance(40);
    assert.equal(sent().length, 1);
    assert.deepEqual(tab.seen.settings.map(({ pinned }) => pinned), [true, false]);
  });

  it("whose answer has no room for what holds now is shown as the counter has it", async () => {
    server.answers.settings = () => ({ sessions: { [CHAT]: { code: "OK" } } });
    server.answers.counters = () => ({
      counters: { [CHAT]: { received: 0, cleared: 0, lastSeq: 0, timestamp: 0, settings: held({ pinned: true, pinnedAt: 7 }, 3) } },
      next: "",
    });
    await ended(tab.setSettings(CHAT, { pinned: true }));
    await time.advance(2);
    assert.equal((await chosen()).pinnedAtMs, 7);
  });

  it("that the server can't take now is told again", async () => {
    server.answers.settings = () => ({ sessions: { [CHAT]: { code: "UNAVAILABLE" } } });
    await ended(tab.setSettings(CHAT, { pinned: true }));
    await time.advance(2);
    server.answers.settings = keep;
    await time.advance(40);
    assert(sent().length > 1);
    assert.equal((await chosen()).pinned, true);
    server.sent = [];
    server.drop();
    await time.advance(40);
    assert.deepEqual(sent(), []);
  });

  it("of nothing, of something else, or with a wrong value is refused before anything is stored", async () => {
    for (const wrong of [{}, { colour: "red" }, { pinned: 1 }, { mutedUntilMs: -1 }, { mutedUntilMs: "x" }]) {
      await assert.rejects(tab.setSettings(CHAT, wrong), InvalidInput);
    }
    await assert.rejects(tab.setSettings("alice", { pinned: true }), InvalidInput);
    assert.deepEqual(tab.seen.settings, []);
  });
});

describe("what another device has chosen", () => {
  it("is shown if it is newer, whichever comes first", async () => {
    push(held({ pinned: true, pinnedAt: 5 }, 3));
    push(held({ pinned: false }, 2));
    await time.advance(1);
    assert.deepEqual([(await chosen()).pinned, (await chosen()).pinnedAtMs], [true, 5]);
  });

  it("while this one was away is asked for after the login, once", async () => {
    const summary = { sessionId: CHAT, received: 0, cleared: 0, lastSeq: 0, timestamp: 1, settings: held({ pinned: true }, 4) };
    server.answers.login = () => ({ counters: {}, next: "", epoch: "e1", settingsSum: 4 });
    server.answers.sessions = () => ({ sessions: [summary], next: "", end: true });
    for (const expected of [1, 1]) {
      server.drop();
      await time.advance(40);
      assert.equal((await chosen()).pinned, true);
      assert.equal(server.sent.filter(({ cmd }) => cmd === "sessions").length, expected);
    }
  });
});

describe("a hidden session", () => {
  it("is shown again with what is newer, and not with what is quiet", async () => {
    server.push(1);
    await time.advance(1);
    await ended(tab.setSettings(CHAT, { hidden: true }));
    await time.advance(1);
    assert.deepEqual(sent()[0][CHAT].at, { seq: 1, received: 1 });
    server.tell({ cmd: "chat", uid: "alice", body: { ...server.message(2), number: 1, quiet: true } });
    await time.advance(1);
    assert.equal((await chosen()).hidden, true);
    server.tell({ cmd: "chat", uid: "alice", body: { ...server.message(3), number: 2 } });
    await time.advance(1);
    assert.equal((await chosen()).hidden, false);
    assert.deepEqual(tab.seen.settings.map(({ hidden }) => hidden), [true, false]);
    assert.equal((await tab.session(CHAT).state()).unread, 2, "hiding has changed no count");
  });

  it("is shown again with an own message", async () => {
    server.push(1);
    await time.advance(1);
    await ended(tab.setSettings(CHAT, { hidden: true }));
    await ended(tab.send("alice", { message: "hi" }));
    assert.equal((await chosen()).hidden, false);
  });

  it("and a muted one are not in the total, unless muted ones are asked for", async () => {
    server.push(1);
    await time.advance(1);
    const totals = async () => [await ended(tab.unreadTotal()), await ended(tab.unreadTotal({ includeMuted: true }))];
    assert.deepEqual(await totals(), [1, 1]);
    await ended(tab.setSettings(CHAT, { mutedUntilMs: time.nowMs() + 60_000 }));
    assert.deepEqual(await totals(), [0, 1]);
    await time.advance(61);
    assert.deepEqual(await totals(), [1, 1], "the mute is over");
    await ended(tab.setSettings(CHAT, { hidden: true }));
    assert.deepEqual(await totals(), [0, 0]);
  });
});

describe("the list of chats", () => {
  it("has pinned sessions first, the last one that was pinned at the top, and no hidden ones", async () => {
    const counters = {};
    const pinned = { "p:bob:carol": 5, "p:bob:dave": 9 };
    for (const [at, id] of ["p:alice:bob", "p:bob:carol", "p:bob:dave", "p:bob:eve"].entries()) {
      const settings = held({ pinned: id in pinned, pinnedAt: pinned[id], hidden: id === "p:bob:eve" });
      counters[id] = { received: 0, cleared: 0, lastSeq: 0, timestamp: 100 - at, settings };
    }
    server.answers.login = () => ({ counters, next: "", epoch: "e1" });
    server.drop();
    await time.advance(40);
    const ids = (await tab.chatList()).map(({ sessionId }) => sessionId);
    assert.deepEqual(ids, ["p:bob:dave", "p:bob:carol", "p:alice:bob"]);
  });
});

describe("a session that is marked as unread", () => {
  it("has a dot without a number until it is read", async () => {
    await ended(tab.setSettings(CHAT, { markedUnread: true }));
    await time.advance(1);
    const { unread, settings } = await tab.session(CHAT).state();
    assert.deepEqual([unread, settings.markedUnread], [0, true]);
    await ended(tab.markRead(CHAT));
    await time.advance(2);
    assert.equal((await chosen()).markedUnread, false);
    assert.equal(sent().at(-1)[CHAT].markedUnread, false);
  });

  it("is no longer when another device has read beyond the mark", async () => {
    server.push(1);
    await time.advance(1);
    await ended(tab.setSettings(CHAT, { markedUnread: true }));
    server.tell({ cmd: "read", body: { sessions: { [CHAT]: { seq: 1, received: 1 } } } });
    await time.advance(1);
    assert.equal((await chosen()).markedUnread, true);
    server.tell({ cmd: "read", body: { sessions: { [CHAT]: { seq: 2, received: 2 } } } });
    await time.advance(1);
    assert.equal((await chosen()).markedUnread, false);
  });
});
