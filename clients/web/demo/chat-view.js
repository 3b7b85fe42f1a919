// One chat on the screen.

import { isGroup } from "catchup-client";
import { Announcement } from "./announcement.js";
import { elementOf } from "./bubbles.js";
import { ChatActs } from "./chat-acts.js";
import { ChatBar } from "./chat-bar.js";
import { unlessClosed } from "./device.js";
import { explained } from "./dialogs.js";
import { icon, make } from "./dom.js";
import { Feed } from "./feed.js";
import { nameOf, textOf, titleOf } from "./format.js";
import { Joining } from "./joining.js";
import { MessageList } from "./message-list.js";
import { offerMenus } from "./message-menu.js";
import { isShown } from "./rows.js";
import { Standing } from "./standing.js";
import { say } from "./texts.js";
import { noticeText, seenText, typingText } from "./words.js";
import { Writing } from "./writing.js";

/** @import { Message } from "catchup-client" */
/** @import { Device } from "./device.js" */
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
  #writing;
  #announcement = new Announcement();
  #bar;
  #standing;
  #state = make("p", { className: "loading", role: "status" });
  /** The newest message of somebody else, for those who hear the page. */
  #heard = make("p", { className: "heard", "aria-live": "polite" });
  #down = make("button", { type: "button", className: "to-newest", hidden: true, onclick: () => this.#toNewest() });
  #joining;
  #chatActs;
  #onBack;
  /** @type {import("./media-bubble.js").Files} */
  #files = {
    find: async ({ sessionId, seq }) => (await this.#device.client.media(sessionId, seq)).url,
    found: new Map(),
  };
  /** @type {(() => void)[]} */
  #unwatch = [];

  /** @param {Device} device @param {string} sessionId @param {() => void} onBack */
  constructor(device, sessionId, onBack) {
    this.#device = device;
    this.#sessionId = sessionId;
    this.#isGroup = isGroup(sessionId);
    this.#title = nameOf(sessionId, device.uid);
    this.#standing = new Standing(device, sessionId);
    /** @param {unknown} error */
    const onFault = (error) => void (this.#state.textContent = explained(error));
    // The list goes down now, and not when the message is saved: the person may have scrolled away by then.
    this.#writing = new Writing(device, sessionId, { onWrite: () => this.#list.toBottom(), onFault });
    this.#joining = new Joining(device, sessionId, { onJoined: () => this.#onJoined(), onFault });
    const [standing, writing] = [this.#standing, this.#writing];
    const onChange = () => this.translate();
    this.#chatActs = new ChatActs(device, sessionId, { standing, writing, title: () => this.#title, onBack, onChange, onFault });
    this.#bar = new ChatBar({
      onBack,
      onAbout: () => (this.#isGroup ? this.#chatActs.openGroup() : unlessClosed(this.#chatActs.toggleBlock())),
      onMore: (button) => unlessClosed(this.#chatActs.openOptions(button)),
    });
    this.#onBack = onBack;
    this.#feed = new Feed(device, sessionId, () => this.#draw());
    const onNearTop = () => unlessClosed(this.#feed.older());
    this.#list = new MessageList((row) => elementOf(row, this.#acts()), onNearTop, () => this.#onMove());
    offerMenus(this.#list.element, (seq, place) => this.#chatActs.openMessage(this.#feed.message(seq), place));
    const middle = make("div", { className: "middle" }, this.#state, this.#list.element, this.#joining.element, this.#down);
    this.element = make("section", { className: "chat" }, this.#bar.element, this.#announcement.element, middle, this.#heard, this.#writing.element);
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && onBack());
    this.element.addEventListener("dragover", (event) => event.preventDefault());
    this.element.addEventListener("drop", (event) => this.#writing.attachments.takeFrom(event.dataTransfer, event));
    this.element.addEventListener("paste", (event) => this.#writing.attachments.takeFrom(event.clipboardData, event));
  }

  async open() {
    const { client } = this.#device;
    this.#unwatch = [
      this.#feed.followReads(),
      client.on("messages", ({ sessionId, messages, source }) => {
        if (sessionId === this.#sessionId) this.#take(messages, source === "push" || source === "sent");
      }),
      client.on("revised", ({ sessionId, messages }) => sessionId === this.#sessionId && this.#revise(messages)),
      client.on("receipts", () => unlessClosed(this.#feed.readAgain())),
      client.on("login", () => unlessClosed(this.#onLogin())),
    ];
    const onChange = () => this.#draw();
    this.#device.addEventListener("change", onChange);
    this.#unwatch.push(() => this.#device.removeEventListener("change", onChange));
    this.translate();
    this.#writing.focus();
    const known = (await client.sessions()).find(({ sessionId }) => sessionId === this.#sessionId);
    if (known) this.#title = titleOf(known, this.#device.uid);
    this.translate();
    await Promise.all([this.#feed.start(), this.#learn()]);
    await client.markRead(this.#sessionId);
    await this.#feed.learnRead();
  }

  close() {
    for (const unwatch of this.#unwatch.splice(0)) unwatch();
    this.#feed.close();
    this.#list.close();
    this.#writing.close();
  }

  translate() {
    this.#drawBar();
    this.#list.element.setAttribute("aria-label", say("messagesWith", { name: this.#title }));
    this.#writing.translate(this.#title);
    this.#list.redraw();
    this.#draw();
  }

  #drawBar() {
    const about = this.#isGroup ? "people" : this.#isNote ? null : "block";
    const { presence, isReachable, uid } = this.#device;
    const typing = typingText(this.#sessionId, presence.typists.get(this.#sessionId) ?? []);
    const seen = this.#isGroup ? undefined : presence.of(nameOf(this.#sessionId, uid));
    const members = this.#standing.group?.members;
    const status = typing || (members ? say("memberCount", { count: members }) : seenText(seen));
    const look = { title: this.#title, status, isTyping: typing !== "", isOnline: seen?.online === true };
    this.#bar.draw({ ...look, about, isBlocked: this.#standing.isBlocked, isReachable });
  }

  get #isNote() {
    return !this.#isGroup && nameOf(this.#sessionId, this.#device.uid) === this.#device.uid;
  }

  /** @returns {import("./bubbles.js").Acts} */
  #acts() {
    return {
      me: this.#device.uid,
      files: this.#files,
      isGroup: this.#isGroup,
      people: [...this.#standing.others, this.#device.uid],
      onDiscard: (queued) => unlessClosed(this.#writing.discard(queued)),
      onEdit: (queued) => unlessClosed(this.#writing.rewrite(queued)),
    };
  }

  #draw() {
    this.#list.rows = this.#feed.rows();
    const { isLoading, error, isStuck } = this.#feed;
    const fault = error ? explained(error) : isStuck ? say("olderAtServer") : "";
    this.#state.textContent = isLoading ? say("loading") : this.#standing.isOutside ? "" : fault;
    this.#down.hidden = this.#list.height < 300 && this.#news === 0;
    this.#down.replaceChildren(icon("down"), this.#news > 0 ? say("newMessages", { count: this.#news }) : say("toNewest"));
    this.#drawBar();
  }

  async #learn() {
    const known = String(this.#standing.others);
    await this.#standing.learn();
    const { others, isOutside, group } = this.#standing;
    this.#writing.take(this.#standing);
    this.#announcement.draw(group?.announcement ?? null);
    if (group?.name) this.#title = group.name;
    this.#joining.draw(this.#title, isOutside && !group?.dissolved);
    if (String(others) !== known) this.#list.redraw(); // who can be mentioned is in another colour
    this.#draw();
  }

  async #onJoined() {
    await this.#device.client.refreshSessions();
    await Promise.all([this.#learn(), this.#feed.start()]);
  }

  /** @param {readonly Message[]} messages @param {boolean} isLive */
  #take(messages, isLive) {
    const fresh = this.#feed.take(messages, isLive);
    const others = fresh.filter((message) => isShown(message) && message.sender !== this.#device.uid);
    if (fresh.some(({ kind }) => kind === "system")) unlessClosed(this.#learn());
    if (others.length === 0) return;
    const newest = /** @type {Message} */ (others[0]);
    this.#heard.dataset["seq"] = String(newest.seq);
    this.#heard.textContent = noticeText(newest) || `${newest.sender}: ${textOf(newest.content)}`;
    if (this.#reads) unlessClosed(this.#device.client.markRead(this.#sessionId));
    else this.#news += others.length;
    this.#draw();
  }

  /** Messages look different now; what they were before is nowhere on the screen. @param {readonly Message[]} messages */
  #revise(messages) {
    if (messages.some(({ seq }) => String(seq) === this.#heard.dataset["seq"])) this.#heard.textContent = "";
    this.#feed.revise(messages);
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
    await this.#feed.learnRead();
  }

  async #toNewest() {
    const isBehind = this.#news > 0 && (await this.#feed.lacksNewest());
    this.#news = 0;
    if (isBehind) await this.#feed.start();
    this.#list.toBottom();
    this.#writing.focus();
    await this.#device.client.markRead(this.#sessionId);
  }
}
