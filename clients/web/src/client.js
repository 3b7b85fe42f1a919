// `Client`: the calls of an application, over a local database.

import { Emitter } from "./emitter.js";
import { Engine } from "./engine.js";
import { CatchupError, ClientClosed, InvalidInput, RequestRefused } from "./errors.js";
import { groupSession, isName } from "./names.js";
import { compose } from "./protocol/outgoing.js";
import { gaps } from "./protocol/session.js";
import { SessionView } from "./session-view.js";
import { DEFAULTS, MAX_GROUP_NAME_BYTES, MAX_UIDS_PER_REQUEST } from "./settings.js";
import { Store, stateOf } from "./store/store.js";
import { Tabs, randomId } from "./tabs.js";
import { REAL_TIMING } from "./timing.js";
import { readClaims } from "./token.js";
import { dialWebSocket } from "./transport.js";

/** @import { EventName, Events } from "./emitter.js" */
/** @import { Member, Message } from "./protocol/model.js" */
/** @import { Settings } from "./settings.js" */
/** @import { Queued, SessionState } from "./store/store.js" */
/** @import { Timing } from "./timing.js" */
/** @import { Token } from "./token.js" */
/** @import { Dial } from "./transport.js" */
/** @import { SessionPage } from "./catch-up.js" */

/**
 * @typedef {object} ClientOptions
 * @property {string} [deviceId] the id of this device, for tokens without a claim `deviceId`; by default one that is made
 *   once and kept in `localStorage`
 * @property {string} [uidClaim] the token's claim that has the uid, if the deployment uses another one than `sub`
 * @property {string} [database] the name of the IndexedDB database; by default one for the account and the device
 * @property {boolean} [tabs] whether several tabs share one connection; by default true
 * @property {Partial<Settings>} [settings]
 * @property {Timing} [timing] for tests
 * @property {Dial} [dial] opens connections; for tests and other transports
 */
/** @typedef {{msgId: string, sessionId: string, seq: number}} Sent */
/**
 * @typedef {object} SendOptions
 * @property {boolean} [ack] whether it waits for the receiver until acked, also after a push (`ackFlg`); by default true
 * @property {readonly string[]} [at] groups: the uids of the people whom it mentions, at most 50
 * @property {boolean} [atAll] groups: whether it mentions everyone
 * @property {string} [msgId] unique among all messages that this account ever sends; by default a random one
 */

const DEVICE_KEY = "catchup device";

/**
 * One account on one device. All tabs of it share one database and one connection.
 *
 *     const client = new Client("wss://…/v1", () => fetchToken());
 *     client.on("unread", ({ sessionId, unread }) => badge(sessionId, unread));
 *     await client.open();
 *
 * Calls that need the server wait for a connection, however long it takes. The others read or change only the local
 * database, and work offline.
 */
export class Client {
  #events = new Emitter();
  #url;
  #token;
  #options;
  #timing;
  /** @type {Settings} */
  #settings;
  /** @type {Store | null} */
  #store = null;
  /** @type {Tabs | null} */
  #tabs = null;
  /** @type {Engine | null} */
  #engine = null;
  /** @type {Error | null} */
  #failure = null;
  /** @type {(() => void)[]} */
  #unwatch = [];
  #deviceId;

  /**
   * @param {string | URL} url the deployment's address
   * @param {Token} token a JWT, or a function that gives a fresh one; it is called before each connection
   * @param {ClientOptions} [options]
   */
  constructor(url, token, options = {}) {
    this.#url = String(url);
    this.#token = token;
    this.#options = options;
    this.#timing = options.timing ?? REAL_TIMING;
    this.#settings = { ...DEFAULTS, ...options.settings };
    this.#deviceId = options.deviceId ?? keptDeviceId();
  }

  /** The account of this client; "" before `open`. */
  get uid() {
    return this.#store?.uid ?? "";
  }

  /** Whether this tab talks to the server, or follows another one that does. */
  get isLeading() {
    return this.#engine !== null;
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
    const { uidClaim = "sub", database, tabs = true } = this.#options;
    const token = typeof this.#token === "string" ? this.#token : await this.#token();
    const { uid, deviceId } = readClaims(token, this.#deviceId, uidClaim);
    const name = database ?? `catchup ${uid} ${deviceId}`;
    this.#store = await new Store(name).claim(uid);
    if (tabs && typeof BroadcastChannel === "function") {
      this.#tabs = new Tabs(
        name,
        {
          lead: () => this.#lead(),
          follow: () => this.#follow(),
          perform: (call, args) => this.#perform(call, args),
          onEvent: (event, value) => this.#events.emit(/** @type {EventName} */ (event), /** @type {never} */ (value)),
        },
        this.#timing,
      );
      this.#share();
      await this.#tabs.start();
    } else {
      await this.#lead();
    }
    this.#watchPage();
    return this;
  }

  /** Close the connection and the database. Unsent messages and acks are sent after the next start. */
  async close() {
    for (const unwatch of this.#unwatch.splice(0)) unwatch();
    if (this.#tabs) await this.#tabs.close();
    else await this.#follow();
    await this.#store?.close();
    this.#failure ??= new ClientClosed();
  }

  /** Wait for a connection; return the report of its login. @returns {Promise<Events["login"]>} */
  loggedIn() {
    return this.#call("loggedIn");
  }

  /**
   * Send a message and wait until the server has stored it. If the page is closed before, it stays in the outbox and is
   * still sent. Throws InvalidInput before anything is stored; RequestRefused if the server refuses the message, or
   * holds it for review (`HELD`).
   * @param {string} to the receiver's uid, your own for a note to yourself, or a group's session, `g:<groupId>`
   * @param {Readonly<Record<string, unknown>>} msg the content: a JSON object
   * @param {SendOptions} [options]
   * @returns {Promise<Sent>}
   */
  async send(to, msg, options = {}) {
    const msgId = options.msgId ?? randomId();
    const outcome = new Promise((resolve, reject) => {
      const ends = [
        this.on("sent", (sent) => sent.msgId === msgId && end(() => resolve(sent))),
        this.on("held", (held) => held.msgId === msgId && end(() => reject(refusal("HELD", held.why)))),
        this.on("refused", (no) => no.msgId === msgId && end(() => reject(refusal(no.code, no.why)))),
        this.on("stopped", ({ error }) => end(() => reject(error))),
      ];
      /** @param {() => void} settle */
      const end = (settle) => {
        for (const off of ends) off();
        settle();
      };
      this.post(to, msg, { ...options, msgId }).catch((error) => end(() => reject(error)));
    });
    return /** @type {Promise<Sent>} */ (outcome);
  }

  /**
   * Put a message into the outbox, and return its id; "sent", "held" or "refused" follows.
   * @param {string} to
   * @param {Readonly<Record<string, unknown>>} msg
   * @param {SendOptions} [options]
   */
  async post(to, msg, options = {}) {
    const msgId = options.msgId ?? randomId();
    const message = compose(this.uid, to, msg, { ...options, msgId, timeMs: this.#timing.nowMs() });
    if (!(await this.#open().enqueue(message))) throw new InvalidInput("msgId", "is in the outbox already");
    await this.#call("send");
    return msgId;
  }

  /** Return the messages that are not sent yet, are held for review or were refused. @returns {Promise<Queued[]>} */
  outbox() {
    return this.#open().outbox();
  }

  /** Remove a message from the outbox, and tell whether it was there. @param {string} msgId */
  discard(msgId) {
    return this.#open().discard(msgId);
  }

  /** Return all sessions, the one with the newest message first. @returns {Promise<SessionState[]>} */
  sessions() {
    return this.#open().sessions();
  }

  /** Ask the server for all sessions, and return `sessions()`; fetches no messages. */
  async refreshSessions() {
    await this.#call("discover");
    return this.sessions();
  }

  /** Return one session, to read it page by page. @param {string} sessionId */
  session(sessionId) {
    return new SessionView(sessionId, {
      state: async () => stateOf(await this.#open().session(sessionId)),
      page: (before, limit) => this.#call("page", sessionId, before, limit),
      markRead: () => this.markRead(sessionId),
      send: (to, msg, options) => this.send(to, msg, options),
      uid: () => this.uid,
    });
  }

  /**
   * Return saved messages of a session below the seq `before`, newest first; `gaps` returns what is missing.
   * @param {string} sessionId
   * @param {{before?: number, limit?: number}} [options]
   * @returns {Promise<Message[]>}
   */
  messages(sessionId, options) {
    return this.#open().messages(sessionId, options);
  }

  /** Return the ranges of seqs that this device lacks and that the server may have, ascending. @param {string} sessionId */
  async gaps(sessionId) {
    return gaps(await this.#open().session(sessionId));
  }

  /** Set a session's `unread` to zero, and forget its unread mentions. @param {string} sessionId */
  async markRead(sessionId) {
    if (!(await this.#open().markRead(sessionId))) return;
    this.#events.emit("unread", { sessionId, unread: 0 });
    if (this.#tabs && !this.isLeading) await this.#call("told", "unread", { sessionId, unread: 0 });
  }

  /** Fetch all messages that this device lacks, in one session or in all. @param {string | null} [sessionId] */
  catchUp(sessionId = null) {
    return this.#call("catchUp", sessionId);
  }

  /**
   * Make a group, and become its owner. It can be sent again with the same ids until it is answered.
   * @param {string} groupId
   * @param {{name?: string, uids?: readonly string[], open?: boolean, openHistory?: boolean, msgId?: string}} [options]
   * @returns {Promise<Sent>}
   */
  createGroup(groupId, { name = "", uids = [], open = false, openHistory = false, msgId } = {}) {
    if (new TextEncoder().encode(name).length > MAX_GROUP_NAME_BYTES) {
      throw new InvalidInput("name", `must have at most ${MAX_GROUP_NAME_BYTES} bytes`);
    }
    return this.#change("create", groupId, { name, uids: checked(uids), open, openHistory }, msgId);
  }

  /** Join an open group. @param {string} group @param {string} [msgId] */
  joinGroup(group, msgId) {
    return this.#change("join", group, {}, msgId);
  }

  /** Leave a group. @param {string} group @param {string} [msgId] */
  leaveGroup(group, msgId) {
    return this.#change("leave", group, {}, msgId);
  }

  /** @param {string} group @param {readonly string[]} uids @param {string} [msgId] */
  addMembers(group, uids, msgId) {
    return this.#change("add", group, { uids: checked(uids) }, msgId);
  }

  /** @param {string} group @param {readonly string[]} uids @param {string} [msgId] */
  removeMembers(group, uids, msgId) {
    return this.#change("remove", group, { uids: checked(uids) }, msgId);
  }

  /** @param {string} group @param {string} uid @param {"MEMBER" | "ADMIN" | "OWNER"} role @param {string} [msgId] */
  changeRole(group, uid, role, msgId) {
    return this.#change("role", group, { uid, role }, msgId);
  }

  /** Return all members of a group. @param {string} group @returns {Promise<Member[]>} */
  members(group) {
    return this.#call("members", group.replace(/^g:/, ""));
  }

  /** Refuse private messages of a person from now on. @param {string} uid */
  async block(uid) {
    await this.#call("setBlock", uid, true);
  }

  /** @param {string} uid */
  async unblock(uid) {
    await this.#call("setBlock", uid, false);
  }

  /** Return all people whom this account has blocked. @returns {Promise<string[]>} */
  blocked() {
    return this.#call("blocked");
  }

  // Inside

  /**
   * @param {string} cmd
   * @param {string} group
   * @param {Readonly<Record<string, unknown>>} more
   * @param {string} [msgId]
   * @returns {Promise<Sent>}
   */
  async #change(cmd, group, more, msgId = randomId()) {
    const groupId = groupSession(group).slice(2);
    if (!isName(groupId)) throw new InvalidInput("group", "must be a group's id");
    return this.#call("change", cmd, msgId, groupId, more);
  }

  /** @param {string} name @param {unknown[]} args @returns {Promise<any>} */
  async #call(name, ...args) {
    this.#open();
    return this.#tabs ? this.#tabs.call(name, args) : this.#perform(name, args);
  }

  /** What only the leading tab can do. @param {string} name @param {readonly any[]} args @returns {Promise<unknown>} */
  async #perform(name, args) {
    if (name === "told") return this.#events.emit(args[0], args[1]);
    const engine = this.#engine;
    if (!engine) throw this.#failure ?? new ClientClosed();
    const call = /** @type {Record<string, (...args: any[]) => unknown>} */ (/** @type {unknown} */ (engine))[name];
    if (!call) throw new CatchupError(`another tab has another version of this library: it asks for ${name}`);
    return call.apply(engine, [...args]);
  }

  async #lead() {
    const store = this.#open();
    const term = await store.lead();
    this.#engine = new Engine(
      {
        url: this.#url,
        token: this.#token,
        deviceId: this.#deviceId,
        uidClaim: this.#options.uidClaim ?? "sub",
        dial: this.#options.dial ?? dialWebSocket,
        settings: this.#settings,
        timing: this.#timing,
      },
      store,
      this.#events,
      (error) => this.#fail(error),
    );
    this.#events.emit("role", { leading: true });
    return term;
  }

  async #follow() {
    const engine = this.#engine;
    this.#engine = null;
    this.#store?.follow();
    await engine?.stop();
    if (engine) this.#events.emit("role", { leading: false });
  }

  /** @param {unknown} error null if another tab has taken over */
  #fail(error) {
    if (error === null && this.#tabs) {
      this.#tabs.stepDown();
      return;
    }
    this.#failure = /** @type {Error} */ (error);
    this.#follow();
    this.#events.emit("stopped", { error: this.#failure });
  }

  #open() {
    if (this.#failure) throw this.#failure;
    if (!this.#store) throw new CatchupError("call open() first");
    return this.#store;
  }

  /** Let the other tabs know of each event of this one, while it leads. */
  #share() {
    /** @type {EventName[]} */
    const names = ["unread", "messages", "sent", "held", "refused", "head", "login", "offline", "anew", "stopped"];
    for (const name of names) {
      this.#unwatch.push(
        this.on(name, (event) => {
          if (this.isLeading) this.#tabs?.tell(name, name === "stopped" ? { error: String(event) } : event);
        }),
      );
    }
  }

  /** Come back quickly when the page does, and let go of everything before the browser freezes it. */
  #watchPage() {
    if (typeof document === "undefined") return;
    const wake = () => void this.#engine?.wake();
    /** @param {EventTarget} target @param {string} name @param {(event: any) => void} listener */
    const watch = (target, name, listener) => {
      target.addEventListener(name, listener);
      this.#unwatch.push(() => target.removeEventListener(name, listener));
    };
    watch(window, "online", wake);
    watch(document, "visibilitychange", () => document.visibilityState === "visible" && wake());
    watch(window, "pagehide", () => void this.#tabs?.stepDown());
    // From the back/forward cache: whoever leads now is asked again.
    watch(window, "pageshow", ({ persisted }) => persisted && void this.#tabs?.start());
  }
}

/** @param {string} code @param {string} why */
function refusal(code, why) {
  return new RequestRefused("chat", code, { rule: why });
}

/** @param {readonly string[]} uids */
function checked(uids) {
  if (uids.length > MAX_UIDS_PER_REQUEST) throw new InvalidInput("uids", `must be at most ${MAX_UIDS_PER_REQUEST}`);
  return [...uids];
}

/** Return the id of this browser's device, which is made once. Without `localStorage` it lasts as long as the page. */
function keptDeviceId() {
  try {
    const kept = localStorage.getItem(DEVICE_KEY);
    if (kept && isName(kept)) return kept;
    const made = `web-${randomId()}`;
    localStorage.setItem(DEVICE_KEY, made);
    return made;
  } catch {
    return `web-${randomId()}`;
  }
}
