// Receipts: how far the other person of a private session has read, as a device learns it.

import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { browser, server, time } from "./support/one-browser.js";

const CHAT = "p:alice:bob";
let tab;

const readTo = async (of = tab) => (await of.session(CHAT).state()).readTo;
const push = (seq, received) =>
  server.tell({ cmd: "readTo", uid: "alice", body: { sessions: { [CHAT]: { seq, received } } } });

beforeEach(async () => {
  tab = await browser.open();
});

describe("how far the other person has read", () => {
  it("is told by pushes, in all tabs, and never goes back", async () => {
    const second = await browser.open();
    for (const number of [1, 3, 2]) push(number, number);
    await time.advance(2);
    assert.deepEqual([await readTo(), await readTo(second)], [{ seq: 3, number: 3 }, { seq: 3, number: 3 }]);
  });

  it("is nothing before anybody tells", async () => {
    server.push(1);
    await time.advance(2);
    assert.deepEqual(await readTo(), { seq: 0, number: 0 });
  });
});
