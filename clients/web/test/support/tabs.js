// Several tabs of one browser: they share a database and a channel, and each has a client of its own.

import { idle } from "./virtual-time.js";
import "./failing-database.js";
import { FakeBroadcastChannel, openChannels } from "./channel.js";
import { token } from "./tokens.js";
import { Client } from "../../src/client.js";
import { Database } from "../../src/store/database.js";

globalThis.BroadcastChannel = /** @type {any} */ (FakeBroadcastChannel);

let browsers = 0;

const never = () => new Promise(() => {});
const { change, read } = Database.prototype;
/** The timing of each tab that is dead. */
const dead = new Set();

for (const [name, use] of Object.entries({ change, read })) {
  Database.prototype[name] = async function (...args) {
    if (dead.has(this.timing)) return never();
    const result = await use.apply(this, args);
    return dead.has(this.timing) ? never() : result;
  };
}

export class Browser {
  tabs = [];
  #time;
  #server;
  database = `browser ${(browsers += 1)}`;

  constructor(time, server) {
    this.#time = time;
    this.#server = server;
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
      const transport = await this.#server.dial(...args);
      connections.push(this.#server.connections.at(-1));
      return transport;
    };
    const tab = new Client("ws://fake", source, { database: this.database, timing, dial, deviceId: "web", ...options });
    Object.assign(tab, { timing, connections });
    this.tabs.push(tab);
    tab.seen = { unread: [], messages: [], sent: [], stopped: [], role: [] };
    tab.on("unread", ({ unread }) => tab.seen.unread.push(unread));
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

  /** The tab is gone without a word: nothing of it runs any more. */
  kill(tab) {
    dead.add(tab.timing);
    tab.channel.close();
    for (const connection of tab.connections) this.#server.forget(connection);
    this.tabs = this.tabs.filter((other) => other !== tab);
  }

  /** The browser has thrown away what is saved. */
  async wipe() {
    const database = new Database(this.database);
    await database.change(
      (tx) => Promise.all(["meta", "sessions", "messages", "outbox"].map((table) => tx.objectStore(table).clear())),
      { asLeader: false },
    );
    await database.close();
  }

  async close() {
    await Promise.all(this.tabs.map((tab) => tab.close()));
  }
}
