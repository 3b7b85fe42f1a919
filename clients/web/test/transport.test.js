// What browsers' WebSockets do that nobody expects.

import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { FakeWebSocket } from "./support/socket.js";
import { token } from "./support/tokens.js";
import { ConnectionLost, Stopped } from "../src/errors.js";
import { dialWebSocket } from "../src/transport.js";

const real = globalThis.WebSocket;
let heard;

beforeEach(() => {
  globalThis.WebSocket = /** @type {any} */ (FakeWebSocket);
  FakeWebSocket.all = [];
  heard = { frames: [], closed: [] };
});
afterEach(() => (globalThis.WebSocket = real));

const listener = {
  onFrame: (text) => heard.frames.push(text),
  onClose: (reason) => heard.closed.push(reason),
};
const dial = (url = "wss://example.org/v1") => dialWebSocket(url, token("bob"), "phone", listener);

async function opened() {
  const dialling = dial();
  const [socket] = FakeWebSocket.all;
  socket.open();
  return { socket, transport: await dialling };
}

it("offers an encoding for the server to echo, and the token beside it, never in the address", async () => {
  const { socket } = await opened();
  assert.deepEqual(socket.protocols, ["catchup.json.v1", `bearer.${token("bob")}`, "device.phone"]);
  assert.equal(socket.url, "wss://example.org/v1");
});

it("tells that a frame was not sent while the socket is closing, which drops it silently", async () => {
  const { socket, transport } = await opened();
  socket.readyState = 2;
  assert.throws(() => transport.send("{}"), ConnectionLost);
  assert.deepEqual(socket.sent, []);
});

it("closes with a code that browsers allow", async () => {
  const { socket, transport } = await opened();
  transport.close();
  transport.close();
  assert.equal(socket.closedWith[0][0], 1000);
});

it("hands on texts in their order, and no binary frames between them", async () => {
  const { socket } = await opened();
  for (const data of ["1", new Blob(["2"]), "3", new ArrayBuffer(1), "4"]) socket.receive(data);
  assert.deepEqual(heard.frames, ["1", "3", "4"]);
});

it("tells why an open connection was closed", async () => {
  const { socket } = await opened();
  socket.end(1001, "Going away");
  assert.deepEqual(heard.closed, ["closed with 1001 (Going away)"]);
});

it("fails in a way that allows another attempt if the handshake fails", async () => {
  const dialling = dial();
  FakeWebSocket.all[0].end();
  await assert.rejects(dialling, ConnectionLost);
  assert.deepEqual(heard.closed, []);
});

it("fails also if only an error is told of the handshake, as in Node 20", async () => {
  const dialling = dial();
  FakeWebSocket.all[0].onerror({});
  await assert.rejects(dialling, ConnectionLost);
});

it("says that an address can never be opened, and is not tried again", async () => {
  await assert.rejects(dial("ftp://example.org"), (error) => error instanceof Stopped && /ftp:/.test(error.message));
});
