// What the messages tell that the server writes when a group changes. Nothing here touches the document.

import { ROLES } from "./format.js";

/** @import { Message } from "catchup-client" */

/** The texts of changes that always say the same. */
const NOTICES = /** @type {const} */ ({
  create: "noticeCreate",
  join: "noticeJoin",
  leave: "noticeLeave",
  add: "noticeAdd",
  remove: "noticeRemove",
  role: "noticeRole",
  dissolve: "noticeDissolve",
});

/**
 * What a notice tells: the name of its text, and what is filled in. null for a message that a person wrote.
 * @param {Message} message
 */
export function noticeOf({ kind, sender, content }) {
  if (kind !== "system") return null;
  const name = nameOf(content);
  if (!name) return null;
  const uids = Array.isArray(content["uids"]) ? content["uids"] : [content["uid"] ?? ""];
  const role = ROLES[/** @type {keyof typeof ROLES} */ (content["role"])] ?? "member";
  const values = { name: sender, people: uids.join(", "), text: String(content["name"] ?? "") };
  return { name: name === "noticeCreate" && !values.people ? "noticeCreateAlone" : name, role, values, untilMs: Number(content["until"] ?? 0) };
}

/** @param {Message["content"]} content @returns {import("./texts.js").TextName | undefined} */
function nameOf({ event, name, announcement, uid, until }) {
  if (event === "describe") return name ? "noticeRename" : announcement ? "noticeAnnounce" : "noticeUnannounce";
  if (event !== "mute") return NOTICES[/** @type {keyof typeof NOTICES} */ (event)];
  if (!uid) return until ? "noticeMuteAll" : "noticeUnmuteAll";
  if (!until) return "noticeUnmute";
  return isForEver(Number(until), Date.now()) ? "noticeMuteEver" : "noticeMute";
}

const YEAR_MS = 366 * 86_400_000;

/** Whether a mute until then is meant to have no end. @param {number} untilMs @param {number} nowMs */
export const isForEver = (untilMs, nowMs) => untilMs > nowMs + YEAR_MS;
