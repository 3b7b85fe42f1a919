// What the local database promises when the browser's fails: what is told to be saved is saved, once.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { VirtualTime, idle } from "./support/virtual-time.js";
import { failNext, transactions } from "./support/failing-database.js";
import { StoreError } from "../src/errors.js";
import { newSession } from "../src/protocol/session.js";
import { Database } from "../src/store/database.js";
import { resultOf } from "../src/store/requests.js";
import { VERSION, createTables } from "../src/store/schema.js";
import { Store } from "../src/store/store.js";

let names = 0;
let name;
let time;
let database;

beforeEach(() => {
  failNext();
  [time, name] = [new VirtualTime(), `database ${(names += 1)}`];
  database = new Database(name, time);
});
afterEach(() => database.close());

/** Add one to a number in the database; return it. */
const increase = (options) =>
  database.change(async (tx) => {
    const number = ((await resultOf(tx.objectStore("meta").get("number"))) ?? 0) + 1;
    await resultOf(tx.objectStore("meta").put(number, "number"));
    return number;
  }, options);

const saved = () => database.read((tx) => resultOf(tx.objectStore("meta").get("number")));

describe("saved", () => {
  it("is what a complete transaction has written, not a request that has succeeded", async () => {
    await increase();
    failNext("no room");
    await assert.rejects(increase(), (error) => error instanceof StoreError && /no room/.test(error.message));
    assert.equal(await saved(), 1);
  });

  it("is told after `complete`", async () => {
    transactions();
    await increase();
    assert.deepEqual(transactions().map(({ isComplete }) => isComplete), [true]);
  });

  it("is committed at once, without a wait for further requests", async () => {
    transactions();
    await increase();
    assert.deepEqual(transactions().map(({ isCommitted }) => isCommitted), [true]);
  });

  it("survives a power cut, where it must", async () => {
    transactions();
    await increase({ strict: true });
    await increase();
    assert.deepEqual(transactions().map(({ durability }) => durability), ["strict", "relaxed"]);
  });

  it("is nothing if the work fails in the middle", async () => {
    const work = async (tx) => {
      await resultOf(tx.objectStore("meta").put(1, "number"));
      throw new TypeError("a fault");
    };
    await assert.rejects(database.change(work), TypeError);
    assert.equal(await saved(), undefined);
  });

  it("is told as an error if something else was awaited, since the browser has ended the transaction then", async () => {
    const work = async (tx) => {
      await resultOf(tx.objectStore("meta").put(1, "number"));
      await idle();
      await resultOf(tx.objectStore("meta").put(2, "number"));
    };
    await assert.rejects(database.change(work), StoreError);
  });

  for (const key of [true, 10n]) {
    it(`has no keys that IndexedDB can't keep, such as ${typeof key}s`, async () => {
      await assert.rejects(database.change((tx) => resultOf(tx.objectStore("meta").put(1, key))), StoreError);
    });
  }
});

describe("a database that the browser loses in the background", () => {
  for (const fault of [
    "closing",
    "lost at a request",
    "closed at a request",
    "lost before it is saved",
    "lost after it is saved",
  ]) {
    it(`is opened again, and changed once: ${fault}`, async () => {
      await increase();
      failNext(fault);
      assert.equal(await increase(), 2);
      assert.equal(await saved(), 2);
    });
  }

  it("is opened again when the change had more to ask of the transaction that was lost", async () => {
    failNext("closed at a request");
    const work = async (tx) => {
      const meta = tx.objectStore("meta");
      await resultOf(meta.get("uid"));
      await resultOf(meta.put("bob", "uid"));
      return "done";
    };
    assert.equal(await database.change(work), "done");
  });

  it("is tried once more only", async () => {
    failNext("lost at a request", "lost at a request");
    await assert.rejects(increase(), StoreError);
    assert.equal(await increase(), 1);
  });

  it("is read again", async () => {
    await increase();
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...args) {
      IDBDatabase.prototype.transaction = transaction;
      throw new DOMException("The database connection is closing.", "InvalidStateError", args);
    };
    assert.equal(await saved(), 1);
  });
});

describe("a transaction that never ends", () => {
  it("is given up after some time, and tried once more", async () => {
    failNext("hangs");
    const increased = increase();
    await time.advance(60);
    assert.equal(await increased, 1);
  });

  it("is an error if the second one does not end either", async () => {
    failNext("hangs", "hangs");
    const increased = assert.rejects(increase(), StoreError);
    await time.advance(60);
    await increased;
  });

  it("is not one that waits while the tab is frozen", async () => {
    await increase();
    transactions();
    const increased = increase();
    time.freeze(3_600);
    await time.advance(60);
    assert.equal(await increased, 2);
    assert.deepEqual(transactions().length, 1);
  });
});

describe("an upgrade", () => {
  const upgraded = (version) =>
    new Promise((resolve, reject) => {
      const request = indexedDB.open(name, version);
      request.onupgradeneeded = () => {};
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  it("by another tab is not blocked by this one", async () => {
    await increase();
    const other = await upgraded(VERSION + 1);
    other.close();
  });

  it("by another tab leaves this one with an error that says what to do", async () => {
    await increase();
    (await upgraded(VERSION + 1)).close();
    await assert.rejects(increase(), (error) => error instanceof StoreError && /reload/.test(error.message));
  });

  it("that another tab blocks is an error after some time, and leaves nothing open that blocks others", async () => {
    // An older version of the page, which does not let go.
    const older = await upgraded(VERSION);
    const newer = upgraded(VERSION + 1);
    // fake-indexeddb asks again and again whether it is still blocked, so it is never idle.
    const sleep = (seconds) => new Promise((resolve) => seconds < 60 && setTimeout(resolve, 20));
    database = new Database(name, { ...time, sleep });
    await assert.rejects(increase(), (error) => error instanceof StoreError && /another tab/.test(error.message));
    older.close();
    (await newer).close();
    await new Promise((resolve) => (indexedDB.deleteDatabase(name).onsuccess = resolve));
  });

  it("of a database that an earlier version has made keeps what is in it", async () => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => createTables(request.result, 0);
    const older = await resultOf(request);
    const { read: _read, readTold: _told, ...row } = { ...newSession("p:alice:bob"), lastSeq: 7 };
    await resultOf(older.transaction("sessions", "readwrite").objectStore("sessions").put(row));
    older.close();
    const store = new Store(name, time);
    assert.deepEqual(await store.session("p:alice:bob"), { ...newSession("p:alice:bob"), lastSeq: 7 });
    assert.deepEqual((await store.sessions()).map(({ lastSeq }) => lastSeq), [7]);
    assert.deepEqual((await store.due())[0].read, null);
    await store.close();
  });
});
