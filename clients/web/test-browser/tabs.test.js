// Several tabs of one device: one connection, whatever becomes of the tab that has it.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { killerOf, until } from "./support/browser.js";
import { browser, server, stack } from "./support/one-browser.js";
import { chatOf, newPerson } from "./support/server.js";
import { openTab } from "./support/tab.js";

/** What Chromium reports of the socket of a page that is frozen. */
const ENTERED_CACHE = /WebSocket connection to .* failed: Page entered Back-Forward Cache/;

let alice;
let bob;
let chat;

beforeEach(() => {
  [alice, bob] = [newPerson("alice"), newPerson("bob")];
  chat = chatOf(alice, bob);
});

/** Open two tabs of Bob's phone. The first one talks to the server, behind the second one. */
async function openTwo() {
  const leader = await openTab(browser, stack, bob);
  await leader.loggedIn();
  const follower = await openTab(browser, stack, bob);
  await follower.loggedIn();
  assert.deepEqual([await leader.isLeading(), await follower.isLeading()], [true, false]);
  return [leader, follower];
}

const closeAll = (...tabs) => Promise.all(tabs.map(({ page }) => page.close()));

/** Let Alice write, and wait until a tab has told of the message. */
async function sayTo(tab, text) {
  const { seq } = await server.say(alice, bob, text);
  await until(`a message: ${text}`, () => tab.seen(), ({ messages }) => messages[chat]?.includes(seq));
}

/** Each message was told once, and is counted once. */
async function checkCounts(tab, count) {
  assert.deepEqual((await tab.seen()).messages[chat], Array.from({ length: count }, (_, index) => index + 1));
  assert.equal(await tab.unread(chat), count);
}

test("two tabs of a device have one connection and one token, and show the same", async () => {
  const [leader, follower] = await openTwo();
  await sayTo(leader, "hello");
  await sayTo(follower, "hello again");
  for (const tab of [leader, follower]) await checkCounts(tab, 2);
  assert.deepEqual([leader.sockets, follower.sockets], [1, 0]);
  assert.equal((await follower.seen()).tokens, 0);
  await follower.call("markRead", chat);
  for (const tab of [leader, follower]) await until("read", () => tab.seen(), ({ unread }) => unread[chat] === 0);
  browser.checkFaults();
  await closeAll(leader, follower);
});

test("a tab takes over when the leading one is closed", async () => {
  const [leader, follower] = await openTwo();
  await sayTo(follower, "before");
  await leader.page.close();
  await until("it leads", () => follower.isLeading());
  await sayTo(follower, "after");
  await checkCounts(follower, 2);
  assert.equal(follower.sockets, 1);
  browser.checkFaults();
  await closeAll(follower);
});

test("a tab takes over when the leading one has crashed, and sends what that one had in its outbox", async () => {
  const [leader, follower] = await openTwo();
  await sayTo(follower, "before");
  await (await killerOf(leader.page))();
  const sending = follower.call("send", alice, { message: "to whom it may concern" });
  await until("it leads", () => follower.isLeading());
  assert.equal((await sending).seq, 2);
  await server.say(alice, bob, "after");
  await until("the next message", () => follower.saved(chat), (seqs) => seqs.length === 3);
  await checkSentOnce(3);
  assert.equal(await follower.unread(chat), 2);
  browser.checkFaults();
  await closeAll(leader, follower);
});

test("a tab takes over when the leading one is frozen, which follows when it is thawed", async () => {
  const [leader, follower] = await openTwo();
  await sayTo(follower, "before");
  const lifecycle = await browser.context.newCDPSession(leader.page);
  await leader.page.evaluate(() => document.addEventListener("freeze", () => (window.wasFrozen = true)));
  await lifecycle.send("Page.setWebLifecycleState", { state: "frozen" });
  await until("it leads", () => follower.isLeading());
  await sayTo(follower, "meanwhile");
  await lifecycle.send("Page.setWebLifecycleState", { state: "active" });
  assert.ok(await leader.page.evaluate(() => window.wasFrozen), "it was frozen");
  await until("it follows", async () => !(await leader.isLeading()));
  assert.equal(await follower.isLeading(), true);
  await sayTo(follower, "after");
  await checkCounts(follower, 3);
  await until("it has heard", () => leader.seen(), ({ messages }) => messages[chat].includes(3));
  assert.equal(await leader.unread(chat), 3);
  assert.deepEqual([leader.sockets, follower.sockets], [1, 1]);
  browser.checkFaults(ENTERED_CACHE);
  await closeAll(leader, follower);
});

test("a tab that stalls while it leads, and learns late that another leads, changes nothing any more", async () => {
  const [leader, follower] = await openTwo();
  await sayTo(follower, "before");
  const debug = await browser.context.newCDPSession(leader.page);
  await debug.send("Debugger.enable");
  await debug.send("Debugger.pause");
  // What comes now lies in the stalled tab until it goes on, and comes to the other one from the server.
  await server.say(alice, bob, "meanwhile");
  await until("it leads", () => follower.isLeading());
  await until("the message", () => follower.saved(chat), (seqs) => seqs.length === 2);
  await debug.send("Debugger.disable");
  await until("it follows", async () => !(await leader.isLeading()));
  await sayTo(follower, "after");
  await checkCounts(follower, 3);
  assert.equal(await leader.unread(chat), 3);
  assert.equal(await follower.isLeading(), true);
  assert.deepEqual([leader.sockets, follower.sockets], [1, 1]);
  await until("all acked", () => server.waiting(bob, chat), (seqs) => seqs.length === 0);
  browser.checkFaults();
  await closeAll(leader, follower);
});

test("a page that comes out of the back/forward cache connects again, and has missed nothing", async () => {
  const tab = await openTab(browser, stack, bob);
  await tab.loggedIn();
  await sayTo(tab, "before");
  await leave(tab);
  await server.say(alice, bob, "meanwhile");
  assert.equal(await comeBack(tab), true, "it is the page that has left");
  await until("the message", () => tab.saved(chat), (seqs) => seqs.length === 2);
  assert.equal(await tab.isLeading(), true);
  await sayTo(tab, "after");
  await checkCounts(tab, 3);
  browser.checkFaults(ENTERED_CACHE);
  await closeAll(tab);
});

test("a page that goes into the back/forward cache lets another tab lead", async () => {
  const [leader, follower] = await openTwo();
  await leave(leader);
  await until("it leads", () => follower.isLeading());
  await sayTo(follower, "meanwhile");
  // What the other tab has told it has put it out of the cache: it is loaded anew.
  assert.equal(await comeBack(leader), false);
  await leader.open();
  assert.deepEqual([await leader.isLeading(), await follower.isLeading()], [false, true]);
  await sayTo(leader, "after");
  assert.equal(await leader.unread(chat), 2);
  await checkCounts(follower, 2);
  browser.checkFaults(ENTERED_CACHE);
  await closeAll(leader, follower);
});

/** Go to another page, so that the page goes into the cache. */
async function leave({ page }) {
  await page.evaluate(() => {
    window.addEventListener("pageshow", ({ persisted }) => (window.isBack = persisted));
  });
  await page.goto(`${stack.origin}/playground/icon.svg`);
}

/** Go back; tell whether the page came out of the cache as it was. */
async function comeBack({ page }) {
  await page.goBack({ waitUntil: "commit" });
  return page.evaluate(() => window.isBack === true);
}

/** The server has so many messages, each once. */
async function checkSentOnce(count) {
  const ids = (await server.history(bob, chat)).map(({ msgId }) => msgId);
  assert.equal(new Set(ids).size, count);
  assert.equal(ids.length, count);
}
