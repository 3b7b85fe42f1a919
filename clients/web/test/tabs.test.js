// Several tabs of one device: one talks to the server, the others follow.

import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { VirtualTime, idle } from "./support/virtual-time.js";
import "fake-indexeddb/auto";
import { FakeBroadcastChannel, openChannels } from "./support/channel.js";
import { SmallServer } from "./support/server.js";
import { token } from "./support/tokens.js";
import { Client } from "../src/client.js";

globalThis.BroadcastChannel = /** @type {any} */ (FakeBroadcastChannel);

const CHAT = "p:alice:bob";
let names = 0;
let time;
let server;
let tabs;
let name;

beforeEach(() => {
  [time, server, tabs, name] = [new VirtualTime(), new SmallServer(), [], `tabs ${(names += 1)}`];
});
afterEach(() => Promise.all(tabs.map((tab) => tab.close())));

async function openTab() {
  const tab = new Client("ws://fake", token("bob"), { database: name, timing: time, dial: server.dial, deviceId: "web" });
  tabs.push(tab);
  tab.seen = { unread: [], messages: [] };
  tab.on("unread", ({ unread }) => tab.seen.unread.push(unread));
  tab.on("messages", ({ messages }) => tab.seen.messages.push(...messages.map(({ seq }) => seq)));
  const opening = tab.open();
  await time.advance(1);
  await opening;
  await time.advance(1);
  return tab;
}

it("lets the first tab talk to the server, and the second follow", async () => {
  const [first, second] = [await openTab(), await openTab()];
  assert.deepEqual([first.isLeading, second.isLeading], [true, false]);
  assert.equal(server.open.length, 1);
});

it("shows a push in both tabs, and counts it once", async () => {
  const [first, second] = [await openTab(), await openTab()];
  server.push(1);
  await time.advance(1);
  for (const tab of [first, second]) {
    assert.deepEqual(tab.seen, { unread: [1], messages: [1] });
    assert.equal((await tab.session(CHAT).state()).unread, 1);
  }
});

it("sends what a following tab writes, once, and tells both tabs", async () => {
  const [, second] = [await openTab(), await openTab()];
  const sending = second.send("alice", { message: "hi" });
  await time.advance(1);
  assert.equal((await sending).seq, 101);
  assert.equal(server.sent.filter(({ cmd }) => cmd === "chat").length, 1);
  assert.deepEqual(await second.outbox(), []);
});

it("takes the red dot away in all tabs when one of them reads", async () => {
  const [first, second] = [await openTab(), await openTab()];
  server.push(1);
  await time.advance(1);
  await second.markRead(CHAT);
  await time.advance(1);
  assert.equal(first.seen.unread.at(-1), 0);
  assert.equal((await first.session(CHAT).state()).unread, 0);
});

it("opens a page for a following tab over the connection of the leading one", async () => {
  const [, second] = [await openTab(), await openTab()];
  const page = second.session(CHAT).pages().next();
  await time.advance(1);
  assert.equal((await page).value.end, true);
  assert.equal(server.connections.length, 1);
});

it("lets the second tab lead at once when the first is closed", async () => {
  const [first, second] = [await openTab(), await openTab()];
  await first.close();
  await time.advance(1.5);
  assert.equal(second.isLeading, true);
  assert.equal(server.open.length, 1);
});

it("lets the second tab lead some seconds after the first was killed", async () => {
  const [first, second] = [await openTab(), await openTab()];
  openChannels()[0].freeze();
  await time.advance(4);
  assert.equal(second.isLeading, false);
  await time.advance(6);
  assert.equal(second.isLeading, true);
  openChannels()[0].thaw();
  await time.advance(1);
  assert.equal(first.isLeading, false, "two tabs must not lead");
  assert.equal(server.open.length, 1);
});

it("refuses what a frozen tab writes after another has taken over", async () => {
  const [first, second] = [await openTab(), await openTab()];
  openChannels()[0].freeze();
  await time.advance(10);
  assert.deepEqual([first.isLeading, second.isLeading], [true, true], "the first does not know it yet");
  // Both get the push: the frozen one over its old connection, before it hears that another leads.
  server.push(1);
  await idle();
  openChannels()[0].thaw();
  await time.advance(1);
  assert.deepEqual([first.isLeading, second.isLeading], [false, true]);
  assert.equal((await second.session(CHAT).state()).unread, 1);
  assert.equal(server.open.length, 1);
});

it("sends what a frozen tab has stored while it only believed to lead", async () => {
  const [first, second] = [await openTab(), await openTab()];
  server.push(1);
  await time.advance(1);
  openChannels()[0].freeze();
  await time.advance(10);
  server.silent = ["chat", "read"];
  await first.post("alice", { message: "hi" }, { msgId: "m1" });
  const reading = first.markRead(CHAT);
  await time.advance(1);
  [server.silent, server.sent] = [[], []];
  openChannels()[0].thaw();
  await time.advance(3);
  await reading;
  assert.deepEqual([first.isLeading, second.isLeading], [false, true]);
  assert.deepEqual(await second.outbox(), []);
  const sent = server.sent.map(({ cmd }) => cmd);
  assert.deepEqual(["chat", "read"].map((cmd) => sent.filter((each) => each === cmd).length), [1, 1]);
});
