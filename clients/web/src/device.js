// The device that all tabs of an account share: its database, its connection, and which tab has that.

import { Engine } from "./engine.js";
import { CatchupError, ClientClosed } from "./errors.js";
import { isName, randomId } from "./names.js";
import { Store } from "./store/store.js";
import { Tabs } from "./tabs.js";

/**
 * @import { EngineOptions } from "./engine.js"
 * @import { Emitter, EventName } from "./events.js"
 */

const DEVICE_KEY = "catchup device";
/** @type {readonly EventName[]} the events that the leading tab tells the others */
const SHARED = [
  "unread",
  "messages",
  "sent",
  "held",
  "refused",
  "head",
  "login",
  "progress",
  "offline",
  "anew",
  "stopped",
];

/** One device of one account, as one tab sees it. */
export class Device {
  #options;
  #events;
  #canShare;
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

  /**
   * @param {EngineOptions} options
   * @param {Emitter} events
   * @param {boolean} canShare whether several tabs share one connection
   */
  constructor(options, events, canShare) {
    this.#options = options;
    this.#events = events;
    this.#canShare = canShare && typeof BroadcastChannel === "function";
  }

  /** The account; "" before `open`. */
  get uid() {
    return this.#store?.uid ?? "";
  }

  /** Whether this tab talks to the server. */
  get isLeading() {
    return this.#engine !== null;
  }

  /** The open database. Throws what has ended the client. */
  get store() {
    if (this.#failure) throw this.#failure;
    if (!this.#store) throw new CatchupError("call open() first");
    return this.#store;
  }

  /** Open the database, and lead or follow. @param {string} name of the database @param {string} uid */
  async open(name, uid) {
    this.#store = await new Store(name, this.#options.timing).claim(uid);
    if (this.#canShare) {
      this.#tabs = new Tabs(
        name,
        {
          lead: () => this.#lead(),
          follow: () => this.#follow(),
          perform: (call, args) => this.#perform(call, args),
          onEvent: (event, value) => this.#events.emit(/** @type {EventName} */ (event), /** @type {never} */ (value)),
        },
        this.#options.timing,
      );
      this.#share();
      await this.#tabs.start();
    } else {
      await this.#lead();
    }
    this.#watchPage();
  }

  async close() {
    for (const unwatch of this.#unwatch.splice(0)) unwatch();
    if (this.#tabs) await this.#tabs.close();
    else await this.#follow();
    await this.#store?.close();
    this.#failure ??= new ClientClosed();
  }

  /** Let the tab that leads call its engine. @param {string} name @param {unknown[]} args @returns {Promise<any>} */
  async call(name, ...args) {
    return this.store && this.#tabs ? this.#tabs.call(name, args) : this.#perform(name, args);
  }

  /** Tell all tabs that a session was read in this one. @param {string} sessionId */
  async tellRead(sessionId) {
    const event = { sessionId, unread: 0 };
    this.#events.emit("unread", event);
    if (this.#tabs && !this.isLeading) await this.call("told", "unread", event);
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
    const { store } = this;
    const term = await store.lead();
    this.#engine = new Engine(this.#options, store, this.#events, (error) => this.#fail(error));
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

  /** Let the other tabs know of each event of this one, while it leads. */
  #share() {
    for (const name of SHARED) {
      this.#unwatch.push(
        this.#events.on(name, (event) => {
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

/** Return the id of this browser's device, which is made once. Without `localStorage` it lasts as long as the page. */
export function keptDeviceId() {
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
