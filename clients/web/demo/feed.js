// The messages of one chat that the screen knows: those of this device's database at once, and older pages as they are asked
// for. It never shows messages on both sides of a hole.

import { ReadByOther } from "./read-by-other.js";
import { rowsOf } from "./rows.js";

/** @import { Message, SessionPage } from "catchup-client" */
/** @import { Device } from "./device.js" */
/** @import { EndReason, Row } from "./rows.js" */

const PAGE = 50;

export class Feed {
  isLoading = false;
  /** @type {unknown} why the last page could not be read */
  error = null;
  /** @type {EndReason} */
  end = "";
  /** Whether this device has nothing more, and is away. */
  isStuck = false;
  /** @type {Map<number, Message>} */
  #messages = new Map();
  #lowest = Infinity;
  #highest = 0;
  #isClosed = false;
  /** How often something has come or was revised. */
  #changes = 0;
  /** @type {Map<number, Message>} what was revised while a page was on its way: the page may have it as it was before */
  #revised = new Map();
  #device;
  #sessionId;
  #onChange;
  #readByOther;

  /** @param {Device} device @param {string} sessionId @param {() => void} onChange */
  constructor(device, sessionId, onChange) {
    this.#device = device;
    this.#sessionId = sessionId;
    this.#onChange = onChange;
    this.#readByOther = new ReadByOther(device, sessionId, onChange);
  }

  close() {
    this.#isClosed = true;
  }

  /** @param {number} seq */
  message(seq) {
    return this.#messages.get(seq);
  }

  /** @returns {Row[]} the newest first */
  rows() {
    const { uid, outbox } = this.#device;
    return rowsOf({
      me: uid,
      messages: [...this.#messages.values()].sort((one, other) => other.seq - one.seq),
      origins: this.#device.originsOf(this.#sessionId),
      outbox: outbox.filter(({ message }) => message.sessionId === this.#sessionId),
      end: this.end,
      readTo: this.#readByOther.number,
    });
  }

  /** Begin with the newest messages: first those that are here, then what the server has. */
  async start() {
    let here;
    let changes;
    do {
      // What changes while the database is read is told when it is saved: read it again.
      changes = this.#changes;
      here = await this.#here(Infinity);
    } while (changes !== this.#changes);
    this.#messages.clear();
    [this.#lowest, this.#highest, this.end, this.isStuck] = [Infinity, 0, "", false];
    this.#add(here);
    this.#onChange();
    await this.#load(Infinity);
  }

  /** Show at once how far the other person of a private chat reads; return a function that ends it. */
  followReads() {
    return this.#readByOther.watch();
  }

  /** The person has turned receipts on or off. */
  async readAgain() {
    await this.#readByOther.readAgain();
    await this.learnRead();
  }

  /** Learn how far the other person of a private chat has read. */
  learnRead() {
    return this.#readByOther.learn(this.#messages.values());
  }

  /** Add the page before the oldest message. */
  async older() {
    if (this.end || this.isStuck || this.#lowest === Infinity) return;
    await this.#load(this.#lowest);
  }

  /**
   * Add what has come; return those that are new. A page that is being read may also bring what is new, before it is
   * pushed or its send is answered: of such a page, what follows the newest message here without a hole.
   * @param {readonly Message[]} messages
   * @param {boolean} isLive whether they were pushed or sent
   */
  take(messages, isLive) {
    this.#changes += 1;
    const isNews = ({ seq = 0 }) => seq > this.#lowest || this.#highest === 0;
    const news = isLive ? messages.filter(isNews) : this.#following(messages);
    const fresh = news.filter(({ seq }) => !this.#messages.has(seq));
    this.#add(news);
    if (fresh.length > 0) this.#onChange();
    return fresh;
  }

  /** Messages that are shown look different now. @param {readonly Message[]} messages */
  revise(messages) {
    this.#changes += 1;
    for (const message of messages) {
      if (this.isLoading) this.#revised.set(message.seq, message);
      if (this.#messages.has(message.seq)) this.#messages.set(message.seq, message);
    }
    this.#onChange();
  }

  /** @param {readonly Message[]} messages */
  #following(messages) {
    let next = this.#highest + 1;
    const inOrder = [...messages].sort((one, other) => one.seq - other.seq);
    return this.#highest === 0 ? [] : inOrder.filter(({ seq }) => seq === next && (next += 1));
  }

  /** Whether messages are missing between what is shown and what has come with a login. */
  async lacksNewest() {
    const gaps = await this.#device.client.gaps(this.#sessionId);
    return gaps.some(([, high]) => high > this.#highest);
  }

  /** @param {number} before */
  async #load(before) {
    if (this.isLoading || this.#isClosed) return;
    [this.isLoading, this.error] = [true, null];
    this.#onChange();
    try {
      const page = this.#device.state === "offline" ? await this.#ownPage(before) : await this.#page(before);
      if (this.#isClosed) return;
      this.#add(page.messages);
      if (page.end) this.end = /** @type {EndReason} */ (page.endReason || "CAUGHT_UP");
      this.isStuck = page.isStuck;
    } catch (error) {
      this.error = error;
      this.isStuck = true;
    } finally {
      this.isLoading = false;
      this.#revised.clear();
    }
    if (!this.#isClosed) this.#onChange();
  }

  /** @param {number} before */
  async #page(before) {
    const pages = this.#device.client.session(this.#sessionId).pages({ limit: PAGE, before });
    const { value } = await pages.next();
    const page = /** @type {SessionPage | undefined} */ (value);
    return { messages: page?.messages ?? [], end: page?.end ?? true, endReason: page?.endReason ?? "", isStuck: false };
  }

  /** Away: what this device has. @param {number} before */
  async #ownPage(before) {
    const messages = await this.#here(before);
    return { messages, end: false, endReason: "", isStuck: messages.length === 0 };
  }

  /** The saved messages below `before`, down to the first hole. @param {number} before */
  async #here(before) {
    const gaps = await this.#device.client.gaps(this.#sessionId);
    const [, high = 0] = gaps.findLast(([low]) => low < before) ?? [];
    if (high >= before) return [];
    const messages = await this.#device.client.messages(this.#sessionId, { before, limit: PAGE });
    return messages.filter(({ seq }) => seq > high);
  }

  /** @param {readonly Message[]} messages */
  #add(messages) {
    for (const message of messages) {
      this.#messages.set(message.seq, this.#revised.get(message.seq) ?? message);
      this.#lowest = Math.min(this.#lowest, message.seq);
      this.#highest = Math.max(this.#highest, message.seq);
    }
  }
}
