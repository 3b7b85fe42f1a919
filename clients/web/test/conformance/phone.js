// The client as a vector sees it: its database before and after, its calls, its events, and its death.

import assert from "node:assert/strict";
import { Client } from "../../src/client.js";
import { Database } from "../../src/store/database.js";
import { resultOf } from "../../src/store/requests.js";
import { Store } from "../../src/store/store.js";
import * as session from "../../src/protocol/session.js";
import { messageOf } from "../../src/protocol/json-answers.js";
import { groupSession, isGroup, privateSession } from "../../src/names.js";
import { rangesOf, highest } from "../../src/protocol/ranges.js";
import { token } from "../support/tokens.js";
import { EPOCH_MS, messages } from "./short-forms.js";

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
  async fill(start) {
    const database = new Database(this.#name);
    await database.change(async (tx) => {
      await resultOf(tx.objectStore("meta").put(this.#me, "uid"));
      const { epoch = "e1" } = start;
      if (epoch !== null) await resultOf(tx.objectStore("meta").put(epoch, "epoch"));
      for (const [id, given] of Object.entries(start.sessions ?? {})) await this.#putSession(tx, id, given);
      for (const given of start.outbox ?? []) await resultOf(tx.objectStore("outbox").add(this.#outgoing(given)));
    });
    await database.close();
  }

  async #putSession(tx, sessionId, given) {
    const held = messages(given.held ?? [], sessionId).map(messageOf);
    const others = held.filter(({ sender }) => sender !== this.#me);
    for (const message of held) {
      const counts = message.sender === this.#me || message.quiet ? {} : { counts: [sessionId, message.number] };
      await resultOf(tx.objectStore("messages").put({ ...message, ...counts }));
    }
    const known = given.known ?? 0;
    const row = {
      ...session.newSession(sessionId),
      count: {
        known,
        added: given.added ?? [],
        unlisted: given.ownBelow?.count ?? 0,
        unlistedTo: given.ownBelow?.to ?? 0,
      },
      held: rangesOf(held.map(({ seq }) => seq)),
      toAck: rangesOf(given.toAck ?? []),
      cleared: given.confirmed ?? known,
      lastSeq: given.lastSeq ?? Math.max(0, ...held.map(({ seq }) => seq)),
      floorSeq: given.floor ?? 0,
      joined: given.joined ?? 0,
      inexact: given.ownBelow !== undefined,
      announced: Number(!(given.caughtUp ?? true)),
      told: given.mentions ?? [],
      mentions: others
        .filter((message) => message.atAll || message.at.includes(this.#me))
        .map(({ seq, number }) => ({ seq, number })),
      began: Math.max(0, ...held.filter((message) => beganBy(message, this.#me)).map(({ seq }) => seq)),
    };
    await resultOf(tx.objectStore("sessions").put(row));
  }

  #outgoing({ to, msgId, msg = { message: msgId }, state = "waiting" }) {
    const inGroup = isGroup(to);
    const sessionId = inGroup ? groupSession(to) : privateSession(this.#me, to);
    const message = {
      msgId,
      sessionId,
      recipient: inGroup ? to.slice(2) : to,
      content: msg,
      wantsAck: !inGroup,
      timeMs: EPOCH_MS,
      chatType: inGroup ? 2 : 1,
      at: [],
      atAll: false,
    };
    const refused = { waiting: "", held: "HELD", refused: "REJECTED" }[state];
    return { msgId, sessionId, message, refused, why: "" };
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
      case "discard":
        return client.discard(args.msgId);
      case "send": {
        const { to, msg, msgId, at = [], atAll = false, ackFlg = 1 } = args;
        return client.post(to, msg, { msgId, at, atAll, ack: ackFlg === 1 });
      }
      case "open session":
        return client.catchUp(args.session);
      case "catch up":
        return client.catchUp();
      case "older": {
        const lowest = session.lowestHeld(await this.#store.session(args.session));
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
    if (name === "epoch") return this.#store.epoch();
    const states = { outbox: (code) => code === "", held: (code) => code === "HELD" };
    const fits = states[name] ?? ((code) => code !== "" && code !== "HELD");
    return (await this.#store.outbox()).filter(({ refused }) => fits(refused)).map(({ message }) => message.msgId);
  }

  /** What the database has under a name of `holds.sessions`. */
  async session(sessionId, field) {
    const row = await this.#store.session(sessionId);
    switch (field) {
      case "known":
        return row.count.known;
      case "added":
        return row.count.added;
      case "unread":
        return session.unread(row);
      case "confirmed":
        return row.cleared;
      case "lastSeq":
        return row.lastSeq;
      case "toAck":
        return highest(row.toAck, 10_000).reverse();
      case "mentions":
        return session.unreadMentions(row);
      case "seqs":
        return row.held;
      case "missing":
        return session.gaps(row).filter(([low]) => low > session.lowestHeld(row));
      case "contents": {
        const saved = await this.#store.messages(sessionId, { before: Infinity, limit: 10_000 });
        return Object.fromEntries(saved.map(({ seq, content }) => [String(seq), content]));
      }
      default:
        throw new Error(`${field} is no field of a session`);
    }
  }

  /** What the client has told since it was asked last. */
  told() {
    const told = structuredClone(this.#told);
    for (const seqs of Object.values(told.new)) seqs.sort((one, other) => one - other);
    Object.assign(this.#told, emptyTold(), { stopped: told.stopped });
    return told;
  }
}

const emptyTold = () => ({
  unread: {},
  new: {},
  moved: {},
  sent: {},
  held: [],
  refused: {},
  startedAnew: null,
  stopped: false,
});

const beganBy = ({ kind, content, sender }, me) =>
  kind === "system" &&
  ((["create", "add"].includes(content.event) && content.uids?.includes(me)) ||
    (["create", "join"].includes(content.event) && sender === me));
