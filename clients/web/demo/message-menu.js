// The menu of a message: how it is asked for, and what it offers.

import { textOf } from "./format.js";
import { onMenu } from "./menu.js";
import { say } from "./texts.js";

/** @import { Message } from "catchup-client" */
/** @import { Item, Place } from "./menu.js" */

/**
 * So long one may take a message back or edit it, unless the deployment has set other times (docs/protocol.md, section 9).
 * The server judges by its own clock; here these only leave out what would be refused.
 */
const RECALL_MS = 120_000;
const EDIT_MS = 900_000;

/**
 * @typedef {object} Acts
 * @property {string} me
 * @property {boolean} isRunning whether this person is owner or admin of the group
 * @property {boolean} mayWrite
 * @property {boolean} mayAskReaders whether the server tells who has read here
 * @property {(message: Message) => void} onEdit
 * @property {(message: Message) => void} onReaders
 * @property {(message: Message) => void} onRecall
 * @property {(message: Message) => void} onHide
 */

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

/** What can be done with a message. @param {Message} message @param {Acts} acts @returns {Item[]} */
export function itemsOf(message, acts) {
  const may = mayOf(message, acts, Date.now());
  const copy = () => void navigator.clipboard.writeText(textOf(message.content));
  /** @type {(Item & {name: keyof typeof may})[]} */
  const items = [
    { name: "copy", text: say("copy"), drawing: "copy", act: copy },
    { name: "readBy", text: say("readBy"), drawing: "ticks", act: () => acts.onReaders(message) },
    { name: "edit", text: say("editMessage"), drawing: "edit", act: () => acts.onEdit(message) },
    { name: "hide", text: say("hideMessage"), drawing: "hide", act: () => acts.onHide(message) },
    { name: "recall", text: say("recallMessage"), drawing: "recall", isDanger: true, act: () => acts.onRecall(message) },
  ];
  return items.filter(({ name }) => may[name]);
}

/**
 * What this person may do with a message now.
 * @param {Message} message
 * @param {Pick<Acts, "me" | "isRunning" | "mayWrite" | "mayAskReaders">} acts
 * @param {number} nowMs
 */
export function mayOf({ sender, serverTimeMs, content, recalled, kind }, { me, isRunning, mayWrite, mayAskReaders }, nowMs) {
  const isMine = sender === me;
  const ageMs = nowMs - serverTimeMs;
  const isText = typeof content["message"] === "string";
  const isWhole = !recalled && kind !== "system";
  return {
    // Over plain http from another machine there is no clipboard.
    copy: isWhole && globalThis.isSecureContext === true,
    readBy: isWhole && isMine && mayAskReaders,
    edit: isWhole && isText && isMine && mayWrite && ageMs < EDIT_MS,
    hide: kind !== "system",
    recall: isWhole && mayWrite && (isRunning || (isMine && ageMs < RECALL_MS)),
  };
}
