// The other side of a client's connections: keeps what the client sends, and delivers what a vector says.

import assert from "node:assert/strict";
import { ConnectionLost } from "../../src/errors.js";
import { answer } from "./short-forms.js";

const ANSWERED = ["ack", "clear", "ping", "read", "sessions", "signal"];
const UNCOMPARED = ["ping", "sessions"];

export class Wire {
  sent = [];
  /** What was compared before. */
  compared = [];
  #answered;
  #may;
  #open = [];
  #listener = null;
  #gate = null;

  constructor(silent, may) {
    this.#answered = ANSWERED.filter((cmd) => !silent.includes(cmd));
    this.#may = may;
  }

  /** Open a connection once the vector allows it. */
  dial = async (_url, _token, _device, listener) => {
    await new Promise((resolve) => (this.#gate = resolve));
    this.#listener = listener;
    const isMine = () => this.#listener === listener;
    return {
      send: (text) => {
        if (!isMine()) throw new ConnectionLost("closed");
        this.#take(JSON.parse(text));
      },
      close: () => {
        if (isMine()) this.disconnect();
      },
    };
  };

  /** Close the connection, and let the client open the next one. */
  async connect(time) {
    this.disconnect();
    for (let second = 0; second < 60 && !this.#gate; second += 1) await time.advance(1);
    assert(this.#gate, "the client does not connect");
    this.#gate();
    this.#gate = null;
  }

  disconnect() {
    this.#open = [];
    const listener = this.#listener;
    this.#listener = null;
    listener?.onClose("closed");
  }

  /** The process is gone: nobody dials any more. */
  forget() {
    this.#listener = null;
    this.#gate = null;
    this.#open = [];
  }

  deliver(frame) {
    assert(this.#listener, "a frame is delivered while no connection is open");
    this.#listener.onFrame(JSON.stringify(frame));
  }

  answer(cmd, code, body, time) {
    const at = this.#open.findIndex((request) => request.cmd === cmd);
    assert(at >= 0, `no ${cmd} waits for an answer`);
    const [request] = this.#open.splice(at, 1);
    this.deliver(answer(request, code, body, time));
  }

  #take(request) {
    const free = this.#may.find((one) => matches(request, one));
    if (free) {
      queueMicrotask(() => this.#listener && this.deliver(answer(request, "OK", free.answer)));
      const { ack, sessionId } = request.body;
      if (ack?.length) this.sent.push({ cmd: "ack", body: { sessions: { [sessionId]: { seqs: ack } } } });
      return;
    }
    const isAnswered = this.#answered.includes(request.cmd);
    if (!isAnswered || !UNCOMPARED.includes(request.cmd)) this.sent.push(request);
    if (isAnswered) queueMicrotask(() => this.#listener && this.deliver(answer(request, "OK", {})));
    else this.#open.push(request);
  }
}

const matches = (request, pattern) =>
  request.cmd === pattern.cmd &&
  Object.entries(pattern.body ?? {}).every(([name, value]) => request.body[name] === value);
