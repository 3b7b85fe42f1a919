// A connection that comes and goes: reloads, a network that is away, a server that begins anew.

import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./support/browser.js";
import { browser, server, stack } from "./support/one-browser.js";
import { chatOf, newPerson } from "./support/server.js";
import { openTab } from "./support/tab.js";

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test("a page that is reloaded while the next messages are on their way goes on where it was", async () => {
  const bob = newPerson("bob");
  await server.receive(bob, 400);
  const tab = await openTab(browser, stack, bob, { settings: { pageLimit: 10 } });
  await tab.loggedIn();
  const [{ sessionId }] = await tab.call("sessions");
  let pulls = 0;
  tab.page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => (pulls += Number(JSON.parse(payload).cmd === "pull")));
  });
  await tab.page.reload();
  await tab.open();
  await tab.loggedIn();
  tab.read(sessionId).catch(() => undefined);
  await until("the third pull", () => pulls >= 3);
  await tab.page.reload();
  await tab.open();
  assert.deepEqual(await tab.read(sessionId), range(1, 40).reverse());
  assert.deepEqual(await tab.saved(sessionId), range(1, 40));
  assert.equal(await tab.unread(sessionId), 40);
  await until("all acked", () => server.waiting(bob, sessionId), (seqs) => seqs.length === 0);
  browser.checkFaults();
  await tab.page.close();
});

test("what is written without a network is sent in order when it is back, and what was missed arrives", async () => {
  const [alice, bob] = [newPerson("alice"), newPerson("bob")];
  const chat = chatOf(alice, bob);
  const tab = await openTab(browser, stack, bob);
  await tab.loggedIn();
  await browser.context.setOffline(true);
  for (const text of ["one", "two", "three"]) await tab.call("post", alice, { message: text });
  await server.sayAll(alice, bob, 2);
  assert.equal((await tab.call("outbox")).length, 3);
  assert.deepEqual(await tab.saved(chat), []);
  await browser.context.setOffline(false);
  await until("the outbox is empty", () => tab.call("outbox"), (queued) => queued.length === 0);
  await until("all is here", () => tab.saved(chat), (seqs) => seqs.length === 5);
  const own = (await server.history(bob, chat)).filter(({ from }) => from === bob);
  assert.deepEqual(own.map(({ msg }) => msg.message), ["one", "two", "three"]);
  assert.equal(await tab.unread(chat), 2);
  browser.checkFaults(/ERR_INTERNET_DISCONNECTED/);
  await tab.page.close();
});

test("a server that comes back with other data is met with an empty database, and gets the outbox", async () => {
  const [alice, bob] = [newPerson("alice"), newPerson("bob")];
  const chat = chatOf(alice, bob);
  await server.sayAll(alice, bob, 3);
  const tab = await openTab(browser, stack, bob);
  await tab.loggedIn();
  assert.equal(await tab.unread(chat), 3);
  const restarted = stack.startAnew();
  await until("the connection is lost", () => tab.seen(), ({ offline }) => offline > 0);
  await tab.call("post", alice, { message: "still there?" });
  await restarted;
  server.forget();
  await until("the outbox is empty", () => tab.call("outbox"), (queued) => queued.length === 0);
  assert.deepEqual(await tab.saved(chat), [1], "only what the new data has");
  assert.equal(await tab.unread(chat), 0);
  await server.say(alice, bob, "I am");
  await until("its answer", () => tab.unread(chat), (unread) => unread === 1);
  browser.checkFaults(/ERR_CONNECTION_REFUSED/);
  await tab.page.close();
});
