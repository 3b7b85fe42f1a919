// One device of a person: its client, whether it is away, and what the screen needs to know beside what the client tells.

import { Client, ClientClosed, ConnectionLost, dialWebSocket, isGroup } from "catchup-client";
import { Presence } from "./presence.js";
import { isShown } from "./rows.js";
import { socketUrl, tokenFor } from "./server.js";

/** @import { Message, Queued, SessionState } from "catchup-client" */
/** @import { Ledger } from "./deeds.js" */
/** @import { Origin } from "./rows.js" */

/** @typedef {"connecting" | "online" | "offline" | "following" | "stopped"} State */
/**
 * From the moment in which the device came back to its first screen.
 * @typedef {{ms: number, frames: number, bytes: number, messages: number, freeze: number, sessions: number,
 *   unread: number}} FirstScreen
 */

/** What brought messages, by the source that the client names. */
const ORIGINS = /** @type {const} */ ({ counter: "login", pull: "page", history: "page", push: "live", sent: "live" });

/** Of the newest messages, so many are looked at for one that is shown: the others are hidden, or notices. */
const LOOKED_AT = 50;

/** Work that nobody waits for: whoever removes a phone ends it. @param {Promise<unknown>} work */
export const unlessClosed = (work) =>
  void work.catch((error) => {
    if (!(error instanceof ClientClosed)) throw error;
  });

/** Sends "change" whenever something that is shown may have changed. */
export class Device extends EventTarget {
  isAway = false;
  /** @type {State} */
  state = "connecting";
  /** How often it has tried in vain to connect since it was online. */
  attempts = 0;
  /** @type {unknown} why the client has stopped */
  error = null;
  /** @type {readonly Queued[]} */
  outbox = [];
  /** Whether this person has receipts. */
  receipts = { on: true, offForAll: false };
  /** @type {Map<string, Message>} the newest message of each session */
  newest = new Map();
  /** @type {Map<string, Map<number, Origin>>} by session and seq */
  #origins = new Map();
  #batches = 0;
  /** @type {Set<string>} groups whose names were asked for */
  #asked = new Set();
  /** @type {{close(): void} | null} */
  #transport = null;
  #since = { at: 0, frames: 0, bytes: 0, messages: 0, isShown: true };
  #ledger;

  /** @param {string} uid @param {string} id @param {Ledger} ledger */
  constructor(uid, id, ledger) {
    super();
    this.uid = uid;
    this.id = id;
    this.#ledger = ledger;
    this.client = new Client(socketUrl, () => tokenFor(uid, id), {
      deviceId: id,
      dial: (...args) => this.#dial(...args),
    });
    this.presence = new Presence(this.client, () => this.#changed());
  }

  /** Whether the server can be asked: by this tab, or by another one for it. */
  get isReachable() {
    return this.state === "online" || this.state === "following";
  }

  /** How the device is called beside others. */
  get name() {
    return `${this.uid} · ${this.id}`;
  }

  async open() {
    const { client } = this;
    client.on("frame", (frame) => {
      this.#since.frames += Number(frame.direction === "in");
      this.#since.bytes += frame.direction === "in" ? frame.bytes : 0;
      this.#ledger.frame(this.name, frame, Date.now());
    });
    client.on("messages", ({ sessionId, messages, source }) => this.#note(sessionId, messages, source));
    client.on("unread", ({ sessionId, unread }) => {
      this.#ledger.unread(this.name, sessionId, unread);
      this.#changed();
    });
    client.on("revised", ({ sessionId, messages }) => unlessClosed(this.#revise(sessionId, messages)));
    client.on("askedToJoin", (asked) => this.dispatchEvent(new CustomEvent("asked", { detail: asked })));
    client.on("settings", () => this.#changed());
    client.on("receipts", (receipts) => {
      this.receipts = receipts;
      this.#changed();
    });
    for (const name of /** @type {const} */ (["sent", "held", "refused"])) client.on(name, () => unlessClosed(this.readOutbox()));
    for (const name of /** @type {const} */ (["login", "offline", "role", "head"])) client.on(name, () => this.#show(name));
    client.on("anew", () => this.#beginAnew());
    client.on("stopped", ({ error }) => {
      this.error = error;
      this.state = "stopped";
      this.#changed();
    });
    await client.open();
    this.receipts = await client.receipts();
    if (!client.isLeading) this.state = "following";
    for (const { sessionId, unread } of await client.sessions()) this.#ledger.known(this.name, sessionId, unread);
    await this.readOutbox();
  }

  close() {
    this.presence.forget();
    return this.client.close();
  }

  goAway() {
    this.isAway = true;
    this.#transport?.close();
    this.presence.forget();
    this.#show("offline");
  }

  /** Come back, and measure the time to the first screen. */
  comeBack() {
    this.isAway = false;
    this.#since = { at: performance.now(), frames: 0, bytes: 0, messages: 0, isShown: false };
    this.#show("offline");
    // As if the network had come back.
    window.dispatchEvent(new Event("online"));
  }

  /** Whether the next screen is the first one since it came back. */
  get awaitsFirstScreen() {
    return !this.#since.isShown && this.state === "online";
  }

  /** The first screen is drawn: return what has come until then. */
  firstScreen() {
    this.#since.isShown = true;
    const { at, frames, bytes, messages } = this.#since;
    return { ms: Math.round(performance.now() - at), frames, bytes, messages };
  }

  /** Where the messages of a session came from, by seq. @param {string} sessionId @returns {Map<number, Origin>} */
  originsOf(sessionId) {
    const known = this.#origins.get(sessionId) ?? new Map();
    this.#origins.set(sessionId, known);
    return known;
  }

  async readOutbox() {
    this.outbox = await this.client.outbox();
    this.#changed();
  }

  /** Ask for the names of groups that are new here: a counter has none. @param {readonly SessionState[]} sessions */
  async learnNames(sessions) {
    const unknown = sessions.filter(({ sessionId, group }) => isGroup(sessionId) && !group && !this.#asked.has(sessionId));
    if (unknown.length === 0 || !this.isReachable) return;
    for (const { sessionId } of unknown) this.#asked.add(sessionId);
    await this.client.refreshSessions();
    this.#changed();
  }

  async #learnAgain() {
    await this.client.refreshSessions();
    this.#changed();
  }

  /** Find the newest message that is to be shown. @param {string} sessionId */
  async readNewest(sessionId) {
    const newest = (await this.client.messages(sessionId, { limit: LOOKED_AT })).find(isShown);
    if (newest && newest.seq >= (this.newest.get(sessionId)?.seq ?? 0)) this.newest.set(sessionId, newest);
  }

  /** Messages look different now. @param {string} sessionId @param {readonly Message[]} messages */
  async #revise(sessionId, messages) {
    const newest = this.newest.get(sessionId);
    if (!messages.some(({ seq }) => seq === newest?.seq)) return;
    this.newest.delete(sessionId);
    await this.readNewest(sessionId);
    this.#changed();
  }

  /** @param {Parameters<typeof dialWebSocket>} args */
  async #dial(...args) {
    if (this.isAway) throw new ConnectionLost("this phone is away");
    this.#transport = await dialWebSocket(...args);
    if (this.isAway) this.#transport.close();
    return /** @type {Awaited<ReturnType<typeof dialWebSocket>>} */ (this.#transport);
  }

  /** @param {string} sessionId @param {readonly Message[]} messages @param {keyof typeof ORIGINS} source */
  #note(sessionId, messages, source) {
    const origins = this.originsOf(sessionId);
    const origin = { from: ORIGINS[source], id: (this.#batches += 1), count: messages.filter(isShown).length };
    for (const message of messages) {
      origins.set(message.seq, origin);
      if (isShown(message) && message.seq > (this.newest.get(sessionId)?.seq ?? 0)) this.newest.set(sessionId, message);
    }
    // A group's name is in no message.
    if (messages.some(({ kind, content }) => kind === "system" && content["event"] === "describe")) unlessClosed(this.#learnAgain());
    if (source !== "sent") this.#since.messages += messages.length;
    this.#ledger.saved(this.name, messages);
    this.#changed();
  }

  /** @param {"login" | "offline" | "role" | "head"} event */
  #show(event) {
    if (event === "login") this.attempts = 0;
    if (event === "offline") this.attempts += 1;
    if (this.isAway) this.state = "offline";
    else if (!this.client.isLeading) this.state = "following";
    else if (event === "login") this.state = "online";
    else if (event === "offline" || this.state !== "online") this.state = "connecting";
    this.#changed();
  }

  /** The server has another data set: what was here is gone. */
  #beginAnew() {
    this.newest.clear();
    this.#origins.clear();
    this.#asked.clear();
    unlessClosed(this.client.receipts().then((receipts) => void (this.receipts = receipts)));
    this.dispatchEvent(new Event("anew"));
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
