// Who types, and who is online, as far as this device knows.

import { unlessClosed } from "./device.js";

/** @import { Client } from "catchup-client" */

/** @typedef {{online: boolean, lastSeenMs: number | null}} Seen */

/** So often it is asked who is online, while the page is on the screen. */
const EVERY_MS = 20_000;
/** The first screen after a login comes first. */
const AFTER_LOGIN_MS = 1_000;
/** The most that one request may ask for (docs/protocol.md, section 9). */
const MOST = 100;

export class Presence {
  /** @type {Map<string, readonly string[]>} who types, by session */
  typists = new Map();
  /** @type {ReadonlyMap<string, Seen>} */
  #people = new Map();
  /** @type {ReadonlySet<string>} */
  #shown = new Set();
  #timer = 0;
  #client;
  #onChange;

  /** @param {Client} client @param {() => void} onChange */
  constructor(client, onChange) {
    this.#client = client;
    this.#onChange = onChange;
    client.on("typing", ({ sessionId, uids }) => {
      this.typists.set(sessionId, uids);
      onChange();
    });
    client.on("login", () => this.#askIn(AFTER_LOGIN_MS));
    client.on("offline", () => this.forget());
  }

  /** What is known of a person. @param {string} uid @returns {Seen | undefined} */
  of(uid) {
    return this.#people.get(uid);
  }

  /** These people are on the screen: ask for those who are new. @param {readonly string[]} uids */
  show(uids) {
    const shown = new Set(uids.slice(0, MOST));
    const isNew = [...shown].some((uid) => !this.#shown.has(uid));
    this.#shown = shown;
    if (isNew) this.#askIn(AFTER_LOGIN_MS);
  }

  /** Without a connection nothing is known. */
  forget() {
    clearTimeout(this.#timer);
    this.#people = new Map();
    this.typists.clear();
    this.#onChange();
  }

  /** @param {number} ms */
  #askIn(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => unlessClosed(this.#ask()), ms);
  }

  async #ask() {
    this.#askIn(EVERY_MS);
    if (this.#shown.size === 0 || document.visibilityState !== "visible") return;
    // Without an answer, the next time will tell.
    this.#people = await this.#client.online([...this.#shown]).catch(() => this.#people);
    this.#onChange();
  }
}
