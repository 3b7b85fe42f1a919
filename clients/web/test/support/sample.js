// Runs a sample of the README in a process of its own: `node sample.js <file>`. The sample finds a server, and what an
// application has; the process prints what the sample has shown.

import "fake-indexeddb/auto";
import { pathToFileURL } from "node:url";
import { SmallServer } from "./server.js";
import { token } from "./tokens.js";

const server = new SmallServer();
const message = (seq) => ({
  ...{ v: 1, msgId: `a-${seq}`, chatType: 1, ackFlg: 1, from: "alice", to: "bob", time: 1, msg: { message: "hi" } },
  ...{ sessionId: "p:alice:bob", seq, number: seq, serverTime: seq },
});
server.answers.login = () => ({
  counters: { "p:alice:bob": { received: 2, cleared: 0, lastSeq: 2, timestamp: 1, lastMsg: [message(2)] } },
  epoch: "e1",
});
server.answers.pull = ({ sessionId, ack }) => {
  const messages = ack.length > 1 ? [] : [message(2), message(1)];
  return { sessionId, messages, end: messages.length === 0, endReason: "CAUGHT_UP", remaining: [] };
};

/** A WebSocket to the small server, as far as the library uses one. */
globalThis.WebSocket = /** @type {any} */ (
  class {
    static OPEN = 1;
    readyState = 0;

    constructor(url, protocols) {
      if (!protocols.some((protocol) => protocol.startsWith("bearer."))) throw new Error("there is no token");
      const listener = {
        onFrame: (data) => this.onmessage({ data }),
        onClose: () => ((this.readyState = 3), this.onclose({ code: 1000, reason: "" })),
      };
      server.dial(url, "", "", listener).then((transport) => {
        Object.assign(this, transport, { readyState: 1 });
        this.onopen();
      });
    }
  }
);

const shown = [];
const note = (name) => (...args) => shown.push([name, ...args]);
Object.assign(globalThis, { badge: note("badge"), show: note("show"), render: note("render") });
globalThis.fetchToken = async () => token("bob");
await import(pathToFileURL(process.argv[2]).href);
console.log(JSON.stringify(shown));
process.exit(0);
