// One chat on the screen.

import { isGroup } from "catchup-client";
import { elementOf } from "./bubbles.js";
import { ChatBar } from "./chat-bar.js";
import { noticeText } from "./chat-list.js";
import { Composer } from "./composer.js";
import { unlessClosed } from "./device.js";
import { explained, tellOfBlock } from "./dialogs.js";
import { icon, make } from "./dom.js";
import { Feed } from "./feed.js";
import { nameOf, textOf, titleOf } from "./format.js";
import { openGroup } from "./group-dialog.js";
import { openMenu } from "./menu.js";
import { MessageList } from "./message-list.js";
import { itemsOf, offerMenus } from "./message-menu.js";
import { Standing } from "./standing.js";
import { say } from "./texts.js";

/** @import { Message, Queued } from "catchup-client" */
/** @import { Device } from "./device.js" */
/** @import { Place } from "./menu.js" */
/** @import { Row } from "./rows.js" */

/** Nearer to the bottom than that, the person reads what comes. */
const AT_BOTTOM = 40;

export class ChatView {
  #device;
  #sessionId;
  #isGroup;
  #title = "";
  #news = 0;
  #feed;
  /** @type {MessageList<Row>} */
  #list;
  #composer = new Composer((text, at, atAll) => this.#write(text, at, atAll));
  #bar;
  #standing;
  #state = make("p", { className: "loading", role: "status" });
  #heard = make("p", { className: "heard", "aria-live": "polite" });
  #down = make("button", { type: "button", className: "to-newest", hidden: true, onclick: () => this.#toNewest() });
  #join = make("button", { type: "button", className: "primary join", hidden: true, onclick: () => this.#joinGroup() });
  #onBack;
  /** @type {(() => void)[]} */
  #unwatch = [];

  /** @param {Device} device @param {string} sessionId @param {() => void} onBack */
  constructor(device, sessionId, onBack) {
    this.#device = device;
    this.#sessionId = sessionId;
    this.#isGroup = isGroup(sessionId);
    this.#title = nameOf(sessionId, device.uid);
    this.#standing = new Standing(device, sessionId);
    this.#bar = new ChatBar({ onBack, onAbout: () => (this.#isGroup ? this.#openGroup() : this.#toggleBlock()) });
    this.#onBack = onBack;
    this.#feed = new Feed(device, sessionId, () => this.#draw());
    const onNearTop = () => unlessClosed(this.#feed.older());
    this.#list = new MessageList((row) => elementOf(row, this.#acts()), onNearTop, () => this.#onMove());
    offerMenus(this.#list.element, (seq, place) => this.#openMenu(seq, place));
    const middle = make("div", { className: "middle" }, this.#state, this.#list.element, this.#join, this.#down);
    this.element = make("section", { className: "chat" }, this.#bar.element, middle, this.#heard, this.#composer.element);
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && onBack());
  }

  async open() {
    const { client } = this.#device;
    this.#unwatch = [
      client.on("messages", ({ sessionId, messages, source }) => {
        if (sessionId === this.#sessionId) this.#take(messages, source === "push" || source === "sent");
      }),
      client.on("login", () => unlessClosed(this.#onLogin())),
    ];
    const onChange = () => this.#draw();
    this.#device.addEventListener("change", onChange);
    this.#unwatch.push(() => this.#device.removeEventListener("change", onChange));
    this.translate();
    this.#composer.focus();
    const known = (await client.sessions()).find(({ sessionId }) => sessionId === this.#sessionId);
    if (known) this.#title = titleOf(known, this.#device.uid);
    this.translate();
    await Promise.all([this.#feed.start(), this.#learn()]);
    await client.markRead(this.#sessionId);
  }

  close() {
    for (const unwatch of this.#unwatch.splice(0)) unwatch();
    this.#feed.close();
    this.#list.close();
  }

  translate() {
    this.#drawBar();
    this.#list.element.setAttribute("aria-label", say("messagesWith", { name: this.#title }));
    this.#composer.translate(this.#title, this.#isGroup);
    this.#join.textContent = say("joinGroup");
    this.#list.redraw();
    this.#draw();
  }

  #drawBar() {
    const about = this.#isGroup ? "people" : this.#isNote ? null : "block";
    this.#bar.draw({ title: this.#title, about, isBlocked: this.#standing.isBlocked, isReachable: this.#device.isReachable });
  }

  get #isNote() {
    return !this.#isGroup && nameOf(this.#sessionId, this.#device.uid) === this.#device.uid;
  }

  /** @returns {import("./bubbles.js").Acts} */
  #acts() {
    return {
      isGroup: this.#isGroup,
      people: [...this.#composer.people, this.#device.uid],
      onDiscard: ({ message }) => unlessClosed(this.#discard(message.msgId)),
      onEdit: (queued) => unlessClosed(this.#edit(queued)),
    };
  }

  #draw() {
    this.#list.rows = this.#feed.rows();
    const { isLoading, error, isStuck } = this.#feed;
    this.#state.textContent = isLoading ? say("loading") : error ? explained(error) : isStuck ? say("olderAtServer") : "";
    this.#down.hidden = this.#list.height < 300 && this.#news === 0;
    this.#down.replaceChildren(icon("down"), this.#news > 0 ? say("newMessages", { count: this.#news }) : say("toNewest"));
    this.#drawBar();
  }

  async #learn() {
    const known = String(this.#standing.others);
    await this.#standing.learn();
    const { others, isRunning, isOutside } = this.#standing;
    this.#composer.offer(others, isRunning);
    this.#join.hidden = !isOutside;
    if (String(others) !== known) this.#list.redraw(); // who can be mentioned is in another colour
    this.#draw();
  }

  /** Join a group that anybody may join. */
  async #joinGroup() {
    try {
      await this.#device.client.join(this.#sessionId);
      await this.#device.client.refreshSessions();
      await Promise.all([this.#learn(), this.#feed.start()]);
    } catch (error) {
      this.#fault(error);
    }
  }

  /** @param {unknown} error */
  #fault(error) {
    this.#state.textContent = explained(error);
  }

  /** @param {readonly Message[]} messages @param {boolean} isLive */
  #take(messages, isLive) {
    const fresh = this.#feed.take(messages, isLive);
    const others = fresh.filter(({ sender }) => sender !== this.#device.uid);
    if (fresh.some(({ kind }) => kind === "system")) unlessClosed(this.#learn());
    if (others.length === 0) return;
    const newest = /** @type {Message} */ (others[0]);
    this.#heard.textContent = noticeText(newest) || `${newest.sender}: ${textOf(newest.content)}`;
    if (this.#reads) unlessClosed(this.#device.client.markRead(this.#sessionId));
    else this.#news += others.length;
    this.#draw();
  }

  /** Whether the person sees what comes. */
  get #reads() {
    return this.#list.height < AT_BOTTOM && document.visibilityState === "visible";
  }

  #onMove() {
    if (this.#news > 0 && this.#reads) {
      this.#news = 0;
      unlessClosed(this.#device.client.markRead(this.#sessionId));
    }
    const isFar = this.#list.height >= 300 || this.#news > 0;
    if (this.#down.hidden === isFar) this.#draw();
  }

  /** The device is back: go on, without moving what the person reads. */
  async #onLogin() {
    await this.#learn();
    if (this.#reads) {
      await this.#feed.start();
      await this.#device.client.markRead(this.#sessionId);
    } else if (await this.#feed.lacksNewest()) {
      this.#news = Math.max(1, (await this.#device.client.session(this.#sessionId).state()).unread);
    }
    this.#feed.isStuck = false;
    this.#draw();
  }

  async #toNewest() {
    const isBehind = this.#news > 0 && (await this.#feed.lacksNewest());
    this.#news = 0;
    if (isBehind) await this.#feed.start();
    this.#list.toBottom();
    this.#composer.focus();
    await this.#device.client.markRead(this.#sessionId);
  }

  /** @param {string} text @param {string[]} at @param {boolean} atAll */
  async #write(text, at, atAll) {
    const to = this.#isGroup ? this.#sessionId : nameOf(this.#sessionId, this.#device.uid);
    this.#list.toBottom(); // now, and not when it is saved: the person may have scrolled away by then
    try {
      await this.#device.client.post(to, { message: text }, { at: this.#isGroup ? at : [], atAll });
      await this.#device.readOutbox();
    } catch (error) {
      this.#fault(error);
      this.#composer.fill(text);
    }
  }

  /** @param {number} seq @param {Place} place */
  #openMenu(seq, place) {
    const message = this.#feed.message(seq);
    const items = message ? itemsOf(message) : [];
    if (message && items.length > 0) openMenu(say("messageOptions", { name: message.sender }), items, place);
    return items.length > 0;
  }

  /** @param {string} msgId */
  async #discard(msgId) {
    await this.#device.client.discard(msgId);
    await this.#device.readOutbox();
    this.#composer.focus();
  }

  /** @param {Queued} queued */
  async #edit({ message }) {
    await this.#discard(message.msgId);
    this.#composer.fill(textOf(message.content));
  }

  async #toggleBlock() {
    try {
      await this.#standing.toggleBlock();
      this.translate();
      tellOfBlock(this.#title, this.#standing.isBlocked);
    } catch (error) {
      this.#fault(error);
    }
  }

  #openGroup() {
    unlessClosed(openGroup(this.#device, this.#sessionId, this.#title, this.#onBack));
  }
}
