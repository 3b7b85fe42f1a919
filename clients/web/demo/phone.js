// One phone: a person's device, with its list of chats, and one chat on the screen.

import { Client, ConnectionLost, dialWebSocket } from "catchup-client";
import { ChatView } from "./chat-view.js";
import { make } from "./dom.js";
import { runOldWay } from "./old-way.js";
import { receive, socketUrl, tokenFor } from "./server.js";
import { say } from "./texts.js";

/** @import { SessionState } from "catchup-client" */
/** @import { FrameList } from "./frame-list.js" */

const BACKLOG = 10_000;

export class Phone extends HTMLElement {
  uid = "";
  device = "phone";
  /** @type {FrameList | null} */
  frames = null;
  /** @type {Client | null} */
  #client = null;
  /** @type {{close(): void} | null} */
  #transport = null;
  #isAway = false;
  /** @type {ChatView | null} */
  #chat = null;
  /** What has come since the phone came back: for the figures of the first screen. */
  #since = { at: 0, frames: 0, bytes: 0, isShown: true };
  #redraw = 0;
  /** @type {Map<string, string>} the last text of each chat */
  #lastTexts = new Map();

  #title = make("h2");
  #state = make("span", { className: "state", role: "status" });
  #away = make("button", { type: "button", className: "primary" });
  #note = make("p", { className: "note", role: "status" });
  #screen = make("div", { className: "screen" });
  #tools = make("div");

  connectedCallback() {
    const name = this.device === "phone" ? this.uid : `${this.uid} · ${this.device}`;
    this.#title.textContent = name;
    this.setAttribute("aria-label", name);
    this.setAttribute("role", "region");
    this.#away.addEventListener("click", () => (this.#isAway ? this.#comeBack() : this.#goAway()));
    this.append(make("div", { className: "bar" }, this.#title, this.#state, this.#away), this.#note, this.#screen, this.#tools);
    window.addEventListener("language", this.#translate);
    this.#translate();
    this.#open().catch((error) => this.#say(say("stopped", { name: this.uid, why: error.message })));
  }

  disconnectedCallback() {
    window.removeEventListener("language", this.#translate);
    this.#client?.close();
  }

  async #open() {
    const client = new Client(socketUrl, () => tokenFor(this.uid, this.device), {
      deviceId: this.device,
      dial: (...args) => this.#dial(...args),
    });
    client.on("frame", (frame) => {
      this.#since.frames += Number(frame.direction === "in");
      this.#since.bytes += frame.direction === "in" ? frame.bytes : 0;
      this.frames?.add(this.uid, frame);
    });
    client.on("login", () => this.#drawSoon());
    client.on("login", () => this.#show("online"));
    client.on("offline", () => this.#show(this.#isAway ? "offline" : "connecting"));
    client.on("unread", () => this.#drawSoon());
    client.on("messages", ({ sessionId, messages }) => {
      const newest = messages.reduce((one, other) => (other.seq > one.seq ? other : one));
      this.#lastTexts.set(sessionId, textOf(newest));
      this.#chat?.take(sessionId, messages);
      this.#drawSoon();
    });
    client.on("sent", ({ msgId }) => this.#chat?.settle(msgId, ""));
    client.on("held", ({ msgId }) => this.#chat?.settle(msgId, say("held")));
    client.on("refused", ({ msgId, why }) => this.#chat?.settle(msgId, say("refused", { why })));
    client.on("stopped", ({ error }) => this.#say(say("stopped", { name: this.uid, why: String(error) })));
    this.#show("connecting");
    this.#client = await client.open();
    await this.#draw();
  }

  /** @param {Parameters<typeof dialWebSocket>} args */
  async #dial(...args) {
    if (this.#isAway) throw new ConnectionLost("this phone is away");
    const transport = await dialWebSocket(...args);
    this.#transport = transport;
    return transport;
  }

  #goAway() {
    this.#isAway = true;
    this.#transport?.close();
    this.#show("offline");
    this.#drawTools();
  }

  #comeBack() {
    this.#isAway = false;
    this.#say("");
    this.#since = { at: performance.now(), frames: 0, bytes: 0, isShown: false };
    this.#show("connecting");
    this.#drawTools();
    // As if the network had come back.
    window.dispatchEvent(new Event("online"));
  }

  /** @param {"online" | "offline" | "connecting"} state */
  #show(state) {
    this.#state.dataset["state"] = state;
    this.#state.textContent = say(state);
    this.#away.textContent = say(this.#isAway ? "comeBack" : "goOffline");
  }

  /** @param {string} text */
  #say(text) {
    this.#note.textContent = text;
  }

  #translate = () => {
    this.#show(/** @type {"online"} */ (this.#state.dataset["state"] ?? "connecting"));
    this.#drawSoon();
    this.#drawTools();
    this.#chat?.translate();
  };

  // The list of chats

  /** Draw once a frame, however many events come. */
  #drawSoon() {
    this.#redraw ||= requestAnimationFrame(() => {
      this.#redraw = 0;
      this.#draw();
    });
  }

  async #draw() {
    const client = this.#client;
    if (!client) return;
    const sessions = await client.sessions();
    if (!this.#chat) this.#drawChats(sessions);
    if (this.#since.isShown || client.uid === "" || this.#state.dataset["state"] !== "online") return;
    this.#since.isShown = true;
    const { at, frames, bytes } = this.#since;
    const unread = sessions.reduce((sum, session) => sum + session.unread, 0);
    requestAnimationFrame(() => {
      const ms = Math.round(performance.now() - at);
      const figures = { ms, sessions: sessions.length, unread, frames, bytes: Math.ceil(bytes / 1_000) };
      this.dataset["firstScreen"] = JSON.stringify(figures);
      this.#say(say("firstScreen", figures));
    });
  }

  /** @param {readonly SessionState[]} sessions */
  async #drawChats(sessions) {
    for (const { sessionId } of sessions.filter((session) => !this.#lastTexts.has(session.sessionId)).slice(0, 50)) {
      const [newest] = (await this.#client?.messages(sessionId, { limit: 1 })) ?? [];
      if (newest) this.#lastTexts.set(sessionId, textOf(newest));
    }
    if (this.#chat) return;
    const rows = sessions.map((session) => make("li", {}, this.#row(session)));
    const list = rows.length
      ? make("ul", { className: "chats", "aria-label": say("sessions", { name: this.uid }) }, ...rows)
      : make("p", { className: "empty" }, say("noSessions"));
    const focused = /** @type {HTMLElement | null} */ (this.#screen.querySelector(":focus"))?.dataset["session"];
    const scrolled = this.#screen.firstElementChild?.scrollTop ?? 0;
    this.#screen.replaceChildren(list);
    list.scrollTop = scrolled;
    if (focused) /** @type {HTMLElement} */ (list.querySelector(`[data-session="${CSS.escape(focused)}"]`))?.focus();
    if (!this.#tools.querySelector("form.to")) this.#drawTools();
  }

  /** @param {SessionState} session */
  #row({ sessionId, unread, timestampMs, group }) {
    const name = group?.name || nameOf(sessionId, this.uid);
    const time = timestampMs ? new Date(timestampMs).toLocaleTimeString([], { timeStyle: "short" }) : "";
    const dot = unread > 0 ? [make("span", { className: "dot", title: say("unread", { count: unread }) }, unread.toLocaleString())] : [];
    return make(
      "button",
      { type: "button", "data-session": sessionId, onclick: () => this.#openChat(sessionId) },
      make("span", { className: "name" }, name),
      make("small", {}, time),
      make("span", { className: "last" }, this.#lastTexts.get(sessionId) ?? ""),
      ...dot,
    );
  }

  #drawTools() {
    if (this.#chat) return this.#tools.replaceChildren();
    const to = make("input", { name: "to", required: true, "aria-label": say("writeTo"), placeholder: say("writeTo") });
    const form = make("form", { className: "to" }, to, make("button", {}, say("start")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#openChat(sessionWith(this.uid, to.value.trim()));
    });
    const label = say("receive", { count: BACKLOG });
    const backlog = make("button", { type: "button", disabled: !this.#isAway, onclick: () => this.#receive(backlog) }, label);
    backlog.dataset["tool"] = "receive";
    const old = make("button", { type: "button", disabled: !this.#isAway, onclick: () => this.#runOldWay(old) }, say("oldWay"));
    old.dataset["tool"] = "old-way";
    const group = make("button", { type: "button", onclick: () => this.#newGroup() }, say("newGroup"));
    const device = make("button", { type: "button" }, say("device", { name: this.uid }));
    device.addEventListener("click", () => this.dispatchEvent(new Event("another-device")));
    this.#tools.replaceChildren(form, make("div", { className: "tools" }, backlog, old, group, device));
  }

  /** @param {HTMLButtonElement} button */
  async #receive(button) {
    button.disabled = true;
    this.#say(say("receiving", { count: BACKLOG, name: this.uid }));
    try {
      const { messages, seconds } = await receive(this.uid, BACKLOG);
      this.#say(say("received", { count: messages, seconds: Math.round(seconds * 10) / 10, name: this.uid }));
    } catch (error) {
      this.#say(/** @type {Error} */ (error).message);
    }
    button.disabled = !this.#isAway;
  }

  /** @param {HTMLButtonElement} button */
  async #runOldWay(button) {
    button.disabled = true;
    const list = make("div", { className: "old" });
    this.#screen.replaceChildren(list);
    const figures = await runOldWay(this.uid, list);
    this.dataset["oldWay"] = JSON.stringify(figures);
    this.#say(say("oldResult", figures));
    button.disabled = !this.#isAway;
    await this.#draw();
  }

  async #newGroup() {
    const name = prompt(say("groupName"))?.trim();
    if (!name || !this.#client) return;
    const others = [...document.querySelectorAll("catchup-phone")].map((phone) => /** @type {Phone} */ (phone).uid);
    const uids = [...new Set(others)].filter((uid) => uid !== this.uid);
    const { sessionId } = await this.#client.createGroup(name, { uids, isOpen: true });
    await this.#client.refreshSessions();
    this.#openChat(sessionId);
  }

  // One chat

  /** @param {string} sessionId */
  #openChat(sessionId) {
    if (!this.#client || !sessionId) return;
    this.#chat = new ChatView(this.#client, sessionId, () => this.#closeChat());
    this.#screen.replaceChildren(this.#chat.element);
    this.#drawTools();
    this.#chat.open();
  }

  #closeChat() {
    this.#chat?.close();
    this.#chat = null;
    this.#drawTools();
    this.#draw();
  }
}

/** @param {string} me @param {string} to a uid, or a group's session */
function sessionWith(me, to) {
  if (to.startsWith("g:")) return to;
  return me <= to ? `p:${me}:${to}` : `p:${to}:${me}`;
}

/** @param {string} sessionId @param {string} me */
export function nameOf(sessionId, me) {
  if (sessionId.startsWith("g:")) return sessionId.slice(2);
  const [, one = "", other = ""] = sessionId.split(":");
  return one === me ? other : one;
}

/** @param {import("catchup-client").Message} message */
export function textOf({ kind, sender, content }) {
  if (kind !== "system") return String(content["message"] ?? JSON.stringify(content));
  const people = Array.isArray(content["uids"]) ? content["uids"].join(", ") : String(content["uid"] ?? "");
  return say(/** @type {"join"} */ (content["event"]), { name: sender, people });
}
