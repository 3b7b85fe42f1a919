// What is not saved is not told, not acked and not sent; what the browser has thrown away comes back.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { VirtualTime } from "./support/virtual-time.js";
import { failNext, isSaved, transactions } from "./support/failing-database.js";
import { ModelServer } from "./support/model-server.js";
import { Browser } from "./support/tabs.js";
import { InvalidInput, StoreError } from "../src/index.js";

const CHAT = "p:alice:bob";
let time;
let server;
let browser;
let acked;

beforeEach(() => {
  failNext();
  time = new VirtualTime();
  server = new ModelServer((work) => void time.sleep(0.01).then(work));
  acked = [];
  server.onAck = (database, id, seq) => {
    assert(isSaved(database, id, seq));
    acked.push(seq);
  };
  browser = new Browser(time, server, (...args) => server.dialOf(browser.database)(...args));
});
afterEach(() => ended(browser.close()));

/** Let the clock run until a promise is settled. */
async function ended(promise) {
  let isOver = false;
  const over = () => (isOver = true);
  promise.then(over, over);
  for (let second = 0; second < 300 && !isOver; second += 1) await time.advance(1);
  return promise;
}

const say = (times) => Array.from({ length: times }, () => server.say("alice"));
const unread = async (tab) => (await tab.session(CHAT).state()).unread;
const held = async (tab) => (await tab.messages(CHAT)).map(({ seq }) => seq).reverse();

describe("a message for which there is no room", () => {
  it("is neither told nor acked, and the client says why it stops", async () => {
    const tab = await browser.open({ tabs: false });
    failNext("no room", "no room", "no room");
    say(1);
    await time.advance(10);
    assert.deepEqual([tab.seen.messages, tab.seen.unread, acked], [[], [], []]);
    assert(tab.seen.stopped[0] instanceof StoreError);
    assert.match(tab.seen.stopped[0].message, /no room/);
  });

  it("comes again once there is room", async () => {
    await browser.open({ tabs: false });
    failNext("no room");
    say(1);
    await time.advance(10);
    const tab = await browser.open({ tabs: false });
    await time.advance(5);
    assert.deepEqual([await held(tab), await unread(tab), acked], [[1], 1, [1]]);
  });

  it("of a page is an error to the caller, and is acked only after the next try", async () => {
    say(8);
    const tab = await browser.open({ tabs: false });
    await time.advance(5);
    acked = [];
    const page = tab.session(CHAT).pages({ limit: 8 }).next();
    failNext("no room");
    await assert.rejects(ended(page), StoreError);
    assert.deepEqual(acked.filter((seq) => seq <= 3), []);
    await ended(tab.catchUp());
    assert.deepEqual(await held(tab), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual(server.waiting, []);
  });

  it("of a login is not cleared at the server, and is counted at the next one", async () => {
    say(3);
    failNext("fine", "fine", "fine", "no room");
    await browser.open({ tabs: false });
    await time.advance(5);
    const tab = await browser.open({ tabs: false });
    await time.advance(5);
    assert.equal(await unread(tab), 3);
  });

  it("that is written here is an error to the caller, and is not sent", async () => {
    const tab = await browser.open({ tabs: false });
    failNext("no room");
    await assert.rejects(ended(tab.send("alice", { message: "hi" })), StoreError);
    await time.advance(5);
    assert.deepEqual(server.logOf(CHAT), []);
  });
});

describe("a message that is written here", () => {
  it("is kept with strict durability before it is sent", async () => {
    const tab = await browser.open({ tabs: false });
    await time.advance(1);
    transactions();
    await ended(tab.post("alice", { message: "hi" }));
    assert.equal(transactions()[0].durability, "strict");
  });

  it("is sent once though the database was lost just after it was kept", async () => {
    const tab = await browser.open({ tabs: false });
    await time.advance(1);
    failNext("lost after it is saved");
    await ended(tab.send("alice", { message: "hi" }, { msgId: "m1" }));
    assert.equal(server.logOf(CHAT).length, 1);
  });

  for (const msgId of [true, 1, 10n, {}, "", "a b"]) {
    it(`has an id that can be a key, not ${typeof msgId} ${String(msgId)}`, async () => {
      const tab = await browser.open({ tabs: false });
      await assert.rejects(tab.send("alice", { message: "hi" }, { msgId }), InvalidInput);
      assert.deepEqual(await tab.outbox(), []);
    });
  }

  for (const to of [undefined, null, true, 7, 10n]) {
    it(`goes to somebody, not to ${String(to)}`, async () => {
      const tab = await browser.open({ tabs: false });
      await assert.rejects(tab.send(to, { message: "hi" }), InvalidInput);
    });
  }
});

describe("a push", () => {
  for (const fault of ["closing", "lost at a request", "lost before it is saved", "lost after it is saved"]) {
    it(`is told, counted and acked once when the database is lost: ${fault}`, async () => {
      const tab = await browser.open({ tabs: false });
      await time.advance(1);
      failNext(fault);
      say(1);
      await time.advance(5);
      assert.deepEqual([tab.seen.messages, tab.seen.unread, acked], [[1], [1], [1]]);
    });
  }

  it("is saved though the transaction before it hangs", async () => {
    const tab = await browser.open({ tabs: false });
    await time.advance(1);
    failNext("hangs");
    say(2);
    await time.advance(60);
    assert.deepEqual([await held(tab), await unread(tab)], [[1, 2], 2]);
  });
});

describe("a push of the data that the server had before", () => {
  it("is not saved into the new data, however long saving takes", async () => {
    const tab = await browser.open({ tabs: false });
    await time.advance(1);
    failNext("hangs", "fine", "hangs");
    say(3);
    await time.advance(0.1);
    const [connection] = server.open;
    server.beginAnew("e2");
    server.say("carol");
    server.drop(connection);
    await time.advance(120);
    assert.deepEqual((await tab.sessions()).map(({ sessionId }) => sessionId), ["p:bob:carol"]);
  });
});

describe("a database that the browser has thrown away", () => {
  it("is filled again, and counts what the person has not read", async () => {
    say(3);
    const before = await browser.open();
    await time.advance(5);
    assert.equal(await unread(before), 3);
    await ended(browser.close());
    browser.tabs = [];
    await browser.wipe();
    say(2);
    const tab = await browser.open();
    await time.advance(5);
    assert.equal(await unread(tab), 5);
    await ended(tab.catchUp());
    assert.deepEqual(await held(tab), [1, 2, 3, 4, 5]);
    assert.equal(await unread(tab), 5);
    assert.deepEqual(server.waiting, []);
  });

  it("under a running client is filled again too", async () => {
    say(3);
    const tab = await browser.open();
    await time.advance(5);
    await browser.wipe();
    say(2);
    await time.advance(30);
    await ended(tab.catchUp());
    assert.deepEqual(await held(tab), [1, 2, 3, 4, 5]);
    assert.equal(await unread(tab), 5);
    assert.deepEqual(tab.seen.stopped, []);
  });

  it("begins anew if the server has begun anew, too", async () => {
    say(3);
    await browser.open();
    await time.advance(5);
    await ended(browser.close());
    browser.tabs = [];
    server.beginAnew("e2");
    say(1);
    const tab = await browser.open();
    await time.advance(5);
    assert.deepEqual([await held(tab), await unread(tab)], [[1], 1]);
  });
});
