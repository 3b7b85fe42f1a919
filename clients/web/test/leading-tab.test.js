// Which tab leads when tabs are killed, frozen, broken or old.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { browser, server, time } from "./support/one-browser.js";
import { idle } from "./support/virtual-time.js";
import { failNext } from "./support/failing-database.js";
import { DeviceReplaced, StoreError } from "../src/index.js";

describe("leading", () => {
  it("is for one tab only, though several ask at the same moment", async () => {
    const tabs = await Promise.all([browser.begin(), browser.begin(), browser.begin()]);
    await time.advance(5);
    await Promise.all(tabs.map((tab) => tab.opening));
    assert.equal(browser.leading.length, 1);
    assert.equal(server.open.length, 1);
    await browser.leading[0].close();
    await time.advance(5);
    assert.equal(browser.leading.length, 1);
    assert.equal(server.open.length, 1);
  });

  it("is given back when the database fails in the tab, and another tab goes on", async () => {
    const [first, second] = [await browser.open(), await browser.open()];
    failNext("no room");
    server.push(1);
    await time.advance(5);
    assert(first.seen.stopped[0] instanceof StoreError);
    assert.deepEqual([first.isLeading, second.isLeading], [false, true]);
    assert.deepEqual(second.seen.stopped, []);
  });

  it("begins with the red dots that the tab before has counted, and was killed before it could tell", async () => {
    const [first, second] = [await browser.open(), await browser.open()];
    browser.willDie(first, "after commit");
    server.push(1);
    await time.advance(12);
    assert.deepEqual(second.seen.unread, [1]);
  });

  it("is tried again after the database has failed once at the beginning", async () => {
    const [first, second] = [await browser.open(), await browser.open()];
    browser.kill(first);
    failNext("no room");
    await time.advance(30);
    assert.equal(second.isLeading, true);
  });

  it("ends in all tabs, with the error, when another program has the device", async () => {
    const [first, second] = [await browser.open(), await browser.open()];
    await time.advance(120);
    server.answers.login = () => "ABORTED";
    for (const { listener } of server.open) listener.onClose("closed");
    await time.advance(60);
    for (const tab of [first, second]) {
      assert(tab.seen.stopped[0] instanceof DeviceReplaced, "the class survives the channel");
      await assert.rejects(tab.refreshSessions(), DeviceReplaced);
    }
    assert.deepEqual(browser.leading, []);
  });

  it("goes on if the other program was only the tab that led before", async () => {
    const first = await browser.open();
    let logins = 0;
    server.answers.login = () => (logins++ === 0 ? "ABORTED" : undefined);
    await first.close();
    const second = await browser.open();
    await time.advance(10);
    assert.deepEqual(second.seen.stopped, []);
    assert.equal(second.isLeading, true);
    assert.equal(logins, 2);
  });

  it("ends for a tab whose database was emptied under it, which then begins anew", async () => {
    const first = await browser.open();
    server.push(1);
    await time.advance(1);
    await browser.wipe();
    server.push(2);
    await time.advance(30);
    assert.equal(first.isLeading, true);
    assert.equal(server.open.length, 1);
  });
});

describe("a frozen tab that has led", () => {
  it("writes nothing after it has learned that another leads, not even what it was about to", async () => {
    const [first, second] = [await browser.open(), await browser.open()];
    first.channel.freeze();
    await time.advance(10);
    server.push(1);
    first.channel.thaw(); // the push is read, but not saved yet
    await time.advance(2);
    assert.deepEqual([first.isLeading, second.isLeading], [false, true]);
    assert.deepEqual(second.seen.messages, [1], "it is told where it was saved");
  });

  it("is told at its first beat that another leads", async () => {
    const [first, second] = [await browser.open(), await browser.open()];
    first.channel.freeze();
    await time.advance(10);
    first.channel.forgetWaiting();
    first.channel.thaw();
    await time.advance(2.1);
    assert.deepEqual([first.isLeading, second.isLeading], [false, true]);
  });

  it("can't bring back a red dot that it was about to tell", async () => {
    const [first] = [await browser.open(), await browser.open()];
    const third = await browser.open();
    first.channel.freeze();
    await time.advance(10);
    first.channel.postMessage({ kind: "beat", term: 1 });
    first.channel.postMessage({ kind: "event", term: 1, name: "unread", event: { sessionId: "p:a:b", unread: 99 } });
    first.channel.thaw();
    await time.advance(3);
    assert.deepEqual([...third.seen.unread, ...browser.leading[0].seen.unread], []);
  });

  it("is not taken for dead because its follower was frozen itself", async () => {
    const [first, second] = [await browser.open(), await browser.open()];
    time.freeze(3_600);
    await time.advance(10);
    assert.deepEqual([first.isLeading, second.isLeading], [true, false]);
  });
});

describe("tabs with different versions of the library", () => {
  it("tell that they do not know a call", async () => {
    const [first] = [await browser.open()];
    const replies = [];
    const other = new BroadcastChannel(first.channel.name);
    other.onmessage = ({ data }) => data.kind === "reply" && replies.push(data);
    other.postMessage({ kind: "call", id: "x 1", name: "future", args: [] });
    await time.advance(1);
    other.close();
    assert.match(replies[0].error.message, /another version/);
  });

  it("ignore notes that they do not know", async () => {
    const [first, second] = [await browser.open(), await browser.open()];
    const other = new BroadcastChannel(first.channel.name);
    for (const note of [null, undefined, 1, "x", {}, { kind: "future" }, { kind: "reply", id: "none" }]) {
      other.postMessage(note);
    }
    await time.advance(3);
    other.close();
    assert.deepEqual([first.isLeading, second.isLeading], [true, false]);
    assert.deepEqual([first.seen.stopped, second.seen.stopped], [[], []]);
  });

  it("let the newer one upgrade the database, and the older one lets go of the connection", async () => {
    const [first] = [await browser.open()];
    const upgraded = new Promise((resolve) => (indexedDB.open(browser.database, 99).onsuccess = resolve));
    await idle();
    (await upgraded).target.result.close();
    server.push(1);
    await time.advance(5);
    assert(first.seen.stopped[0] instanceof StoreError);
    assert.match(first.seen.stopped[0].message, /reload/);
    assert.equal(server.open.length, 0);
  });
});
