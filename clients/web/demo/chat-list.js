// The list of chats, and the menu of each.

import { openChatMenu } from "./chat-menu.js";
import { lookOf, partsOf } from "./chat-row.js";
import { afterFrame, arrange, iconButton, make } from "./dom.js";
import { titleOf } from "./format.js";
import { onMenu } from "./menu.js";
import { currentLanguage, say } from "./texts.js";

/** @import { SessionState } from "catchup-client" */
/** @import { Device } from "./device.js" */

/** So many rows are in the document; a person with more chats finds the others by name. */
const MOST_ROWS = 100;
/** So many rows are drawn in one frame of the screen, so that a cheap phone answers in between. */
const ROWS_PER_FRAME = 5;

export class ChatList {
  /** @type {Map<string, {row: HTMLElement, shown: string}>} */
  #rows = new Map();
  /** @type {readonly SessionState[]} */
  #sessions = [];
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
    onMenu(this.#list, (place) => {
      const row = /** @type {HTMLElement | null} */ (place.of.closest("li")?.querySelector("[data-session]"));
      return this.#openMenu(row?.dataset["session"] ?? "", place);
    });
  }

  /** @param {string} sessionId @param {import("./menu.js").Place} place */
  #openMenu(sessionId, place) {
    const session = this.#sessions.find((each) => each.sessionId === sessionId);
    if (session) openChatMenu(this.#device, session, titleOf(session, this.#device.uid), place);
    return session !== undefined;
  }

  /**
   * Draw the list in this order.
   * @param {readonly SessionState[]} sessions
   * @returns {Promise<boolean>} true when all is in the document; false if a newer list was drawn meanwhile
   */
  async draw(sessions) {
    const turn = (this.#turn += 1);
    const shown = sessions.slice(0, MOST_ROWS);
    this.#sessions = shown;
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
    const focused = [...this.#list.children].findIndex((row) => row.contains(document.activeElement));
    arrange(this.#list, rows.filter((row) => row.hasChildNodes()));
    if (focused >= 0 && !this.#list.contains(document.activeElement)) this.#focusRow(focused);
    return left >= 0;
  }

  /** Draw everything anew at the next time. */
  forget() {
    for (const row of this.#rows.values()) row.shown = "";
  }

  /** The row with the focus is gone: give it to the one in its place, or to the last one. @param {number} index */
  #focusRow(index) {
    const row = this.#list.children[index] ?? this.#list.lastElementChild;
    row?.querySelector("button")?.focus();
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
    const { sessionId } = session;
    const look = lookOf(session, this.#device);
    const shown = JSON.stringify([look, currentLanguage()]);
    const known = this.#rows.get(sessionId) ?? { row: make("li", {}), shown: "" };
    this.#rows.set(sessionId, known);
    if (known.shown === shown || !mayChange()) return known.row;
    known.shown = shown;
    const button = known.row.querySelector("button") ?? make("button", { type: "button" });
    button.onclick = () => this.#onOpen(sessionId);
    button.dataset["session"] = sessionId;
    button.replaceChildren(...partsOf(look, sessionId));
    if (!button.isConnected) {
      const options = iconButton("more", "", () => this.#openMenu(sessionId, { of: options }));
      options.classList.add("options");
      known.row.replaceChildren(button, options);
    }
    known.row.lastElementChild?.setAttribute("aria-label", say("optionsOf", { name: look.title }));
    return known.row;
  }
}
