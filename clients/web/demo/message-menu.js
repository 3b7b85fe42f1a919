// The menu of a message: how it is asked for, and what it offers.

import { textOf } from "./format.js";
import { onMenu } from "./menu.js";
import { say } from "./texts.js";

/** @import { Message } from "catchup-client" */
/** @import { Item, Place } from "./menu.js" */

/**
 * Offer menus of the messages of a list: a click on a message's time, the right button, or a long press. With the keyboard,
 * Tab goes from the list to its lowest message, and arrow keys go to the others.
 * @param {HTMLElement} log
 * @param {(seq: number, place: Place) => boolean} open
 */
export function offerMenus(log, open) {
  log.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest(".meta");
    if (button) open(seqOf(button), { of: button });
  });
  onMenu(log, (place) => {
    const seq = seqOf(place.of);
    // With a part of the text marked, the browser's own menu is wanted.
    return seq > 0 && getSelection()?.isCollapsed !== false && open(seq, place);
  });
  log.addEventListener("keydown", (event) => {
    const buttons = /** @type {HTMLElement[]} */ ([...log.querySelectorAll(".meta")]);
    const at = buttons.indexOf(/** @type {HTMLElement} */ (event.target));
    const lowest = event.target === log && event.key === "Tab" && !event.shiftKey ? buttons.findLast((button) => isAbove(button, log)) : undefined;
    const next = at < 0 ? lowest : event.key === "ArrowUp" ? buttons[at - 1] : event.key === "ArrowDown" ? buttons[at + 1] : undefined;
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

/** @param {Element} element */
const seqOf = (element) => Number(/** @type {HTMLElement | null} */ (element.closest("[data-seq]"))?.dataset["seq"] ?? 0);

/** Whether it is not below what is seen of the list. @param {Element} element @param {Element} list */
const isAbove = (element, list) => element.getBoundingClientRect().bottom <= list.getBoundingClientRect().bottom;

/** What can be done with a message. @param {Message} message @returns {Item[]} */
export function itemsOf(message) {
  const copy = () => void navigator.clipboard.writeText(textOf(message.content));
  // Over plain http from another machine there is no clipboard.
  return window.isSecureContext ? [{ text: say("copy"), drawing: "copy", act: copy }] : [];
}
