// One chat on the screen.

import { RequestRefused, isGroup } from "catchup-client";
import { elementOf } from "./bubbles.js";
import { faceOf, noticeText } from "./chat-list.js";
import { Composer } from "./composer.js";
import { unlessClosed } from "./device.js";
import { explained, tellOfBlock } from "./dialogs.js";
import { icon, iconButton, make } from "./dom.js";
import { Feed } from "./feed.js";
import { nameOf, textOf, titleOf } from "./format.js";
import { openGroup } from "./group-dialog.js";
import { membersOf } from "./members.js";
import { MessageList } from "./message-list.js";
import { say } from "./texts.js";

/** @import { Message, Queued } from "catchup-client" */
/** @import { Device } from "./device.js" */
/** @import { Row } from "./rows.js" */

/** Nearer to the bottom than that, the person reads what comes. */
const AT_BOTTOM = 40;

export class ChatView {
  #device;
  #sessionId;
  #isGroup;
  #title = "";
  #isBlocked = false;
  #news = 0;
  #feed;
  /** @type {MessageList<Row>} */
  #list;
  #composer = new Composer((text, at) => this.#write(text, at));
  #bar = make("div", { className: "bar" });
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
    this.#onBack = onBack;
    this.#feed = new Feed(device, sessionId, () => this.#draw());
    const onNearTop = () => unlessClosed(this.#feed.older());
    this.#list = new MessageList((row) => elementOf(row, this.#acts()), onNearTop, () => this.#onMove());
    const middle = make("div", { className: "middle" }, this.#state, this.#list.element, this.#join, this.#down);
    this.element = make("section", { className: "chat" }, this.#bar, middle, this.#heard, this.#composer.element);
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
    const back = iconButton("back", say("back"), this.#onBack);
    const about = this.#isGroup
      ? iconButton("people", say("membersOf", { name: this.#title }), () => this.#openGroup())
      : iconButton("block", say(this.#isBlocked ? "unblock" : "block", { name: this.#title }), () => this.#toggleBlock());
    about.disabled = !this.#device.isReachable;
    about.classList.toggle("on", this.#isBlocked);
    const hadFocus = this.#bar.contains(document.activeElement) ? document.activeElement?.className : null;
    this.#bar.replaceChildren(back, faceOf(this.#title), make("h3", {}, this.#title), ...(this.#isNote ? [] : [about]));
    if (hadFocus !== null) (hadFocus === about.className ? about : back).focus();
    this.#list.element.setAttribute("aria-label", say("messagesWith", { name: this.#title }));
    this.#composer.translate(this.#title, this.#isGroup);
    this.#join.textContent = say("joinGroup");
    this.#list.redraw();
    this.#draw();
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
    const about = /** @type {HTMLButtonElement | null} */ (this.#bar.querySelector("button:last-child"));
    if (about && !this.#isNote) about.disabled = !this.#device.isReachable;
  }

  /** What only the server knows: who is in the group, or whether the other person is blocked. */
  async #learn() {
    const { client, uid, isReachable } = this.#device;
    if (!isReachable) return;
    try {
      if (this.#isGroup) {
        this.#composer.people = (await membersOf(client, this.#sessionId)).map((member) => member.uid).filter((one) => one !== uid);
      } else {
        this.#isBlocked = (await client.blocked()).includes(this.#title);
      }
      this.translate();
      this.#join.hidden = true;
    } catch (error) {
      // Whoever is no member may not see the members.
      this.#join.hidden = !(error instanceof RequestRefused && error.code === "PERMISSION_DENIED");
    }
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

  /** @param {string} text @param {string[]} at */
  async #write(text, at) {
    const to = this.#isGroup ? this.#sessionId : nameOf(this.#sessionId, this.#device.uid);
    this.#list.toBottom(); // now, and not when it is saved: the person may have scrolled away by then
    try {
      await this.#device.client.post(to, { message: text }, { at: this.#isGroup ? at : [] });
      await this.#device.readOutbox();
    } catch (error) {
      this.#fault(error);
      this.#composer.fill(text);
    }
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
    const { client } = this.#device;
    try {
      await (this.#isBlocked ? client.unblock(this.#title) : client.block(this.#title));
      this.#isBlocked = !this.#isBlocked;
      this.translate();
      tellOfBlock(this.#title, this.#isBlocked);
    } catch (error) {
      this.#fault(error);
    }
  }

  #openGroup() {
    unlessClosed(openGroup(this.#device, this.#sessionId, this.#title, this.#onBack));
  }
}
