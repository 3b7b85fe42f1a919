// Connecting, and connecting again.

import assert from "node:assert/strict";
import { it } from "node:test";
import { VirtualTime } from "./support/virtual-time.js";
import "fake-indexeddb/auto";
import { SmallServer } from "./support/server.js";
import { token } from "./support/tokens.js";
import { Client } from "../src/index.js";

/** Return the waits after connections that end so many seconds after their login. */
async function waitsAfter(lives) {
  const [time, server, waits] = [new VirtualTime(), new SmallServer(), []];
  const dial = async (...given) => {
    await time.sleep(20); // it is no part of the connection's life
    return server.dial(...given);
  };
  const client = new Client("ws://fake", token("bob"), { database: `link ${lives}`, tabs: false, timing: time, dial });
  client.on("offline", ({ seconds }) => waits.push(seconds));
  await client.open();
  for (let login = 0; login < 4; login += 1) {
    while (server.open.length === 0) await time.advance(0.25);
    await time.advance(lives);
    const [connection] = server.open;
    connection.isOpen = false;
    connection.listener.onClose("closed");
    await time.advance(0.05);
  }
  await client.close();
  return waits;
}

it("waits longer and longer after connections that end within a minute of their login", async () => {
  assert.deepEqual(await waitsAfter(55), [0.25, 0.5, 1, 2]);
});

it("begins with a short wait after a connection that has lived for a minute", async () => {
  assert.deepEqual(await waitsAfter(65), [0.25, 0.25, 0.25, 0.25]);
});
