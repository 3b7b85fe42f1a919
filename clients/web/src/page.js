// What the library has to do with the page: when it goes and comes back, and what the browser keeps for it.

import { isName, randomId } from "./names.js";

const DEVICE_KEY = "catchup device";

/**
 * Tell when the page goes and comes back.
 * @param {object} duties
 * @param {() => void} duties.wake the network or the page has come back: look whether the connection is alive
 * @param {() => void} duties.leave the browser may freeze the page: let go of everything
 * @param {() => void} duties.comeBack the page runs again
 * @param {AbortSignal} signal ends it
 */
export function watchPage({ wake, leave, comeBack }, signal) {
  if (typeof document === "undefined") return;
  /** @param {EventTarget} target @param {string} name @param {(event: any) => void} listener */
  const watch = (target, name, listener) => target.addEventListener(name, listener, { signal });
  const runAgain = () => {
    comeBack();
    wake();
  };
  watch(window, "online", wake);
  watch(document, "visibilitychange", () => document.visibilityState === "visible" && wake());
  // The back/forward cache drops locks and connections.
  watch(window, "pagehide", leave);
  watch(window, "pageshow", ({ persisted }) => persisted && runAgain());
  // A tab that is hidden for long.
  watch(document, "freeze", leave);
  watch(document, "resume", runAgain);
}

/** Ask the browser to keep what is saved: it may delete it when the disk is full, or after some weeks. */
export async function keepStorage() {
  try {
    await globalThis.navigator?.storage?.persist?.(); // plain-http pages have no `navigator.storage`
  } catch {
    // The browser deletes it when it wants to; then the client begins again from history.
  }
}

/** Return the id of this browser's device, which is made once. Without `localStorage` it lasts as long as the page. */
export function keptDeviceId() {
  const made = `web-${randomId()}`;
  try {
    const kept = localStorage.getItem(DEVICE_KEY);
    if (kept && isName(kept)) return kept;
    localStorage.setItem(DEVICE_KEY, made);
  } catch {
    // The browser keeps nothing for this page.
  }
  return made;
}
