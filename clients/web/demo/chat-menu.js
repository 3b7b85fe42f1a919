// The menu of a chat: how a person wants to see it, on all their devices.

import { unlessClosed } from "./device.js";
import { openMenu } from "./menu.js";
import { say } from "./texts.js";

/** @import { SessionState } from "catchup-client" */
/** @import { Device } from "./device.js" */
/** @import { Item, Place } from "./menu.js" */

const HOUR_MS = 3_600_000;
const MUTES = /** @type {const} */ ([
  ["muteHour", HOUR_MS],
  ["muteEight", 8 * HOUR_MS],
  ["muteEver", Infinity],
]);

/**
 * @param {Device} device
 * @param {SessionState} session
 * @param {string} title
 * @param {Place} place
 * @param {() => void} [onAside] the chat has been hidden, or marked as unread: whoever has it open leaves it
 */
export function openChatMenu({ client }, session, title, place, onAside = () => {}) {
  const { sessionId, unread, settings } = session;
  /** @param {Parameters<typeof client.setSettings>[1]} wanted */
  const choose = (wanted) => unlessClosed(client.setSettings(sessionId, wanted));
  /** @param {Parameters<typeof client.setSettings>[1]} wanted */
  const putAside = (wanted) => {
    onAside();
    choose(wanted);
  };
  const isUnread = unread > 0 || settings.markedUnread;
  /** @type {Item[]} */
  const items = [
    { text: say(settings.pinned ? "unpin" : "pin"), drawing: "pin", act: () => choose({ pinned: !settings.pinned }) },
    isMuted(settings, Date.now())
      ? { text: say("unmute"), drawing: "bell", act: () => choose({ mutedUntilMs: 0 }) }
      : { text: say("mute"), drawing: "mute", act: () => openMutes(title, place, (mutedUntilMs) => choose({ mutedUntilMs })) },
    isUnread
      ? { text: say("markRead"), drawing: "tick", act: () => unlessClosed(client.markRead(sessionId)) }
      : { text: say("markUnread"), drawing: "mark", act: () => putAside({ markedUnread: true }) },
    { text: say("hideChat"), drawing: "archive", act: () => putAside({ hidden: true }) },
  ];
  openMenu(say("optionsOf", { name: title }), items, place);
}

/**
 * Ask for how long.
 * @param {string} title
 * @param {Place} place
 * @param {(untilMs: number) => void} mute
 */
export function openMutes(title, place, mute) {
  const items = MUTES.map(([text, ms]) => ({
    text: say(text),
    drawing: /** @type {const} */ ("clock"),
    act: () => mute(Date.now() + ms),
  }));
  openMenu(say("muteOf", { name: title }), items, place);
}

/** Whether a chat is muted. @param {SessionState["settings"]} settings @param {number} nowMs */
export const isMuted = ({ mutedUntilMs }, nowMs) => mutedUntilMs > nowMs;
