// A server that keeps what it is told, as docs/protocol.md says, for private sessions of Bob: with an offline store,
// counters, and devices that replace their connections. A test decides when its frames arrive.

import { ConnectionLost } from "../../src/errors.js";
import { privateSession } from "../../src/names.js";

const ME = "bob";

export class ModelServer {
  epoch = "e1";
  /** Every message, by session, in the order of their seqs. */
  logs = new Map();
  /** What was acked: [connection, sessionId, seq]. */
  onAck = () => {};
  #offline = new Map();
  #cleared = new Map();
  #read = new Map();
  #sent = new Map();
  #registered = new Map();
  connections = [];
  #deliver;

  /** @param {(work: () => void, kind: "answer" | "push") => void} deliver calls `work` some time, or never */
  constructor(deliver) {
    this.#deliver = deliver;
  }

  get open() {
    return this.connections.filter(({ isOpen }) => isOpen);
  }

  /** Return what opens connections of one device. */
  dialOf(device) {
    return async (_url, _token, _device, listener) => {
      const connection = { device, listener, isOpen: true, isLoggedIn: false, at: this.connections.length };
      this.connections.push(connection);
      return {
        send: (text) => {
          if (!connection.isOpen) throw new ConnectionLost("closed");
          this.#take(connection, JSON.parse(text));
        },
        close: () => this.drop(connection),
      };
    };
  }

  /** End a connection, and tell the client. */
  drop(connection) {
    if (!connection?.isOpen) return;
    connection.isOpen = false;
    connection.listener.onClose("closed");
  }

  /** End a connection whose client is gone. */
  forget(connection) {
    connection.isOpen = false;
  }

  /** Another data set. */
  beginAnew(epoch) {
    this.epoch = epoch;
    for (const rows of [this.logs, this.#offline, this.#cleared, this.#read, this.#sent]) rows.clear();
  }

  /** Somebody else writes to Bob. */
  say(from) {
    const id = privateSession(from, ME);
    const seq = this.logOf(id).length + 1;
    const message = this.#append(id, from, { msgId: `${from}-${seq}`, ackFlg: 1, to: ME, msg: { message: `${seq}` } });
    this.#waiting(id).set(seq, message);
    this.#push(message, null);
  }

  logOf(id) {
    return getOr(this.logs, id, () => []);
  }

  /** How many messages of others a session has. */
  received(id) {
    return this.logOf(id).filter(({ from }) => from !== ME).length;
  }

  /** How far Bob has read a session. */
  readOf(id) {
    return getOr(this.#read, id, () => ({ seq: 0, received: 0 }));
  }

  /** What waits for Bob, in all sessions. */
  get waiting() {
    return [...this.#offline].flatMap(([id, waiting]) => [...waiting.keys()].map((seq) => `${id} ${seq}`));
  }

  #append(sessionId, from, body) {
    const log = this.logOf(sessionId);
    const number = log.filter((message) => message.from === from).length + 1;
    const seq = log.length + 1;
    const message = { v: 1, chatType: 1, time: 1, ...body, from, sessionId, seq, number, serverTime: 1_000 + seq };
    log.push(message);
    return message;
  }

  #push(message, except) {
    this.#pushToAll({ cmd: "chat", uid: message.from, body: message }, except);
  }

  #pushToAll(frame, except) {
    for (const connection of this.open) {
      if (connection.isLoggedIn && connection !== except) this.#tell(connection, frame, "push");
    }
  }

  #tell(connection, frame, kind) {
    const text = JSON.stringify({ time: 0, ...frame });
    this.#deliver(() => connection.isOpen && connection.listener.onFrame(text), kind);
  }

  #take(connection, { cmd, reqId, body }) {
    const { code = "OK", ...answer } = this[`_${cmd}`](connection, body ?? {});
    const name = { chat: "chatAck", ping: "pong" }[cmd] ?? cmd;
    this.#tell(connection, { cmd: name, reqId, code, ...(code === "OK" ? { body: answer } : {}) }, "answer");
  }

  _login(connection) {
    const known = this.#registered.get(connection.device);
    if (known && known.isOpen && known.at > connection.at) return { code: "ABORTED" };
    this.#registered.set(connection.device, connection);
    connection.isLoggedIn = true;
    if (known !== connection) this.drop(known);
    const ids = [...this.logs.keys()].filter((id) => this.received(id) > Math.min(this.#clearedOf(id), this.readOf(id).received));
    const counters = Object.fromEntries(ids.map((id) => [id, { ...this.#counter(id), lastMsg: this.#page(id, 5) }]));
    return { counters, next: "", epoch: this.epoch };
  }

  _counters(_connection, { sessionIds }) {
    return { counters: Object.fromEntries(sessionIds.map((id) => [id, this.#counter(id)])), next: "" };
  }

  _clear(_connection, { sessions }) {
    return this.#results(sessions, (id, known) => this.#clear(id, known));
  }

  _read(connection, { sessions }) {
    const answer = this.#results(sessions, (id, position) => this.#raiseRead(id, position));
    this.#pushToAll({ cmd: "read", uid: ME, body: { sessions } }, connection);
    return answer;
  }

  _ack(connection, { sessions }) {
    return this.#results(sessions, (id, { seqs, received }) => {
      this.#remove(connection, id, seqs);
      return received === undefined ? "OK" : this.#clear(id, received);
    });
  }

  _chat(connection, { msgId, to, msg, ackFlg }) {
    const known = this.#sent.get(msgId);
    const message = known ?? this.#append(privateSession(to, ME), ME, { msgId, to, msg, ackFlg });
    this.#sent.set(msgId, message);
    this.#push(message, connection);
    return { msgId, sessionId: message.sessionId, seq: message.seq, number: message.number, time: message.serverTime };
  }

  _pull(connection, { sessionId, limit, ack = [], before = Infinity }) {
    this.#remove(connection, sessionId, ack);
    const messages = this.#page(sessionId, limit, before);
    const end = messages.length === this.#page(sessionId, Infinity, before).length;
    return { sessionId, messages, end, endReason: end ? "CAUGHT_UP" : "NOT_END", remaining: [] };
  }

  _history(_connection, { sessionId, limit, before = Infinity, after = 0 }) {
    const within = this.logOf(sessionId).filter(({ seq }) => seq > after && seq < before);
    if (before < Infinity || after === 0) within.reverse();
    const end = within.length <= limit;
    const reason = end ? "CAUGHT_UP" : "NOT_END";
    return { sessionId, messages: within.slice(0, limit), end, endReason: reason, remaining: [] };
  }

  _sessions() {
    const sessions = [...this.logs.keys()].map((id) => ({
      ...{ sessionId: id, received: this.received(id), cleared: this.#clearedOf(id) },
      ...{ lastSeq: this.logOf(id).length, timestamp: 1_000 + this.logOf(id).length, read: this.readOf(id) },
    }));
    return { sessions, next: "", end: true, endReason: "CAUGHT_UP" };
  }

  _ping() {
    return {};
  }

  #counter(id) {
    const [received, cleared] = [this.received(id), this.#clearedOf(id)];
    const lastSeq = this.logOf(id).findLast(({ from }) => from !== ME)?.seq ?? 0;
    const [count, timestamp, read] = [received - cleared, 1_000 + lastSeq, this.readOf(id)];
    return { count, received, cleared, lastSeq, timestamp, own: [], lastMsg: [], read };
  }

  #clear(id, known) {
    if (known > this.received(id)) return "OUT_OF_RANGE";
    this.#cleared.set(id, Math.max(known, this.#clearedOf(id)));
    return "OK";
  }

  #raiseRead(id, { seq, received }) {
    if (received > this.received(id)) return "OUT_OF_RANGE";
    const known = this.readOf(id);
    this.#read.set(id, { seq: Math.max(seq, known.seq), received: Math.max(received, known.received) });
    return "OK";
  }

  #clearedOf(id) {
    return this.#cleared.get(id) ?? 0;
  }

  #waiting(id) {
    return getOr(this.#offline, id, () => new Map());
  }

  #page(id, limit, before = Infinity) {
    const waiting = [...this.#waiting(id).values()].filter(({ seq }) => seq < before);
    return waiting.sort((one, other) => other.seq - one.seq).slice(0, limit);
  }

  #remove({ device }, id, seqs) {
    for (const seq of seqs) {
      this.onAck(device, id, seq);
      this.#waiting(id).delete(seq);
    }
  }

  #results(sessions, take) {
    const told = Object.entries(sessions).map(([id, given]) => [id, { code: take(id, given), remaining: [] }]);
    return { sessions: Object.fromEntries(told) };
  }
}

function getOr(map, key, make) {
  if (!map.has(key)) map.set(key, make());
  return map.get(key);
}
