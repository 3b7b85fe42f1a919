// Menus: a list of acts beside what they are about. The browser keeps the focus in it and gives it back; arrow keys choose.

import { icon, make } from "./dom.js";

/** @import { IconName } from "./dom.js" */

/**
 * @typedef {object} Item
 * @property {string} text
 * @property {IconName} drawing
 * @property {() => void} act
 * @property {boolean} [isDanger]
 */
/** Where a menu opens: beside an element, or where on it a finger or the mouse is. @typedef {{of: Element, x?: number, y?: number}} Place */

/** A finger that stays so long, and does not move further, asks for the menu. */
const LONG_MS = 500;
const STILL = 10;
/** From the edge of the window, in pixels. */
const EDGE = 8;

/**
 * Open a menu; it closes when something is chosen.
 * @param {string} title
 * @param {readonly Item[]} items
 * @param {Place} place
 */
export function openMenu(title, items, place) {
  const buttons = items.map(({ text, drawing, act, isDanger }) => {
    const onclick = () => {
      dialog.close();
      act();
    };
    return make("button", { type: "button", role: "menuitem", className: isDanger ? "danger" : "", onclick }, icon(drawing), text);
  });
  const list = make("ul", { role: "menu", "aria-label": title }, ...buttons.map((button) => make("li", { role: "none" }, button)));
  const dialog = make("dialog", { className: "menu", "aria-label": title }, list);
  dialog.addEventListener("close", () => dialog.remove());
  // A press beside it. Not a click: that of a long press comes when the menu is already open.
  dialog.addEventListener("pointerdown", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("contextmenu", (event) => event.preventDefault());
  dialog.addEventListener("keydown", (event) => moveFocus(event, buttons));
  document.body.append(dialog);
  dialog.showModal();
  putAt(dialog, place);
  return dialog;
}

/** @param {KeyboardEvent} event @param {readonly HTMLButtonElement[]} buttons */
function moveFocus(event, buttons) {
  const at = buttons.findIndex((button) => button === document.activeElement);
  const last = buttons.length - 1;
  /** @type {Record<string, number>} */
  const next = { ArrowDown: at < last ? at + 1 : 0, ArrowUp: at > 0 ? at - 1 : last, Home: 0, End: last };
  const index = next[event.key];
  if (index === undefined) return;
  event.preventDefault();
  buttons[index]?.focus();
}

/** Put it below the place, or above it where there is no room; on the phone's screen if it is about one. @param {HTMLElement} menu @param {Place} place */
function putAt(menu, { of, x, y }) {
  const at = x === undefined ? of.getBoundingClientRect() : new DOMRect(x, y);
  const { width, height } = menu.getBoundingClientRect();
  const screen = of.closest(".screen")?.getBoundingClientRect() ?? { left: 0, right: Infinity };
  const [low, high] = [Math.max(screen.left, 0) + EDGE, Math.min(screen.right, document.documentElement.clientWidth) - EDGE - width];
  const left = at.left <= high ? at.left : at.right - width;
  const top = at.bottom + height <= window.innerHeight - EDGE ? at.bottom + 2 : at.top - height - 2;
  menu.style.left = `${Math.max(low, Math.min(left, high))}px`;
  menu.style.top = `${Math.max(EDGE, Math.min(top, window.innerHeight - height - EDGE))}px`;
}

/**
 * Call `open` when somebody asks for the menu of a part of `element`: with the right button, the menu key, or a long press.
 * @param {HTMLElement} element
 * @param {(place: Place) => boolean} open returns false where there is no menu
 */
export function onMenu(element, open) {
  let timer = 0;
  let start = { x: 0, y: 0 };
  let isOpened = false;
  const end = () => clearTimeout(timer);
  element.addEventListener("contextmenu", (event) => {
    end();
    const of = /** @type {Element} */ (event.target);
    // The menu key has no place of its own.
    const isKey = event.button !== 2 && !event.pointerType;
    if (isOpened || open(isKey ? { of } : { of, x: event.clientX, y: event.clientY })) event.preventDefault();
  });
  element.addEventListener("pointerdown", (event) => {
    end();
    isOpened = false;
    if (event.pointerType !== "touch") return;
    start = { x: event.clientX, y: event.clientY };
    // Not every browser on phones tells of a long press.
    timer = setTimeout(() => (isOpened = open({ of: /** @type {Element} */ (event.target), ...start })), LONG_MS);
  });
  element.addEventListener("pointermove", (event) => Math.hypot(event.clientX - start.x, event.clientY - start.y) > STILL && end());
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) element.addEventListener(name, end);
  element.addEventListener("scroll", end, { capture: true });
  // What ends a long press is no click.
  element.addEventListener(
    "click",
    (event) => {
      if (!isOpened) return;
      isOpened = false;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );
}
