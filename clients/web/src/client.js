// `Client`: the calls of an application, over a local database.

import { Device } from "./device.js";
import { InvalidInput } from "./errors.js";
import { Emitter } from "./events.js";
import { GroupCalls } from "./groups.js";
import { checkedName, checkedPage, checkedSession, randomId } from "./names.js";
import { keptDeviceId } from "./page.js";
import { compose } from "./protocol/outgoing.js";
import { gaps } from "./protocol/session.js";
import { fateOf } from "./sends.js";
import { SessionView } from "./session-view.js";
import { DEFAULTS } from "./settings.js";
import { REAL_TIMING } from "./timing.js";
import { TokenSource } from "./token.js";
import { dialWebSocket } from "./transport.js";

/**
 * @import { EventName, Events, Sent } from "./events.js"
 * @import { Message, Outgoing } from "./protocol/model.js"
 * @import { Range } from "./protocol/ranges.js"
 * @import { CatchUpReport } from "./reports.js"
 * @import { ClientOptions, Content, SendOptions } from "./settings.js"
 * @import { Queued, SessionState } from "./store/results.js"
 * @import { Token } from "./token.js"
 */

/**
 * One account on one device. All tabs of it share one database and one connection.
 *
 *     const client = new Client("wss://…/v1", () => fetchToken());
 *     client.on("unread", ({ sessionId, unread }) => badge(sessionId, unread));
 *     await client.open();
 *
 * Calls that need the server wait for a connection, however long it takes. They throw Stopped if the client had to
 * stop, ClientClosed if it was closed meanwhile. The others read or change only the local database, and work offline.
 */
export class Client extends GroupCalls {
  #events;
  #device;
  #tokens;
  #account;
  #database;
  #timing;

  /**
   * @param {string | URL} url the deployment's address
   * @param {Token} token a JWT, or a function that gives a fresh one; it is called before each connection
   * @param {ClientOptions} [options]
   */
  constructor(url, token, options = {}) {
    const { deviceId = keptDeviceId(), uid, uidClaim = "sub", database, tabs = true, dial = dialWebSocket } = options;
    if (!/^wss?:\/\/./.test(String(url))) throw new InvalidInput("url", "must begin with wss:// or ws://");
    if (typeof token !== "string" && typeof token !== "function") {
      throw new InvalidInput("token", "must be a text or a function");
    }
    const timing = options.timing ?? REAL_TIMING;
    const settings = { ...DEFAULTS, ...options.settings };
    const tokens = new TokenSource(token, deviceId, uidClaim);
    const events = new Emitter();
    const device = new Device({ url: String(url), tokens, dial, settings, timing }, events, tabs);
    super((name, ...args) => device.call(name, ...args));
    this.#events = events;
    this.#device = device;
    this.#tokens = tokens;
    this.#account = uid === undefined ? null : { uid, deviceId };
    this.#database = database;
    this.#timing = timing;
  }

  /** The account of this client; "" before `open`. */
  get uid() {
    return this.#device.uid;
  }

  /** Whether this tab talks to the server, or follows another one that does. */
  get isLeading() {
    return this.#device.isLeading;
  }

  /**
   * Call `listener` at each event of this name (see `Events`). Return a function that ends it.
   * @template {EventName} N
   * @param {N} name
   * @param {(event: Events[N]) => void} listener
   */
  on(name, listener) {
    return this.#events.on(name, listener);
  }

  /**
   * Open the database and begin to connect; doesn't wait for the connection (see `loggedIn`). Throws StoreError, or
   * TokenRefused if the token is not a JWT of this service.
   */
  async open() {
    const { uid, deviceId } = this.#account ?? (await this.#tokens.peek());
    await this.#device.open(this.#database ?? `catchup ${uid} ${deviceId}`, uid);
    this.#tokens.forget(); // a tab that follows needs none until it leads, and then a fresh one
    return this;
  }

  /** Close the connection and the database. Unsent messages and acks are sent after the next start. */
  close() {
    return this.#device.close();
  }

  /** Wait for a connection; return the report of its login. @returns {Promise<Events["login"]>} */
  loggedIn() {
    return this.#device.call("loggedIn");
  }

  /**
   * Send a message and wait until the server has stored it. If the page is closed before, it stays in the outbox and is
   * still sent. Throws InvalidInput before anything is stored; RequestRefused if the server refuses the message, or
   * holds it for review (`HELD`).
   * @param {string} to the receiver's uid, your own for a note to yourself, or a group's session, `g:<groupId>`
   * @param {Content} msg the content: a JSON object
   * @param {SendOptions} [options]
   * @returns {Promise<Sent>}
   */
  async send(to, msg, options = {}) {
    const message = this.#compose(to, msg, options);
    return fateOf(message, this.#post(message), this.#device.store, this.#events, this.#device.ended);
  }

  /**
   * Put a message into the outbox, and return its id; "sent", "held" or "refused" follows.
   * @param {string} to
   * @param {Content} msg
   * @param {SendOptions} [options]
   */
  async post(to, msg, options = {}) {
    return this.#post(this.#compose(to, msg, options));
  }

  /** Return the messages that are not sent yet, are held for review or were refused. @returns {Promise<Queued[]>} */
  async outbox() {
    return this.#device.store.outbox();
  }

  /** Remove a message from the outbox, and tell whether it was there. @param {string} msgId */
  async discard(msgId) {
    return this.#device.store.discard(checkedName("msgId", msgId));
  }

  /** Return all sessions, the one with the newest message first. @returns {Promise<SessionState[]>} */
  async sessions() {
    return this.#device.store.sessions();
  }

  /** Ask the server for all sessions, and return `sessions()`; fetches no messages. */
  async refreshSessions() {
    await this.#device.call("discover");
    return this.sessions();
  }

  /** Return one session, to read it page by page. @param {string} sessionId */
  session(sessionId) {
    return new SessionView(checkedSession(sessionId), this, this.#device);
  }

  /**
   * Return saved messages of a session below the seq `before`, newest first; `gaps` returns what is missing.
   * @param {string} sessionId
   * @param {{before?: number, limit?: number}} [options]
   * @returns {Promise<Message[]>}
   */
  async messages(sessionId, options) {
    return this.#device.store.messages(checkedSession(sessionId), checkedPage(options));
  }

  /**
   * Return the ranges of seqs that this device lacks and that the server may have, ascending.
   * @param {string} sessionId
   */
  async gaps(sessionId) {
    return gaps(await this.#device.store.session(checkedSession(sessionId)));
  }

  /**
   * Return the seqs of unread messages that mention this account or everyone, ascending; asks no server.
   *
   * Some of these messages may not be on this device yet. `markRead` empties the list.
   * @param {string} sessionId
   * @returns {Promise<readonly number[]>}
   */
  async mentions(sessionId) {
    return (await this.session(sessionId).state()).mentions;
  }

  /** Set a session's `unread` to zero, and forget its unread mentions. @param {string} sessionId */
  async markRead(sessionId) {
    if (await this.#device.store.markRead(checkedSession(sessionId))) this.#device.tellRead(sessionId);
  }

  /**
   * Fetch the messages that this device lacks, in one session or in all. The event "progress" tells how far it is.
   *
   * In a private session, it pulls all waiting messages; each request acks the page before, which is saved by then. It
   * then reads from history what is still missing: own messages, and those that other devices have pulled. In a group,
   * it pulls all missing messages, from the newest one down to where this account joined. It returns when all of them
   * are saved and acked.
   *
   * Throws RequestRefused or ProtocolViolation. What is saved by then stays, and the next call continues from there.
   * @param {string | null} [sessionId]
   * @returns {Promise<CatchUpReport>}
   */
  async catchUp(sessionId = null) {
    return this.#device.call("catchUp", sessionId === null ? null : checkedSession(sessionId));
  }

  /** @param {string} to @param {Content} msg @param {SendOptions} options */
  #compose(to, msg, { msgId = randomId(), ...options }) {
    const { uid } = this.#device.store;
    return compose(uid, to, msg, { ...options, msgId, timeMs: this.#timing.nowMs() });
  }

  /** @param {Outgoing} message */
  async #post(message) {
    if (!(await this.#device.store.enqueue(message))) throw new InvalidInput("msgId", "is in the outbox already");
    // It is in the outbox, so that the next leader sends it too.
    this.#device.call("send").catch(() => undefined);
    return message.msgId;
  }
}
