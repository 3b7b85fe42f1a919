// What people do and did in a chat, in words.

import { agoOf, textOf, timeOf } from "./format.js";
import { noticeOf } from "./notices.js";
import { currentLanguage, say } from "./texts.js";

/** @import { Message } from "catchup-client" */

/** Who types, in words; "" if nobody does. @param {string} sessionId @param {readonly string[]} uids */
export function typingText(sessionId, uids) {
  if (uids.length === 0) return "";
  return sessionId.startsWith("g:") ? say("typingIn", { people: uids.join(", ") }) : say("typing");
}

/** Whether a person is online, or when they were; "" if that is not told. @param {import("./presence.js").Seen | undefined} seen */
export function seenText(seen) {
  if (!seen) return "";
  if (seen.online) return say("online");
  if (seen.lastSeenMs === null) return "";
  return say("lastSeen", { when: agoOf(seen.lastSeenMs, Date.now(), currentLanguage()) ?? say("justNow") });
}

/** What a notice says; "" for a message that a person wrote. @param {Message} message */
export function noticeText(message) {
  const notice = noticeOf(message);
  if (!notice) return "";
  // A mute for ever ends at a time that no calendar has.
  const when = notice.name === "noticeMute" ? timeOf(notice.untilMs, Date.now(), currentLanguage()) : "";
  return say(notice.name, { ...notice.values, role: say(notice.role), when });
}

/** @param {Message} message @param {string} me */
export function previewOf(message, me) {
  const notice = noticeText(message);
  if (notice) return notice;
  if (message.recalled) return message.sender === me ? say("recalledByYou") : say("recalledBy", { name: message.sender });
  const text = textOf(message.content).slice(0, 200);
  if (message.sender === me) return say("ownText", { text });
  return message.sessionId.startsWith("g:") ? `${message.sender}: ${text}` : text;
}
