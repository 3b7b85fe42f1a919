// The old way, measured in this browser: a server that pushes everything that waits at login, a frame a message, and a
// client that saves, draws and acks what comes.
//
// It is a good client of its kind. What comes while a save or a drawing is under way is saved in one transaction, acked
// together, and drawn in one frame of the screen. But it can't know what is unread, or which message is the newest,
// before the last one has come: this is when its first screen is right.

import { deleteDB, openDB } from "idb";
import { Freezes } from "./freezes.js";
import { make } from "./dom.js";
import { hourOf } from "./format.js";
import { oldWayUrl } from "./server.js";
import { currentLanguage } from "./texts.js";

/**
 * @typedef {object} OldFigures
 * @property {number} ms from the opened connection to the frame of the screen that shows the last message
 * @property {number} firstMs the same for the first message
 * @property {number} savedMs until everything is saved and acked
 * @property {number} frames
 * @property {number} bytes thousands of bytes
 * @property {number} freeze the longest time between two frames of the screen, in ms
 * @property {number} task the longest task, in ms
 */

/** @typedef {import("idb").IDBPDatabase} Database */
/** @typedef {{msgId: string, sessionId: string, seq: number, from: string, serverTime: number, msg: {message?: string}}} Pushed */

const DATABASE = "catchup old way";
/** As many as the service takes in an ack, too. */
const ACKS = 100;

/**
 * Let everything that waits be pushed, and draw it into `list`.
 * @param {string} uid
 * @param {HTMLElement} list
 * @returns {Promise<OldFigures>}
 */
export async function runOldWay(uid, list) {
  const name = `${DATABASE} ${uid}`;
  await deleteDB(name);
  const database = await openDB(name, 1, {
    upgrade: (opened) => void opened.createObjectStore("messages", { keyPath: ["sessionId", "seq"] }),
  });
  try {
    return await new OldClient(uid, list, database).run();
  } finally {
    database.close();
    await deleteDB(name);
  }
}

class OldClient {
  /** @type {Pushed[]} */
  #unsaved = [];
  /** @type {Pushed[]} */
  #undrawn = [];
  #isSaving = false;
  #redraw = 0;
  /** @type {Map<string, number>} */
  #unread = new Map();
  #figures = { frames: 0, bytes: 0 };
  #times = { opened: 0, first: 0, last: 0, saved: 0 };
  #size = new TextEncoder();
  #socket;
  #list;
  #database;

  /** @param {string} uid @param {HTMLElement} list @param {Database} database */
  constructor(uid, list, database) {
    this.#list = list;
    this.#database = database;
    this.#socket = new WebSocket(oldWayUrl(uid));
  }

  /** @returns {Promise<OldFigures>} */
  async run() {
    const freezes = new Freezes();
    await new Promise((resolve, reject) => {
      this.#socket.onerror = () => reject(new Error("the old server can't be reached"));
      this.#socket.onopen = () => {
        this.#times.opened = performance.now();
        freezes.begin();
      };
      this.#socket.onmessage = ({ data }) => this.#take(data);
      // The server closes when everything is acked.
      this.#socket.onclose = resolve;
    });
    while (this.#redraw) await frame();
    await frame();
    const { opened, first, last, saved } = this.#times;
    /** @param {number} time */
    const since = (time) => Math.max(0, Math.round(time - opened));
    const { frames, bytes } = this.#figures;
    const times = { ms: since(last), firstMs: since(first), savedMs: since(saved) };
    const figures = { ...times, frames, bytes: Math.ceil(bytes / 1_000), ...freezes.end() };
    performance.measure("the old way", { start: opened, end: Math.max(opened, last), detail: figures });
    return figures;
  }

  /** @param {string} data */
  #take(data) {
    this.#figures.frames += 1;
    this.#figures.bytes += this.#size.encode(data).length;
    const { body } = JSON.parse(data);
    this.#unread.set(body.sessionId, (this.#unread.get(body.sessionId) ?? 0) + 1);
    this.#unsaved.push(body);
    this.#undrawn.push(body);
    if (!this.#isSaving) this.#save();
    this.#redraw ||= requestAnimationFrame(() => this.#draw());
  }

  async #save() {
    this.#isSaving = true;
    while (this.#unsaved.length > 0) {
      const messages = this.#unsaved.splice(0);
      const transaction = this.#database.transaction("messages", "readwrite");
      for (const message of messages) transaction.store.put(message);
      await transaction.done;
      this.#times.saved = performance.now();
      const msgIds = messages.map(({ msgId }) => msgId);
      while (msgIds.length > 0) this.#socket.send(JSON.stringify({ cmd: "ack", body: { msgIds: msgIds.splice(0, ACKS) } }));
    }
    this.#isSaving = false;
  }

  #draw() {
    this.#redraw = 0;
    const drawn = document.createDocumentFragment();
    for (const message of this.#undrawn.splice(0)) drawn.append(this.#bubble(message));
    this.#list.append(drawn);
    // After this frame of the screen.
    requestAnimationFrame((now) => {
      this.#times.first ||= now;
      this.#times.last = now;
    });
  }

  /** @param {Pushed} message */
  #bubble({ msg, from, serverTime, sessionId }) {
    const small = make("small", {}, `${from} · ${hourOf(serverTime, currentLanguage())} · ${this.#unread.get(sessionId)}`);
    return make("div", { className: "message" }, msg.message ?? "", small);
  }
}

/** The next frame of the screen. */
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
