// `Client`: the calls of an application, over a local database.

import { Device } from "./device.js";
import { InvalidInput } from "./errors.js";
import { Emitter } from "./events.js";
import { checkedSession } from "./names.js";
import { keptDeviceId } from "./page.js";
import { SettingsCalls } from "./session-settings.js";
import { SessionView } from "./session-view.js";
import { DEFAULTS } from "./settings.js";
import { REAL_TIMING } from "./timing.js";
import { TokenSource } from "./token.js";
import { dialWebSocket } from "./transport.js";
import { watchTyping } from "./typists.js";

/**
 * @import { EventName, Events } from "./events.js"
 * @import { CatchUpReport } from "./reports.js"
 * @import { ClientOptions } from "./settings.js"
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
export class Client extends SettingsCalls {
  #tokens;
  #account;
  #database;

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
    super(new Device({ url: String(url), tokens, dial, settings, timing }, new Emitter(), tabs));
    watchTyping(this.device.events, timing, this.device.ended);
    this.#tokens = tokens;
    this.#account = uid === undefined ? null : { uid, deviceId };
    this.#database = database;
  }

  /** The account of this client; "" before `open`. */
  get uid() {
    return this.device.uid;
  }

  /** Whether this tab talks to the server, or follows another one that does. */
  get isLeading() {
    return this.device.isLeading;
  }

  /**
   * Call `listener` at each event of this name (see `Events`). Return a function that ends it.
   * @template {EventName} N
   * @param {N} name
   * @param {(event: Events[N]) => void} listener
   */
  on(name, listener) {
    return this.device.events.on(name, listener);
  }

  /**
   * Open the database and begin to connect; doesn't wait for the connection (see `loggedIn`). Throws StoreError, or
   * TokenRefused if the token is not a JWT of this service.
   */
  async open() {
    const { uid, deviceId } = this.#account ?? (await this.#tokens.peek());
    await this.device.open(this.#database ?? `catchup ${uid} ${deviceId}`, uid);
    this.#tokens.forget(); // a tab that follows needs none until it leads, and then a fresh one
    return this;
  }

  /** Close the connection and the database. Unsent messages and acks are sent after the next start. */
  close() {
    return this.device.close();
  }

  /** Wait for a connection; return the report of its login. @returns {Promise<Events["login"]>} */
  loggedIn() {
    return this.device.call("loggedIn");
  }

  /** Return one session, to read it page by page. @param {string} sessionId */
  session(sessionId) {
    return new SessionView(checkedSession(sessionId), this, this.device);
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
    return this.device.call("catchUp", sessionId === null ? null : checkedSession(sessionId));
  }
}
