// Opening and closing at moments that nobody has thought of, as frameworks do that begin everything twice.

import assert from "node:assert/strict";
import { it } from "node:test";
import { browser, server, time } from "./support/one-browser.js";
import { idle } from "./support/virtual-time.js";
import { failNext } from "./support/failing-database.js";
import { openChannels } from "./support/channel.js";
import { token } from "./support/tokens.js";
import { CatchupError, ClientClosed, StoreError, StoreOfAnother } from "../src/index.js";

for (const tabs of [true, false]) {
  for (const turns of [0, 1, 3, 10, 30, 100]) {
    it(`closes a client that is still opening, ${tabs ? "with" : "without"} tabs, after ${turns} turns`, async () => {
      const opening = browser.begin({ tabs, token: async () => (await time.sleep(0.1), token("bob")) });
      const tab = await opening;
      const begun = time.advance(0.1);
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      const closing = tab.close();
      await begun;
      await time.advance(2);
      await closing;
      await tab.opening.catch((error) => assert(error instanceof ClientClosed));
      await time.advance(60);
      assert.deepEqual([tab.isLeading, server.open.length, openChannels().length], [false, 0, 0]);
      await assert.rejects(tab.refreshSessions(), ClientClosed);
      const deleted = new Promise((resolve) => (indexedDB.deleteDatabase(browser.database).onsuccess = resolve));
      await idle();
      await deleted; // nothing holds it open
    });
  }
}

it("refuses to open a client twice", async () => {
  const tab = await browser.open();
  await assert.rejects(tab.open(), CatchupError);
  assert.equal(server.open.length, 1);
});

it("closes a client twice without an error", async () => {
  const tab = await browser.open();
  await Promise.all([tab.close(), tab.close()]);
});

it("leaves nothing open if the database can't be opened", async () => {
  failNext("no room");
  const tab = await browser.begin();
  await time.advance(2);
  await assert.rejects(tab.opening, StoreError);
  await assert.rejects(tab.sessions(), StoreError);
});

it("does not show the messages of one account to another in the same database", async () => {
  await browser.open();
  const other = await browser.begin({ token: token("eve") });
  await time.advance(2);
  await assert.rejects(other.opening, StoreOfAnother);
});

it("stops a tab whose tokens are of another account than it was told, and lets another tab lead", async () => {
  const wrong = await browser.open({ uid: "bob", token: () => token("eve") });
  await time.advance(5);
  assert(wrong.seen.stopped[0] instanceof StoreOfAnother);
  const right = await browser.open({ uid: "bob", token: () => token("bob") });
  assert.equal(right.isLeading, true);
  assert.equal(server.open.length, 1);
});
