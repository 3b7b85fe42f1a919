// The rows of a chat as elements.

import { faceOf } from "./faces.js";
import { noticeText } from "./words.js";
import { icon, make } from "./dom.js";
import { faultOf } from "./faults.js";
import { dayOf, hourOf, textOf } from "./format.js";
import { mediaOf } from "./media-bubble.js";
import { EVERYONE } from "./mentions.js";
import { currentLanguage, say } from "./texts.js";

/** @import { Queued } from "catchup-client" */
/** @import { Files } from "./media-bubble.js" */
/** @import { Row } from "./rows.js" */

/**
 * @typedef {object} Acts
 * @property {string} me
 * @property {boolean} isGroup
 * @property {readonly string[]} people who may be mentioned
 * @property {Files} files
 * @property {(queued: Queued) => void} onDiscard
 * @property {(queued: Queued) => void} onEdit
 */

/** @param {Row} row @param {Acts} acts @returns {HTMLElement} */
export function elementOf(row, acts) {
  switch (row.kind) {
    case "message":
      return messageOf(row, acts);
    case "queued":
      return queuedOf(row.queued, acts);
    case "recalled":
      return recalledOf(row, acts);
    case "notice":
      return make("p", { className: "notice" }, noticeText(row.message) || textOf(row.message.content));
    case "day":
      return make("p", { className: "day" }, make("span", {}, dayOf(row.timeMs, Date.now(), currentLanguage())));
    case "mark":
      return markOf(row.origin);
    case "end":
      return endOf(row.reason);
  }
}

/** @param {Extract<Row, {kind: "message"}>} row @param {Acts} acts */
function messageOf({ message, isFirst, isMine, isRead, mentionsMe }, { isGroup, people, files }) {
  const names = ["message", isMine && "mine", isFirst && "first", mentionsMe && "mention"].filter(Boolean).join(" ");
  const shows = isGroup && !isMine && isFirst;
  const meta = make("button", { type: "button", className: "meta", tabIndex: -1, "aria-haspopup": "menu" }, hourOf(message.serverTimeMs, currentLanguage()));
  if (message.revised > 0) meta.prepend(`${say("edited")} `);
  if (isMine) meta.append(icon(isRead ? "ticks" : "tick"), make("span", { className: "heard" }, say(isRead ? "isRead" : "isSent")));
  meta.append(make("span", { className: "heard" }, say("options")));
  const media = mediaOf(message, files);
  const bubble = make(
    "div",
    { className: "bubble" },
    ...(shows ? [make("span", { className: "who" }, message.sender)] : []),
    ...(media ? [media, ...captionOf(message.content)] : withMentions(textOf(message.content), isGroup ? people : [])),
    meta,
  );
  if (!shows) bubble.prepend(make("span", { className: "heard" }, `${isMine ? say("you") : message.sender}: `));
  const element = make("div", { className: names }, ...(shows ? [faceOf(message.sender)] : []), bubble);
  element.dataset["seq"] = String(message.seq);
  return element;
}

/** Where a message was. It can still be hidden. @param {Extract<Row, {kind: "recalled"}>} row @param {Acts} acts */
function recalledOf({ message: { seq, sender }, by }, { me }) {
  const text = by !== sender ? say("recalledFor", { name: by, sender }) : by === me ? say("recalledByYou") : say("recalledBy", { name: by });
  const options = make("span", { className: "heard" }, say("options"));
  const element = make("p", { className: "notice" }, make("button", { type: "button", className: "meta", tabIndex: -1, "aria-haspopup": "menu" }, text, options));
  element.dataset["seq"] = String(seq);
  return element;
}

/** A message of the outbox: it waits, is held for review, or was refused. @param {Queued} queued @param {Acts} acts */
function queuedOf(queued, { isGroup, onDiscard, onEdit }) {
  const { message, refused } = queued;
  const isHeld = refused === "HELD";
  const state = refused === "" ? "waits" : isHeld ? "held" : "notSent";
  const meta = make("small", { className: "state" }, icon(refused === "" || isHeld ? "clock" : "alert"), say(state));
  const bubble = make("div", { className: "bubble" }, textOf(message.content), meta);
  const element = make("div", { className: `message mine first queued ${state}` }, bubble);
  if (refused === "") return element;
  const why = say(faultOf(refused, { isGroup }), { why: queued.why });
  const edit = make("button", { type: "button", onclick: () => onEdit(queued) }, say("change"));
  const discard = make("button", { type: "button", onclick: () => onDiscard(queued) }, say("remove"));
  element.append(make("div", { className: "why" }, make("span", {}, why), ...(isHeld ? [] : [edit]), discard));
  return element;
}

/** @param {import("./rows.js").Origin} origin */
function markOf({ from, count }) {
  const text = from === "own" ? say("fromOwn") : say(from === "login" ? "fromLogin" : "fromPage", { count });
  return make("p", { className: `mark ${from}` }, make("span", {}, text));
}

/** @param {import("./rows.js").EndReason} reason */
function endOf(reason) {
  const why = reason === "RETENTION" ? "endRetention" : reason === "JOIN_POINT" ? "endJoined" : "endCaughtUp";
  return make("div", { className: "end" }, icon("cloud"), make("strong", {}, say("ownDatabase")), make("span", {}, say(why)));
}

/** @param {Readonly<Record<string, unknown>>} content */
const captionOf = ({ caption }) => (typeof caption === "string" ? [caption] : []);

/** The text, with those who are mentioned in another colour. @param {string} text @param {readonly string[]} people */
function withMentions(text, people) {
  return text.split(/(@[^\s:#@]+)/).map((part) => {
    const isNamed = people.some((uid) => part.startsWith(`@${uid}`)) || EVERYONE.includes(part.slice(1));
    return part.startsWith("@") && isNamed ? make("b", { className: "named" }, part) : part;
  });
}
