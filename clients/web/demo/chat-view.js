// One chat on the screen: pages that load as the person scrolls up, and what comes live.
//
// The list is drawn from the bottom up (column-reverse), so what is added at its top does not move what is seen. Pages far
// off the screen are taken out of the document, and leave an empty box of their height.

import { make } from "./dom.js";
import { nameOf, textOf } from "./phone.js";
import { say } from "./texts.js";

/** @import { Client, Message, SessionPage } from "catchup-client" */

const PAGE = 50;
/** How far from the screen, in pixels, the next page is fetched, and pages are kept in the document. */
const NEAR = 1_200;

export class ChatView {
  /** @type {Set<number>} the seqs that are on the screen */
  #seqs = new Set();
  /** @type {Map<string, HTMLElement>} messages that are not sent yet, by msgId */
  #pending = new Map();
  #isLoading = false;
  #isClosed = false;
  #isWhole = false;
  #showsOwn = false;
  /** @type {AsyncGenerator<SessionPage, void, void>} */
  #pages;
  #client;
  #sessionId;
  #live = make("div", { className: "page" });
  #top = make("p", { className: "system" });
  #list = make("div", { className: "messages", role: "log", tabIndex: 0 });
  #input = make("input", { name: "message", autocomplete: "off" });
  #send = make("button", { className: "primary" });
  #back = make("button", { type: "button" }, "‹");
  /** @type {Map<Element, DocumentFragment>} pages that are taken out */
  #out = new Map();
  #watcher;

  /** @param {Client} client @param {string} sessionId @param {() => void} onBack */
  constructor(client, sessionId, onBack) {
    this.#client = client;
    this.#sessionId = sessionId;
    this.#pages = client.session(sessionId).pages({ limit: PAGE });
    this.#back.addEventListener("click", onBack);
    const name = make("h2", {}, nameOf(sessionId, client.uid));
    const form = make("form", { className: "write" }, this.#input, this.#send);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#write();
    });
    this.#list.append(this.#live, this.#top);
    this.#watcher = new IntersectionObserver((entries) => entries.forEach((entry) => this.#place(entry)), {
      root: this.#list,
      rootMargin: `${NEAR}px 0px`,
    });
    this.#list.addEventListener("scroll", () => this.#loadIfNear());
    const bar = make("div", { className: "bar" }, this.#back, name);
    this.element = make("div", { className: "chat" }, bar, this.#list, form);
    this.translate();
  }

  async open() {
    this.#input.focus();
    await this.#load();
    await this.#client.session(this.#sessionId).markRead();
  }

  close() {
    this.#isClosed = true;
    this.#watcher.disconnect();
  }

  translate() {
    const name = nameOf(this.#sessionId, this.#client.uid);
    this.#back.setAttribute("aria-label", say("back"));
    this.#input.placeholder = say("message", { name });
    this.#input.setAttribute("aria-label", say("message", { name }));
    this.#send.textContent = say("send");
  }

  /** Show what has come, if it is of this chat and new. @param {string} sessionId @param {readonly Message[]} messages */
  take(sessionId, messages) {
    if (sessionId !== this.#sessionId || this.#isLoading) return;
    const newest = Math.max(0, ...this.#seqs);
    const fresh = messages.filter(({ seq }) => seq > newest).sort((one, other) => one.seq - other.seq);
    for (const message of fresh) {
      this.#pending.get(message.msgId)?.remove();
      this.#pending.delete(message.msgId);
      this.#keepPlace(() => this.#live.prepend(this.#bubble(message)));
    }
    if (fresh.length > 0 && document.hasFocus()) this.#client.markRead(this.#sessionId);
  }

  /** Show what has become of a message: "" if it is sent. @param {string} msgId @param {string} why */
  settle(msgId, why) {
    const note = this.#pending.get(msgId)?.querySelector("small");
    if (note && why) note.textContent = why;
  }

  async #write() {
    const text = this.#input.value.trim();
    if (!text) return;
    this.#input.value = "";
    const at = this.#sessionId.startsWith("g:") ? [...text.matchAll(/@([A-Za-z0-9_-]+)/g)].map(([, uid = ""]) => uid) : [];
    const note = make("small", {}, say("sending"));
    const bubble = make("div", { className: "message mine" }, text, note);
    this.#live.prepend(bubble);
    this.#list.scrollTop = 0;
    const msgId = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    this.#pending.set(msgId, bubble);
    const to = this.#sessionId.startsWith("g:") ? this.#sessionId : nameOf(this.#sessionId, this.#client.uid);
    await this.#client.post(to, { message: text }, { at, msgId }).catch((error) => (note.textContent = error.message));
  }

  async #loadIfNear() {
    const { scrollTop, scrollHeight, clientHeight } = this.#list;
    if (scrollHeight - clientHeight + scrollTop < NEAR) await this.#load();
  }

  async #load() {
    if (this.#isLoading || this.#isClosed || this.#isWhole) return;
    this.#isLoading = true;
    this.#top.textContent = say("loading");
    try {
      const { value: page } = await this.#pages.next();
      if (this.#isClosed) return;
      this.#top.textContent = "";
      if (page) this.#show(page);
    } catch (error) {
      this.#top.textContent = /** @type {Error} */ (error).message;
      this.#pages = this.#client.session(this.#sessionId).pages({ limit: PAGE, before: Math.min(...this.#seqs) });
    } finally {
      this.#isLoading = false;
    }
    if (!this.#isClosed) requestAnimationFrame(() => this.#loadIfNear());
  }

  /** @param {SessionPage} page */
  #show(page) {
    const fresh = page.messages.filter(({ seq }) => !this.#seqs.has(seq));
    const rows = fresh.map((message) => this.#bubble(message));
    if (page.source === "server" && fresh.length > 0) {
      this.#showsOwn = false;
      rows.push(make("p", { className: "mark" }, say("fromServer", { count: fresh.length })));
    } else if (page.source === "local" && !this.#showsOwn) {
      this.#showsOwn = true;
      if (fresh.length > 0) rows.unshift(make("p", { className: "mark own" }, say("ownDatabase")));
    }
    if (page.end) rows.push(make("p", { className: "mark" }, say(ending(page.endReason))));
    const box = make("div", { className: "page" }, ...rows);
    this.#top.before(box);
    this.#watcher.observe(box);
    this.#isWhole = page.end;
  }

  /** Take a page out of the document when it is far from the screen, and put it back when it comes near. */
  /** @param {IntersectionObserverEntry} entry */
  #place({ target, isIntersecting }) {
    const box = /** @type {HTMLElement} */ (target);
    const out = this.#out.get(box);
    if (isIntersecting && out) {
      box.style.height = "";
      box.append(out);
      this.#out.delete(box);
    } else if (!isIntersecting && !out && box.childElementCount > 0) {
      box.style.height = `${box.offsetHeight}px`;
      const fragment = document.createDocumentFragment();
      fragment.append(...box.childNodes);
      this.#out.set(box, fragment);
    }
  }

  /** Change the bottom of the list without moving what the person reads. @param {() => void} change */
  #keepPlace(change) {
    const { scrollTop, scrollHeight } = this.#list;
    change();
    if (scrollTop < 0) this.#list.scrollTop = scrollTop - (this.#list.scrollHeight - scrollHeight);
  }

  /** @param {Message} message */
  #bubble(message) {
    this.#seqs.add(message.seq);
    const text = textOf(message);
    if (message.kind === "system") return make("p", { className: "system" }, text);
    const isMine = message.sender === this.#client.uid;
    const isMention = !isMine && (message.atAll || message.at.includes(this.#client.uid));
    const time = new Date(message.serverTimeMs).toLocaleTimeString([], { timeStyle: "short" });
    const who = isMine ? say("you") : message.sender;
    const className = `message${isMine ? " mine" : ""}${isMention ? " mention" : ""}`;
    const bubble = make("div", { className }, text, make("small", {}, `${who} · ${time}`));
    bubble.dataset["seq"] = String(message.seq);
    return bubble;
  }
}

/** @param {string} reason @returns {import("./texts.js").TextName} */
const ending = (reason) =>
  reason === "RETENTION" ? "removed" : reason === "JOIN_POINT" ? "joinPoint" : "beginning";
