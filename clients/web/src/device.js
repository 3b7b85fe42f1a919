// The device that all tabs of an account share: its database, its connection, and which tab has that.

import { Engine } from "./engine.js";
import { CatchupError, ClientClosed, DeviceReplaced, packed, unpacked } from "./errors.js";
import { keepStorage, watchPage } from "./page.js";
import { Store } from "./store/store.js";
import { Tabs } from "./tabs.js";

/**
 * @import { EngineOptions } from "./engine.js"
 * @import { Emitter, EventName } from "./events.js"
 */

/** So long after a change of the leading tab, the one before may still log in. */
const RACE_SECONDS = 60;

/** One device of one account, as one tab sees it. */
export class Device {
  #options;
  events;
  #canShare;
  /** @type {Store | null} */
  #store = null;
  /** @type {Tabs | null} */
  #tabs = null;
  /** @type {Engine | null} */
  #engine = null;
  /** Whether the browser may freeze the page. */
  #isAway = false;
  #ended = new AbortController();
  #leadsSince = -Infinity;
  #replacedAt = -Infinity;
  #isOpen = false;

  /**
   * @param {EngineOptions} options
   * @param {Emitter} events
   * @param {boolean} canShare whether several tabs share one connection
   */
  constructor(options, events, canShare) {
    this.#options = options;
    this.events = events;
    this.#canShare = canShare && typeof BroadcastChannel === "function";
    events.tellTabs = (name, event) => {
      if (this.isLeading && !this.ended.aborted) this.#tabs?.tell(name, event);
    };
  }

  /** The account; "" before `open`. */
  get uid() {
    return this.#store?.uid ?? "";
  }

  /** The clock. */
  get timing() {
    return this.#options.timing;
  }

  /** Whether this tab talks to the server. */
  get isLeading() {
    return this.#engine !== null;
  }

  /** Aborts, with the reason, when the client is closed or can't go on. */
  get ended() {
    return this.#ended.signal;
  }

  /** The open database. Throws what has ended the client. */
  get store() {
    this.ended.throwIfAborted();
    if (!this.#store) throw new CatchupError("call open() first");
    return this.#store;
  }

  /** Open the database, and lead or follow. @param {string} name of the database @param {string} uid */
  async open(name, uid) {
    this.ended.throwIfAborted();
    if (this.#store) throw new CatchupError("open() was called before");
    const store = new Store(name, this.timing);
    try {
      this.#store = await store.claim(uid);
      this.#tabs = this.#canShare ? this.#newTabs(name) : null;
      if (this.#tabs) await this.#tabs.start();
      else await this.#lead();
      this.ended.throwIfAborted();
    } catch (error) {
      this.#ended.abort(error);
      await this.close();
      await store.close();
      throw error;
    }
    const duties = {
      wake: () => void this.#engine?.wake(),
      leave: () => {
        this.#isAway = true;
        void this.#tabs?.goAway();
      },
      comeBack: () => {
        this.#isAway = false;
        this.#tabs?.comeBack().catch(() => undefined); // it is asked again after the next beat
        this.#retell().catch(() => undefined);
      },
    };
    watchPage(duties, this.ended);
    this.#isOpen = true;
    void keepStorage();
  }

  async close() {
    this.#ended.abort(new ClientClosed());
    await this.#letGo();
    await this.#store?.close();
  }

  /** Let the tab that leads call its engine. @param {string} name @param {unknown[]} args @returns {Promise<any>} */
  async call(name, ...args) {
    return this.store && this.#tabs ? this.#tabs.call(name, args) : this.#perform(name, args);
  }

  /** What only the leading tab can do. @param {string} name @param {readonly any[]} args @returns {Promise<unknown>} */
  async #perform(name, args) {
    const engine = this.#engine;
    if (!engine) throw this.ended.reason ?? new ClientClosed();
    const call = /** @type {Record<string, (...args: any[]) => unknown>} */ (/** @type {unknown} */ (engine))[name];
    if (!call) throw new CatchupError(`another tab has another version of this library: it asks for ${name}`);
    return call.apply(engine, [...args]);
  }

  async #lead() {
    const { store } = this;
    const term = await store.db.lead();
    this.#engine = new Engine(this.#options, store, this.events, (error) => this.#fail(error));
    this.#leadsSince = this.timing.monotonic();
    this.events.show("role", { leading: true });
    if (this.#isOpen) this.#retell().catch(() => undefined);
    return term;
  }

  /** Tell all red dots: the tab that led may have been gone before it told them, and this one may have been frozen. */
  async #retell() {
    for (const { sessionId, unread } of await this.store.sessions()) this.events.emit("unread", { sessionId, unread });
  }

  async #follow() {
    const engine = this.#engine;
    this.#engine = null;
    this.#store?.db.follow();
    await engine?.stop();
    if (!engine) return;
    this.events.show("role", { leading: false });
    // What this tab has put into the outbox while it only believed to lead, no other tab has been told of.
    this.call("send").catch(() => undefined);
  }

  /** @param {unknown} error null if another tab has taken over */
  async #fail(error) {
    if (error === null && this.#tabs) return this.#tabs.stepDown();
    if (error instanceof DeviceReplaced && this.#tabs && (await this.#isReplacedByTab())) return this.#tabs.stepDown();
    const failure = /** @type {Error} */ (error ?? new DeviceReplaced());
    // Another tab would replace the other program in its turn. Other failures are perhaps only this tab's.
    if (failure instanceof DeviceReplaced) this.#tabs?.tell("stopped", { error: packed(failure) });
    await this.#stop(failure);
  }

  /**
   * Tell whether it was another tab that has logged in: it leads now, or it has led until this one took over.
   */
  async #isReplacedByTab() {
    if (!(await this.#store?.db.isLatestLeader())) return true;
    const now = this.timing.monotonic();
    const isFirst = now - this.#replacedAt > RACE_SECONDS;
    this.#replacedAt = now;
    return isFirst && now - this.#leadsSince < RACE_SECONDS;
  }

  /** @param {Error} failure */
  async #stop(failure) {
    if (this.ended.aborted) return;
    this.#ended.abort(failure);
    this.events.show("stopped", { error: failure });
    await this.#letGo();
  }

  /** Lead no longer, and let another tab do it. */
  async #letGo() {
    await (this.#tabs ? this.#tabs.close() : this.#follow());
  }

  /** @param {string} name of the database */
  #newTabs(name) {
    try {
      return new Tabs(
        name,
        {
          lead: () => this.#lead(),
          follow: () => this.#follow(),
          perform: (call, args) => this.#perform(call, args),
          onEvent: (event, value) => this.#hear(/** @type {EventName} */ (event), value),
        },
        this.timing,
      );
    } catch {
      return null; // pages without storage of their own have no channels
    }
  }

  /** Take an event of another tab. @param {EventName} name @param {any} event */
  #hear(name, event) {
    if (name === "stopped") void this.#stop(unpacked(event.error));
    else if (name === "unread") this.#showUnread(event.sessionId).catch(() => undefined);
    else this.events.show(name, event);
  }

  /** Show a red dot as it is now: tabs may tell late what they have counted or read. @param {string} sessionId */
  async #showUnread(sessionId) {
    // A frozen page does not end the transactions that it has begun, and these keep the other tabs waiting.
    if (this.#isAway) return;
    this.events.show("unread", { sessionId, unread: (await this.store.state(sessionId)).unread });
  }
}
