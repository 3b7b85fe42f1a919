// The bar above a chat: the way back, whose chat it is, and what one can do about it.

import { faceOf } from "./chat-list.js";
import { iconButton, make } from "./dom.js";
import { currentLanguage, say } from "./texts.js";

/**
 * @typedef {object} BarLook
 * @property {string} title
 * @property {"people" | "block" | null} about what the sign at the right is for; null for a chat with oneself
 * @property {boolean} isBlocked
 * @property {boolean} isReachable
 */

export class ChatBar {
  element = make("div", { className: "bar" });
  #acts;
  #shown = "";

  /** @param {{onBack: () => void, onAbout: () => void}} acts */
  constructor(acts) {
    this.#acts = acts;
  }

  /** Draw it anew if it looks otherwise; the focus stays on the button that has it. @param {BarLook} look */
  draw(look) {
    const shown = JSON.stringify([look, currentLanguage()]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const { title, about, isBlocked, isReachable } = look;
    const focused = /** @type {HTMLElement | null} */ (this.element.contains(document.activeElement) ? document.activeElement : null);
    const back = iconButton("back", say("back"), this.#acts.onBack);
    back.dataset["act"] = "back";
    this.element.replaceChildren(back, faceOf(title), make("h3", {}, title));
    if (about) {
      const name = about === "people" ? "membersOf" : isBlocked ? "unblock" : "block";
      const button = iconButton(about, say(name, { name: title }), this.#acts.onAbout);
      button.dataset["act"] = "about";
      button.classList.toggle("on", isBlocked);
      button.disabled = !isReachable;
      this.element.append(button);
    }
    const act = focused?.dataset["act"];
    if (act) /** @type {HTMLElement | null} */ (this.element.querySelector(`[data-act="${act}"]:enabled`) ?? back)?.focus();
  }
}
