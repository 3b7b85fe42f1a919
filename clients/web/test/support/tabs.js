// Several tabs of one browser: they share a database and a channel, and each has a client of its own.

import { idle } from "./virtual-time.js";
import "./failing-database.js";
import { FakeBroadcastChannel, openChannels } from "./channel.js";
import { token } from "./tokens.js";
import { Client } from "../../src/client.js";
import { highest } from "../../src/protocol/ranges.js";
import { unread } from "../../src/protocol/session.js";
import { Database } from "../../src/store/database.js";
import { resultOf } from "../../src/store/requests.js";
import { Store } from "../../src/store/store.js";

globalThis.BroadcastChannel = /** @type {any} */ (FakeBroadcastChannel);

let browsers = 0;

const never = () => new Promise(() => {});
const { change, read } = Database.prototype;
/** The timing of each tab that is dead. */
const dead = new Set();
/** What kills a tab at its next writing transaction. */
const dying = new Map();

for (const [name, use] of Object.entries({ change, read })) {
  Database.prototype[name] = async function (...args) {
    if (dead.has(this.timing)) return never();
    const death = name === "change" ? dying.get(this.timing) : undefined;
    dying.delete(this.timing);
    if (death?.when === "before commit") return death.die(), never();
    const result = await use.apply(this, args);
    death?.die();
    return dead.has(this.timing) ? never() : result;
  };
}

export class Browser {
  tabs = [];
  #time;
  #server;
  #dial;
  database = `browser ${(browsers += 1)}`;

  /** @param {(...given: any[]) => Promise<object>} [dial] */
  constructor(time, server, dial = server.dial) {
    this.#time = time;
    this.#server = server;
    this.#dial = dial;
  }

  /** Open a tab, and wait until it leads or follows. */
  async open(options) {
    const tab = await this.begin(options);
    await this.#time.advance(1);
    await tab.opening;
    await this.#time.advance(1);
    return tab;
  }

  /** Open a tab. */
  async begin({ token: source = token("bob"), ...options } = {}) {
    const before = openChannels();
    const sleep = (seconds, signal) => (dead.has(timing) ? never() : this.#time.sleep(seconds, signal));
    const timing = { ...this.#time, sleep };
    const connections = [];
    const dial = async (...args) => {
      const transport = await this.#dial(...args);
      connections.push(this.#server.connections.at(-1));
      return transport;
    };
    const tab = new Client("ws://fake", source, { database: this.database, timing, dial, deviceId: "web", ...options });
    Object.assign(tab, { timing, connections });
    this.tabs.push(tab);
    tab.seen = { unreadOf: new Map(), unread: [], messages: [], sent: [], stopped: [], role: [] };
    tab.on("unread", ({ sessionId, unread }) => {
      tab.seen.unread.push(unread);
      tab.seen.unreadOf.set(sessionId, unread);
    });
    tab.on("messages", ({ messages }) => tab.seen.messages.push(...messages.map(({ seq }) => seq)));
    tab.on("sent", ({ msgId }) => tab.seen.sent.push(msgId));
    tab.on("stopped", ({ error }) => tab.seen.stopped.push(error));
    tab.on("role", ({ leading }) => tab.seen.role.push(leading));
    tab.opening = tab.open();
    tab.opening.catch(() => undefined);
    await idle();
    tab.channel = openChannels().find((channel) => !before.includes(channel));
    return tab;
  }

  /** The tabs that lead. */
  get leading() {
    return this.tabs.filter((tab) => tab.isLeading);
  }

  /** The tab is gone at its next writing transaction, "before commit" or "after commit". */
  willDie(tab, when) {
    dying.set(tab.timing, { when, die: () => this.kill(tab) });
  }

  /** The tab is gone without a word: nothing of it runs any more. */
  kill(tab) {
    dead.add(tab.timing);
    tab.channel?.close();
    for (const connection of tab.connections) this.#server.forget(connection);
    this.tabs = this.tabs.filter((other) => other !== tab);
  }

  /** The browser has thrown away what is saved. */
  async wipe() {
    const database = new Database(this.database);
    await database.change(
      async (tx) => {
        for (const table of ["meta", "sessions", "messages", "outbox"]) await resultOf(tx.objectStore(table).clear());
      },
      { asLeader: false },
    );
    await database.close();
  }

  /** Let no tab die any more. */
  spare() {
    for (const tab of this.tabs) dying.delete(tab.timing);
  }

  /** What the database has counted in a session. */
  async count(sessionId) {
    const store = new Store(this.database);
    const session = await store.session(sessionId);
    await store.close();
    const { known, added } = session.count;
    return { known, unread: unread(session), added: highest(added, Infinity) };
  }

  async close() {
    await Promise.all(this.tabs.map((tab) => tab.close()));
  }
}
