// The list of chats: red dots, the newest text, when, and what waits to be sent.

import { afterFrame, arrange, icon, make } from "./dom.js";
import { hueOf, initialOf, noticeOf, textOf, titleOf, whenOf } from "./format.js";
import { currentLanguage, say } from "./texts.js";

/** @import { Message, SessionState } from "catchup-client" */
/** @import { Device } from "./device.js" */

/** So many rows are in the document; a person with more chats finds the others by name. */
const MOST_ROWS = 100;
/** So many rows are drawn in one frame of the screen, so that a cheap phone answers in between. */
const ROWS_PER_FRAME = 5;

/** @param {string} name */
export const faceOf = (name) =>
  make("span", { className: `face hue${hueOf(name)}`, "aria-hidden": "true" }, initialOf(name));

export class ChatList {
  /** @type {Map<string, {row: HTMLElement, shown: string}>} */
  #rows = new Map();
  #list = make("ul", { className: "chats" });
  #empty = make("div", { className: "empty" });
  #turn = 0;
  #device;
  #onOpen;

  /** @param {Device} device @param {(sessionId: string) => void} onOpen */
  constructor(device, onOpen) {
    this.#device = device;
    this.#onOpen = onOpen;
    this.element = make("div", { className: "list" }, this.#list, this.#empty);
  }

  /**
   * Draw the list, the newest chats first.
   * @param {readonly SessionState[]} sessions
   * @returns {Promise<boolean>} true when all is in the document; false if a newer list was drawn meanwhile
   */
  async draw(sessions) {
    const turn = (this.#turn += 1);
    const shown = sessions.slice(0, MOST_ROWS);
    this.#list.hidden = shown.length === 0;
    this.#empty.hidden = shown.length > 0;
    this.#list.setAttribute("aria-label", say("sessions", { name: this.#device.uid }));
    this.#empty.replaceChildren(make("strong", {}, say("noSessions")), make("span", {}, say("noSessionsHint")));
    while (!this.#drawSome(shown)) {
      await afterFrame();
      if (turn !== this.#turn) return false;
    }
    return true;
  }

  /** Return whether all rows are drawn. @param {readonly SessionState[]} sessions */
  #drawSome(sessions) {
    let left = ROWS_PER_FRAME;
    const rows = sessions.map((session) => this.#row(session, () => (left -= 1) >= 0));
    arrange(this.#list, rows.filter((row) => row.hasChildNodes()));
    return left >= 0;
  }

  /** Draw everything anew at the next time. */
  forget() {
    for (const row of this.#rows.values()) row.shown = "";
  }

  /** Put the focus on a chat. @param {string} sessionId */
  focus(sessionId) {
    this.#rows.get(sessionId)?.row.querySelector("button")?.focus();
  }

  /**
   * The row of a session, changed only if something of it has, and if there is time; it is empty before its first time.
   * @param {SessionState} session
   * @param {() => boolean} mayChange
   */
  #row(session, mayChange) {
    const { sessionId, unread, timestampMs } = session;
    const newest = this.#device.newest.get(sessionId);
    const queued = this.#device.outbox.filter(({ message, refused }) => message.sessionId === sessionId && !refused);
    const last = queued.at(-1);
    const look = {
      title: titleOf(session, this.#device.uid),
      when: timestampMs ? whenOf(timestampMs, Date.now(), currentLanguage()) : "",
      text: last ? say("ownText", { text: textOf(last.message.content) }) : newest ? previewOf(newest, this.#device.uid) : "",
      isQueued: queued.length > 0,
      isMentioned: session.mentions.length > 0,
      unread,
    };
    const shown = JSON.stringify([look, currentLanguage()]);
    const known = this.#rows.get(sessionId) ?? { row: make("li", {}), shown: "" };
    this.#rows.set(sessionId, known);
    if (known.shown === shown || !mayChange()) return known.row;
    known.shown = shown;
    const button = known.row.querySelector("button") ?? make("button", { type: "button" });
    button.onclick = () => this.#onOpen(sessionId);
    button.dataset["session"] = sessionId;
    button.replaceChildren(...partsOf(look, sessionId));
    if (!button.isConnected) known.row.replaceChildren(button);
    return known.row;
  }
}

/**
 * @param {{title: string, when: string, text: string, isQueued: boolean, isMentioned: boolean, unread: number}} look
 * @param {string} sessionId
 */
function partsOf({ title, when, text, isQueued, isMentioned, unread }, sessionId) {
  const kind = sessionId.startsWith("g:") ? [icon("people")] : [];
  const count = unread > 99_999 ? "99,999+" : unread.toLocaleString(currentLanguage());
  const mention = make("span", { className: "at", title: say("mentioned") }, "@", hidden(say("mentioned")));
  return [
    faceOf(title),
    make("span", { className: "name" }, ...kind, title),
    make("small", { className: "when" }, when),
    make("span", { className: "last" }, ...(isQueued ? [icon("clock"), hidden(say("waits"))] : []), text),
    make(
      "span",
      { className: "badges" },
      ...(isMentioned ? [mention] : []),
      ...(unread > 0 ? [make("span", { className: "dot", title: say("unread", { count: unread }) }, count, hidden(say("unreadWord")))] : []),
    ),
  ];
}

/** Words for those who hear the page. @param {string} text */
export const hidden = (text) => make("span", { className: "heard" }, ` ${text}`);

/** What a notice says; "" for a message that a person wrote. @param {Message} message */
export function noticeText(message) {
  const notice = noticeOf(message);
  return notice ? say(notice.name, { ...notice.values, role: say(notice.role) }) : "";
}

/** @param {Message} message @param {string} me */
function previewOf(message, me) {
  const notice = noticeText(message);
  if (notice) return notice;
  const text = textOf(message.content).slice(0, 200);
  if (message.sender === me) return say("ownText", { text });
  return message.sessionId.startsWith("g:") ? `${message.sender}: ${text}` : text;
}
