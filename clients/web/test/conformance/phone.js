// The client as a vector sees it: its calls, its events, and its death.

import assert from "node:assert/strict";
import { Client } from "../../src/client.js";
import { Database } from "../../src/store/database.js";
import { Store } from "../../src/store/store.js";
import { lowestHeld } from "../../src/protocol/session.js";
import { token } from "../support/tokens.js";
import { fieldOf, fill, held } from "./stored.js";

/** When the next transaction is the last one: "before commit", "after commit", or null. */
let crash = null;
let isDead = false;
const never = () => new Promise(() => {});
const change = Database.prototype.change;

Database.prototype.change = async function (work, options) {
  if (isDead) return never();
  const when = crash;
  if (when === null) return change.call(this, work, options);
  isDead = true;
  if (when === "after commit") await change.call(this, work, options);
  return never();
};

let databases = 0;

export class Phone {
  #me;
  #wire;
  #time;
  #client = null;
  #store = null;
  #told = {};
  #name = `vector ${(databases += 1)}`;

  constructor(vector, wire, time) {
    this.#me = vector.account ?? "bob";
    this.#wire = wire;
    this.#time = time;
    crash = null;
    isDead = false;
  }

  /** Fill the database with the start of a vector. */
  fill(start) {
    return fill(this.#name, this.#me, start);
  }

  /** Start the client's process. */
  async begin() {
    this.#told = emptyTold();
    this.#client = new Client("ws://fake", token(this.#me), {
      database: this.#name,
      tabs: false,
      timing: this.#time,
      dial: this.#wire.dial,
      deviceId: "phone",
    });
    const told = this.#told;
    this.#client.on("unread", ({ sessionId, unread }) => (told.unread[sessionId] = unread));
    this.#client.on("messages", (event) =>
      (told.new[event.sessionId] ??= []).push(...event.messages.map(({ seq }) => seq)),
    );
    this.#client.on("revised", ({ sessionId, messages }) =>
      (told.revised[sessionId] ??= []).push(...messages.map(({ seq }) => seq)),
    );
    this.#client.on("settings", ({ sessionId }) => {
      if (!told.settings.includes(sessionId)) told.settings.push(sessionId);
    });
    this.#client.on("receipts", ({ on }) => (told.receipts = on));
    this.#client.on("typing", ({ sessionId, uids }) => (told.typing[sessionId] = [...uids].sort()));
    this.#client.on("signal", (signal) => told.signals.push(signal));
    this.#client.on("head", ({ sessionId, seq }) => (told.moved[sessionId] = seq));
    this.#client.on("sent", ({ msgId, seq }) => (told.sent[msgId] = seq));
    this.#client.on("held", ({ msgId }) => told.held.push(msgId));
    this.#client.on("refused", ({ msgId, code }) => (told.refused[msgId] = code));
    this.#client.on("anew", ({ epoch }) => (told.startedAnew = epoch));
    this.#client.on("stopped", () => (told.stopped = true));
    this.#store = await new Store(this.#name).claim(this.#me);
    await this.#client.open();
  }

  async end() {
    if (!isDead) await this.#client.close();
    await this.#store.close();
  }

  /** Call the client as an application does; doesn't wait for the end of the call. */
  call(name, args) {
    this.#call(name, args).catch(() => undefined);
  }

  async #call(name, args) {
    const client = this.#client;
    switch (name) {
      case "read":
        return client.markRead(args.session);
      case "choose": {
        const { session, mutedUntil, ...others } = args;
        return client.setSettings(session, { ...others, ...(mutedUntil === undefined ? {} : { mutedUntilMs: mutedUntil }) });
      }
      case "typing":
        return client.typing(args.to);
      case "stop typing":
        return client.stopTyping(args.to);
      case "signal":
        return client.signal(args.to, args.kind, args.data);
      case "discard":
        return client.discard(args.msgId);
      case "send": {
        const { to, msg, msgId, at = [], atAll = false, ackFlg = 1 } = args;
        return client.post(to, msg, { msgId, at, atAll, ack: ackFlg === 1 });
      }
      case "receipts":
        return client.setReceipts(args.on);
      case "readers":
        return client.readers(args.session, args.seq);
      case "hide":
        return client.hide(args.session, args.seqs);
      case "open session":
        return client.catchUp(args.session);
      case "catch up":
        return client.catchUp();
      case "older": {
        const lowest = lowestHeld(await this.#store.session(args.session));
        return client.session(args.session).pages({ before: lowest || Infinity, limit: 1 }).next();
      }
      case "create": {
        const { name: title = "", group, uids = [], msgId } = args;
        return client.createGroup(title, { group, uids, msgId });
      }
      case "join":
      case "leave":
        return client[name](args.group, { msgId: args.msgId });
      case "add":
      case "remove":
        return client[name](args.group, args.uids, { msgId: args.msgId });
      default:
        throw new Error(`${name} is no call`);
    }
  }

  willCrash(when) {
    crash = when;
  }

  /** Clear up after a death, and start the process again. */
  async riseAgain() {
    if (!isDead) throw new assert.AssertionError({ message: "nothing was committed, so nothing could crash" });
    this.#time.forget();
    this.#wire.forget();
    crash = null;
    isDead = false;
    await this.begin();
  }

  /** What the database has under a name of `holds`. */
  async held(name) {
    if (name === "list") return (await this.#client.chatList()).map(({ sessionId }) => sessionId);
    if (name === "unreadTotal") return this.#client.unreadTotal();
    if (name === "receipts") {
      const { on, offForAll } = await this.#client.receipts();
      return { on, offForAll, waits: (await this.#store.receipts()).isDue };
    }
    return held(this.#store, name);
  }

  /** What the database has under a name of `holds.sessions`. */
  session(sessionId, field) {
    if (field === "readToShown") return this.#client.session(sessionId).state().then(({ readTo: { seq, number } }) => ({ seq, received: number }));
    return fieldOf(this.#store, sessionId, field);
  }

  /** What the client has told since it was asked last. */
  told() {
    const told = structuredClone(this.#told);
    for (const seqs of [told.new, told.revised].flatMap(Object.values)) seqs.sort((one, other) => one - other);
    told.settings.sort();
    Object.assign(this.#told, emptyTold(), { stopped: told.stopped });
    return told;
  }
}

const emptyTold = () => ({
  unread: {},
  typing: {},
  signals: [],
  new: {},
  revised: {},
  settings: [],
  receipts: null,
  moved: {},
  sent: {},
  held: [],
  refused: {},
  startedAnew: null,
  stopped: false,
});
