// Pages that lack what others have: plain-http addresses, private windows, old browsers, denied storage.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { browser, server, time } from "./support/one-browser.js";
import { FakeBroadcastChannel } from "./support/channel.js";
import { Client, DeviceReplaced } from "../src/index.js";
import { token } from "./support/tokens.js";

/** What puts back what a test has taken away. */
let undo;

beforeEach(() => (undo = []));
afterEach(() => undo.forEach((back) => back()));

/** Give a global name another value for one test. */
function set(name, descriptor) {
  const before = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, { configurable: true, ...descriptor });
  undo.push(() => (before ? Object.defineProperty(globalThis, name, before) : delete globalThis[name]));
}

async function works(tab) {
  const sending = tab.send("alice", { message: "hi" });
  await time.advance(1);
  assert.equal((await sending).seq > 100, true);
  server.push(1);
  await time.advance(1);
  assert.equal((await tab.session("p:alice:bob").state()).unread, 1);
}

describe("a page of a plain-http address", () => {
  it("works without crypto.randomUUID, crypto.subtle, locks and navigator.storage", async () => {
    const getRandomValues = crypto.getRandomValues.bind(crypto);
    set("crypto", { value: { getRandomValues } });
    set("navigator", { value: {} });
    const [first, second] = [await browser.open(), await browser.open()];
    await works(second);
    assert.deepEqual([first.isLeading, second.isLeading], [true, false]);
  });
});

describe("the device id", () => {
  const device = () => {
    const devices = [];
    const dial = (_url, _token, deviceId) => (devices.push(deviceId), new Promise(() => {}));
    const tokens = { token: token("bob", { deviceId: undefined }), deviceId: undefined, database: undefined };
    return { devices, options: { ...tokens, dial } };
  };

  it("is made once, and kept in localStorage", async () => {
    const kept = new Map();
    const localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
    set("localStorage", { value: localStorage });
    const { devices, options } = device();
    await browser.open(options);
    await browser.open({ ...options, tabs: false });
    assert.match(devices[0], /^web-[0-9a-f]{32}$/);
    assert.equal(devices[0], devices[1]);
  });

  for (const [name, descriptor] of Object.entries({
    "is missing": { value: undefined },
    throws: {
      get() {
        throw new DOMException("The operation is insecure.", "SecurityError");
      },
    },
    "is full": {
      value: {
        getItem: () => null,
        setItem() {
          throw new DOMException("full", "QuotaExceededError");
        },
      },
    },
    "keeps something else under its name": { value: { getItem: () => "no device\n", setItem() {} } },
  })) {
    it(`is made for the page if localStorage ${name}`, async () => {
      set("localStorage", descriptor);
      const { devices, options } = device();
      await browser.open(options);
      assert.match(devices[0], /^web-[0-9a-f]{32}$/);
    });
  }
});

describe("without BroadcastChannel", () => {
  for (const [name, take] of Object.entries({
    "because the browser is old": () => set("BroadcastChannel", { value: undefined }),
    "because the page may have no storage": () => {
      FakeBroadcastChannel.isForbidden = true;
      undo.push(() => (FakeBroadcastChannel.isForbidden = false));
    },
  })) {
    it(`one tab works: ${name}`, async () => {
      take();
      await works(await browser.open());
    });

    it(`the tab that was opened last works, and the other is told why it doesn't: ${name}`, async () => {
      take();
      const [first, second] = [await browser.open(), await browser.open()];
      await works(second);
      await time.advance(60);
      assert(first.seen.stopped[0] instanceof DeviceReplaced);
      assert.deepEqual(second.seen.stopped, []);
    });
  }
});

describe("storage", () => {
  const storage = (persist) => set("navigator", { value: { storage: { persist } } });

  it("is asked to be kept", async () => {
    let asked = 0;
    storage(async () => ((asked += 1), true));
    await browser.open();
    assert.equal(asked, 1);
  });

  it("that the browser will not keep, or fails to ask for, is used all the same", async () => {
    storage(() => Promise.reject(new TypeError("not allowed")));
    await works(await browser.open());
  });

  it("that is missing altogether is an error that the application can tell", async () => {
    set("indexedDB", { value: undefined });
    const client = new Client("ws://fake", token("bob"), { timing: time, dial: server.dial, tabs: false });
    await assert.rejects(client.open(), { name: "StoreError" });
  });
});
