// Opening a WebSocket: it ends, whatever the network does.

import assert from "node:assert/strict";
import { afterEach, beforeEach, it, mock } from "node:test";
import { ConnectionLost } from "../src/errors.js";
import { dialWebSocket } from "../src/transport.js";

/** The newest socket; tests call its handlers. */
let socket;

class FakeWebSocket {
  static OPEN = 1;
  readyState = 0;
  isClosed = false;
  sent = [];

  constructor(url, protocols) {
    Object.assign(this, { url, protocols });
    socket = this;
  }

  send(text) {
    this.sent.push(text);
  }

  close() {
    this.isClosed = true;
  }
}

const real = globalThis.WebSocket;
beforeEach(() => {
  globalThis.WebSocket = FakeWebSocket;
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => {
  globalThis.WebSocket = real;
  mock.timers.reset();
});

const dial = (listener = {}) => dialWebSocket("ws://server/v1", "a.b.c", "phone", listener);

it("names the encoding, the token and the device in subprotocols", async () => {
  const dialling = dial();
  socket.onopen();
  await dialling;
  assert.deepEqual(socket.protocols, ["catchup.json.v1", "bearer.a.b.c", "device.phone"]);
});

it("fails when the handshake is closed, and when only an error is told, as in Node 20", async () => {
  const closed = dial();
  socket.onclose({ code: 1006, reason: "" });
  await assert.rejects(closed, ConnectionLost);
  const failed = dial();
  socket.onerror();
  await assert.rejects(failed, ConnectionLost);
});

it("gives up a handshake that is never answered", async () => {
  const dialling = dial();
  mock.timers.tick(15_000);
  await assert.rejects(dialling, ConnectionLost);
  assert.equal(socket.isClosed, true);
});

it("leaves a connection alone that was opened in time", async () => {
  const told = [];
  const dialling = dial({ onClose: (reason) => told.push(reason) });
  socket.onopen();
  await dialling;
  mock.timers.tick(60_000);
  assert.equal(socket.isClosed, false);
  socket.onerror();
  socket.onclose({ code: 1001, reason: "Going away" });
  assert.deepEqual(told, ["closed with 1001 (Going away)"]);
});

it("refuses to send over a socket that is closing, which would drop the frame", async () => {
  const dialling = dial();
  socket.onopen();
  const transport = await dialling;
  socket.readyState = 2;
  assert.throws(() => transport.send("{}"), ConnectionLost);
  assert.deepEqual(socket.sent, []);
});
