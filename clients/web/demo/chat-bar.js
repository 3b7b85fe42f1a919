// The bar above a chat: the way back, whose chat it is, what they do now, and what one can do about it.

import { iconButton, keepFocus, make } from "./dom.js";
import { faceOf } from "./faces.js";
import { currentLanguage, say } from "./texts.js";

/**
 * @typedef {object} BarLook
 * @property {string} title
 * @property {string} status under the title
 * @property {boolean} isOnline
 * @property {boolean} isTyping
 * @property {"people" | "block" | null} about what the sign at the right is for; null for a chat with oneself
 * @property {boolean} isBlocked
 * @property {boolean} isReachable
 */

export class ChatBar {
  element = make("div", { className: "bar" });
  /** It is not a status for those who hear the page: that somebody types is told again and again. */
  #status = make("small");
  #acts;
  #shown = "";

  /** @param {{onBack: () => void, onAbout: () => void, onMore: (button: HTMLElement) => void}} acts */
  constructor(acts) {
    this.#acts = acts;
  }

  /** Draw it anew if it looks otherwise; the focus stays on the button that has it. @param {BarLook} look */
  draw({ status, isTyping, ...look }) {
    this.#status.textContent = status;
    this.#status.classList.toggle("typing", isTyping);
    const shown = JSON.stringify([look, currentLanguage()]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const restore = keepFocus(this.element);
    const [back, ...others] = this.#buttons(look);
    const heading = make("div", { className: "heading" }, make("h3", {}, look.title), this.#status);
    this.element.replaceChildren(/** @type {Node} */ (back), faceOf(look.title, look.isOnline), heading, ...others);
    restore();
  }

  /** @param {Omit<BarLook, "status" | "isTyping">} look */
  #buttons({ title, about, isBlocked, isReachable }) {
    const back = iconButton("back", say("back"), this.#acts.onBack);
    const more = iconButton("more", say("optionsOf", { name: title }), () => this.#acts.onMore(more));
    [back.dataset["act"], more.dataset["act"]] = ["back", "more"];
    if (!about) return [back, more];
    const name = about === "people" ? "membersOf" : isBlocked ? "unblock" : "block";
    const button = iconButton(about, say(name, { name: title }), this.#acts.onAbout);
    button.dataset["act"] = "about";
    button.classList.toggle("on", isBlocked);
    button.disabled = !isReachable;
    return [back, button, more];
  }
}
