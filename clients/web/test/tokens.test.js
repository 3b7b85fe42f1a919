// Which tab asks for tokens, and when.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { browser, server, time } from "./support/one-browser.js";
import { token } from "./support/tokens.js";

describe("tokens", () => {
  const source = () => {
    const asked = { count: 0, atOnce: 0, most: 0 };
    asked.token = async () => {
      asked.count += 1;
      asked.most = Math.max(asked.most, (asked.atOnce += 1));
      await time.sleep(0.1);
      asked.atOnce -= 1;
      return token("bob");
    };
    return asked;
  };

  it("are asked for by the leading tab only, once for each connection", async () => {
    const [one, other] = [source(), source()];
    await browser.open({ token: one.token, uid: "bob" });
    await browser.open({ token: other.token, uid: "bob" });
    for (const { listener } of server.open) listener.onClose("closed");
    await time.advance(10);
    assert.deepEqual([one.count, other.count], [2, 0]);
  });

  it("that told a tab its account are used for its first connection", async () => {
    const one = source();
    await browser.open({ token: one.token });
    assert.equal(one.count, 1);
  });

  it("that told a tab its account are not kept until it leads, hours later", async () => {
    const [one, other] = [source(), source()];
    const first = await browser.open({ token: one.token });
    const second = await browser.open({ token: other.token });
    assert.equal(other.count, 1);
    await first.close();
    await time.advance(3);
    assert.equal(second.isLeading, true);
    assert.equal(other.count, 2);
  });

  it("are asked for by one tab at a time, where the browser has locks", async (t) => {
    let queue = Promise.resolve();
    const request = (_name, _options, work) => (queue = queue.then(work));
    Object.defineProperty(globalThis, "navigator", { value: { locks: { request } }, configurable: true });
    t.after(() => delete globalThis.navigator);
    const shared = source();
    await Promise.all([browser.begin(shared), browser.begin(shared), browser.begin(shared)]);
    await time.advance(5);
    assert.equal(shared.most, 1);
    assert.equal(browser.leading.length, 1);
  });

  it("are asked for all the same if a frozen tab keeps the lock", async (t) => {
    const request = async (_name, { signal }) => {
      assert(signal, "it must not wait for ever");
      throw new DOMException("aborted", "AbortError");
    };
    Object.defineProperty(globalThis, "navigator", { value: { locks: { request } }, configurable: true });
    t.after(() => delete globalThis.navigator);
    const one = source();
    await browser.open({ token: one.token });
    assert.equal(one.count, 1);
  });
});
