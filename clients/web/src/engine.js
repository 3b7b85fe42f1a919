// The composition root of a leading tab: connects the parts, and runs their tasks until it is stopped.

import { Acks } from "./acks.js";
import { Addresses } from "./addresses.js";
import { Arrivals } from "./arrivals.js";
import { CatchUpOfMany } from "./catch-up-many.js";
import { CatchUps } from "./catch-up.js";
import { Choosing } from "./choosing.js";
import { Due } from "./due.js";
import { ClientClosed, NoLongerLeading } from "./errors.js";
import { Hides } from "./hides.js";
import { Link } from "./link.js";
import { groupSession, isGroup } from "./names.js";
import { Outbox } from "./outbox.js";
import * as requests from "./protocol/requests.js";
import { noticeOf } from "./protocol/revising.js";
import { ReceiptsSender } from "./receipts-sender.js";
import { Repairs } from "./repair.js";
import { Signals } from "./signals.js";

/**
 * @import { Emitter } from "./events.js"
 * @import { LinkOptions } from "./link.js"
 * @import { Message, Position } from "./protocol/model.js"
 * @import { Wanted } from "./protocol/session-settings.js"
 * @import { Request } from "./protocol/requests.js"
 * @import { OutgoingSignal } from "./protocol/signals.js"
 * @import { Store } from "./store/store.js"
 */

/** @typedef {LinkOptions} EngineOptions */

/** The commands that change a group, and what becomes of the own membership. */
const CHANGES = /** @type {const} */ ({
  create: "begins",
  join: "begins",
  leave: "ends",
  dissolve: "ends",
  approve: "",
  add: "",
  remove: "",
  role: "",
  describe: "",
  mute: "",
});

/** Requests that need nothing but their answer. */
const { members, setBlock, blocked, online, askToJoin, joinRequests, refuse, upload } = requests;
const PLAIN = { members, setBlock, blocked, online, askToJoin, joinRequests, refuse, upload };

/**
 * All parts of one running client.
 *
 *     Link      keeps a connection, and carries requests
 *     Arrivals  saves what arrives, and notes in Due what is to be done next
 *     Acks      acks and clears what is due
 *     Repairs   asks for counters and messages that pushes have shown to be missing
 *     Outbox    sends
 *     Choosing  sends settings of sessions
 *     ReceiptsSender  tells whether the person has receipts
 *     CatchUps  pulls and reads history, when the person opens a session
 */
export class Engine {
  #stopped = new AbortController();
  #due = new Due();
  #tasks;
  #store;

  /**
   * @param {LinkOptions} options
   * @param {Store} store
   * @param {Emitter} events
   * @param {(error: unknown) => void} onFailure called if it can't go on
   */
  constructor(options, store, events, onFailure) {
    this.#store = store;
    const { settings, timing } = options;
    const { signal } = this.#stopped;
    this.arrivals = new Arrivals(store, events, this.#due, () => {
      this.link.generation += 1;
      this.catchUps.startOver();
    });
    this.link = new Link(options, this.arrivals, events, (uid) => store.claim(uid), () => this.#onLogin(), signal);
    this.acks = new Acks(store, this.link, this.#due, settings, timing, signal);
    this.outbox = new Outbox(store, this.link, this.arrivals, events, this.#due, settings.parallelSessions, signal);
    this.catchUps = new CatchUps(store, this.arrivals, this.link, this.acks, settings, timing, signal);
    this.many = new CatchUpOfMany(store, this.link, this.catchUps, events, settings, timing);
    this.repairs = new Repairs(store, this.link, this.catchUps, this.#due, settings, timing, signal);
    this.choosing = new Choosing(store, this.arrivals, this.link, this.catchUps, this.#due, timing, signal);
    this.hides = new Hides(store, this.arrivals.personal, this.link, this.#due, signal);
    this.receipts = new ReceiptsSender(store, this.arrivals.personal, this.link, this.#due, signal);
    this.addresses = new Addresses(this.link);
    this.signals = new Signals(this.link, timing, signal);
    this.#tasks = [this.link, this.acks, this.outbox, this.repairs, this.choosing, this.hides, this.receipts].map((part) =>
      part.run().catch((/** @type {unknown} */ error) => {
        if (!signal.aborted) onFailure(isEnd(error) ? null : error);
      }),
    );
  }

  /** End all tasks, and close the connection. */
  async stop() {
    this.#stopped.abort(new ClientClosed());
    // The outbox waits for what no longer comes.
    await Promise.race([Promise.all(this.#tasks), new Promise((resolve) => setTimeout(resolve, 100))]);
  }

  /** A message waits in the outbox. @param {string} [sessionId] its session, if it is new */
  send(sessionId) {
    if (sessionId) this.signals.endTyping(sessionId);
    this.#due.outbox.raise();
  }

  /** @param {string} sessionId @param {Position} position */
  markRead(sessionId, position) {
    return this.arrivals.personal.markRead(sessionId, position, this.link.serverNowMs);
  }

  /** @param {string} sessionId @param {Wanted} wanted */
  choose(sessionId, wanted) {
    return this.arrivals.personal.choose(sessionId, wanted, this.link.serverNowMs);
  }

  /** @param {string} sessionId @param {readonly number[]} seqs */
  hide(sessionId, seqs) {
    return this.arrivals.personal.hide(sessionId, seqs);
  }

  /** @param {boolean} on */
  chooseReceipts(on) {
    return this.arrivals.personal.chooseReceipts(on, this.link.serverNowMs);
  }

  /** @param {string} sessionId @param {number} seq */
  readers(sessionId, seq) {
    return this.receipts.readers(sessionId, seq);
  }

  /** @param {string} sessionId @param {number} seq */
  media(sessionId, seq) {
    return this.addresses.of(sessionId, seq);
  }

  serverNowMs() {
    return this.link.serverNowMs;
  }

  /** The network or the page has come back. */
  wake() {
    return this.link.wake();
  }

  async loggedIn() {
    await this.link.ready();
    return this.link.lastLogin;
  }

  /** @param {string} sessionId @param {number} before @param {number} limit */
  page(sessionId, before, limit) {
    return this.catchUps.page(sessionId, before, limit);
  }

  /** @param {string | null} sessionId */
  catchUp(sessionId) {
    return this.many.run(sessionId);
  }

  discover() {
    return this.catchUps.discover();
  }

  /**
   * @param {keyof typeof CHANGES} cmd
   * @param {string} msgId
   * @param {string} groupId
   * @param {Readonly<Record<string, unknown>>} more
   */
  async change(cmd, msgId, groupId, more) {
    return this.outbox.turn(groupSession(groupId), async () => {
      const { body } = await this.link.request(requests.change(cmd, msgId, groupId, more), { ofAnyData: true });
      await this.arrivals.takeChange(body, CHANGES[cmd]);
      return { msgId, sessionId: body.sessionId, seq: body.seq };
    });
  }

  /**
   * Recall or edit a message.
   * @param {"recall" | "edit"} cmd
   * @param {{msgId: string, sessionId: string, seq: number} & Partial<Pick<Message, "at" | "atAll">>} target
   * @param {Message["content"]} [msg]
   */
  async revise(cmd, target, msg) {
    const { msgId, sessionId, seq } = target;
    return this.outbox.turn(sessionId, async () => {
      const { body } = await this.link.request(requests.revise(cmd, { ...target, msg }), { ofAnyData: true });
      const [saved] = await this.#store.messages(sessionId, { before: seq + 1, from: seq, limit: 1 });
      if (saved) await this.arrivals.takeNotice(noticeOf(cmd, saved, target, body, msg, this.#store.uid));
      // Its content comes with the notice, which is then missing.
      else await this.arrivals.takeChange({ ...body, number: isGroup(sessionId) ? body.number : 0 }, "");
      return { msgId, sessionId, seq: body.seq };
    });
  }

  /**
   * Send a request that changes nothing on this device, and return its answer.
   * @param {keyof typeof PLAIN} name
   * @param {...any} args
   */
  async ask(name, ...args) {
    const of = /** @type {(...args: any[]) => Request<unknown>} */ (PLAIN[name]);
    return (await this.link.request(of(...args), { ofAnyData: true })).body;
  }

  /** @param {OutgoingSignal} outgoing */
  signal(outgoing) {
    return this.signals.send(outgoing);
  }

  #onLogin() {
    this.catchUps.startOver();
    this.acks.startOver();
    this.addresses.startOver();
    this.outbox.startOver();
    this.signals.startOver();
  }
}

/** Whether a task has ended because the client was closed, or another tab leads. @param {unknown} error */
const isEnd = (error) => error instanceof ClientClosed || error instanceof NoLongerLeading;
