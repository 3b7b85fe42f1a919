// Several tabs of one browser: they share a database and a channel, and each has a client of its own.

import { idle } from "./virtual-time.js";
import "./failing-database.js";
import { FakeBroadcastChannel, openChannels } from "./channel.js";
import { token } from "./tokens.js";
import { Client } from "../../src/client.js";

globalThis.BroadcastChannel = /** @type {any} */ (FakeBroadcastChannel);

let browsers = 0;

export class Browser {
  tabs = [];
  #time;
  #server;
  #database = `browser ${(browsers += 1)}`;

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
    const tab = new Client("ws://fake", source, {
      ...{ database: this.#database, timing: this.#time, dial: this.#server.dial, deviceId: "web" },
      ...options,
    });
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

  /** The tab is gone, without a word: its page is destroyed. */
  kill(tab) {
    tab.channel.close();
    tab.channel.freeze();
    this.#server.forget(tab);
    this.tabs = this.tabs.filter((other) => other !== tab);
  }

  async close() {
    await Promise.all(this.tabs.map((tab) => tab.close()));
  }
}
