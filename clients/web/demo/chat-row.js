// One row of the list of chats.

import { isMuted } from "./chat-menu.js";
import { icon, make } from "./dom.js";
import { faceOf, hidden } from "./faces.js";
import { nameOf, textOf, titleOf, whenOf } from "./format.js";
import { currentLanguage, say } from "./texts.js";
import { previewOf, typingText } from "./words.js";

/** @import { SessionState } from "catchup-client" */
/** @import { Device } from "./device.js" */

/** What a row shows; it is drawn anew when this has changed. @typedef {ReturnType<typeof lookOf>} Look */

/** @param {SessionState} session @param {Device} device */
export function lookOf(session, device) {
  const { sessionId, unread, timestampMs, mentions, settings } = session;
  const { uid, presence, outbox } = device;
  const newest = device.newest.get(sessionId);
  const last = outbox.findLast(({ message, refused }) => message.sessionId === sessionId && !refused);
  const typing = typingText(sessionId, presence.typists.get(sessionId) ?? []);
  return {
    title: titleOf(session, uid),
    when: timestampMs ? whenOf(timestampMs, Date.now(), currentLanguage()) : "",
    text: typing || (last ? say("ownText", { text: textOf(last.message.content) }) : newest ? previewOf(newest, uid) : ""),
    isTyping: typing !== "",
    isQueued: last !== undefined && typing === "",
    isMentioned: mentions.length > 0,
    isMuted: isMuted(settings, Date.now()),
    isPinned: settings.pinned,
    isMarked: settings.markedUnread,
    isOnline: presence.of(nameOf(sessionId, uid))?.online === true,
    unread,
  };
}

/** @param {Look} look @param {string} sessionId */
export function partsOf(look, sessionId) {
  const { title, when, text, isTyping, isQueued, isMentioned, isMuted, isPinned, isMarked, isOnline, unread } = look;
  const kind = sessionId.startsWith("g:") ? [icon("people")] : [];
  const count = unread > 99_999 ? "99,999+" : unread.toLocaleString(currentLanguage());
  const mention = make("span", { className: "at", title: say("mentioned") }, "@", hidden(say("mentioned")));
  const dot = make("span", { className: "dot", title: say("unread", { count: unread }) }, count, hidden(say("unreadWord")));
  const mark = make("span", { className: "dot marked", title: say("markedUnread") }, hidden(say("markedUnread")));
  dot.classList.toggle("muted", isMuted);
  return [
    faceOf(title, isOnline),
    make("span", { className: "name" }, ...kind, make("span", {}, title), ...(isOnline ? [hidden(say("online"))] : []), ...(isMuted ? [icon("mute"), hidden(say("muted"))] : [])),
    make("small", { className: "when" }, when),
    make("span", { className: isTyping ? "last typing" : "last" }, ...(isQueued ? [icon("clock"), hidden(say("waits"))] : []), text),
    make(
      "span",
      { className: "badges" },
      ...(isPinned ? [icon("pin"), hidden(say("pinned"))] : []),
      ...(isMentioned ? [mention] : []),
      ...(unread > 0 ? [dot] : isMarked ? [mark] : []),
    ),
  ];
}
