// What a chat shows, row by row, the newest first: messages, notices, days, and marks that say where messages came from.

/** @import { Message, Queued } from "catchup-client" */

/**
 * Where messages came from: with the login's answer, in a page of the server, live, or from this device's own database.
 * Messages that came together have one `id`.
 * @typedef {{from: "login" | "page" | "live" | "own", id: number, count: number}} Origin
 */
/** @typedef {"" | "CAUGHT_UP" | "RETENTION" | "JOIN_POINT"} EndReason */
/**
 * `key` says which row it is; it is drawn anew in its place when its `look` is another one.
 * @typedef {{key: string, look?: string} & (
 *   | {kind: "message", message: Message, isFirst: boolean, isMine: boolean, isRead: boolean, mentionsMe: boolean}
 *   | {kind: "notice", message: Message}
 *   | {kind: "recalled", message: Message, by: string}
 *   | {kind: "queued", queued: Queued}
 *   | {kind: "day", timeMs: number}
 *   | {kind: "mark", origin: Origin}
 *   | {kind: "end", reason: EndReason}
 * )} Row
 */

/** Messages of one person within that time stand together. */
const TOGETHER_MS = 5 * 60_000;
/** @type {Origin} */
const OWN = { from: "own", id: 0, count: 0 };

/**
 * @param {object} chat
 * @param {string} chat.me
 * @param {readonly Message[]} chat.messages by descending seq
 * @param {ReadonlyMap<number, Origin>} chat.origins by seq; a message that is not in it was in the database already
 * @param {readonly Queued[]} chat.outbox the oldest first
 * @param {EndReason} chat.end "" if there may be older messages
 * @param {number} [chat.readTo] the number up to which the other person of a private chat has read
 * @returns {Row[]}
 */
export function rowsOf({ me, messages, origins, outbox, end, readTo = 0 }) {
  /** @type {Row[]} */
  const rows = outbox
    .map((queued) => ({ kind: /** @type {const} */ ("queued"), queued, key: `q${queued.message.msgId} ${queued.refused}` }))
    .reverse();
  const recallers = new Map(messages.flatMap(({ kind, ref, sender }) => (kind === "recall" && ref ? [[ref.seq, sender]] : [])));
  const shown = messages.filter(isShown);
  /** @type {Origin | null} */
  let last = null;
  shown.forEach((message, index) => {
    const origin = origins.get(message.seq) ?? OWN;
    if (marksAlike(origin) !== (last && marksAlike(last)) && isMarked(origin, message)) {
      rows.push({ kind: "mark", origin, key: `m${marksAlike(origin)} ${message.seq}` });
    }
    last = origin;
    const older = shown[index + 1];
    rows.push(message.recalled ? recalledRow(message, recallers.get(message.seq)) : rowOf(message, older, me, readTo));
    const day = new Date(message.serverTimeMs).toDateString();
    const isOldestOfDay = older ? new Date(older.serverTimeMs).toDateString() !== day : end !== "";
    if (isOldestOfDay) rows.push({ kind: "day", timeMs: message.serverTimeMs, key: `d${day}` });
  });
  if (end) rows.push({ kind: "end", reason: end, key: `e${end}` });
  return rows;
}

/** Whether a message has a row of its own: notices of recalls and edits change other rows. @param {Message} message */
export const isShown = ({ hidden, kind }) => !hidden && kind !== "recall" && kind !== "edit";

/** Nobody waited for what came live, nor for one notice. @param {Origin} origin @param {Message} message */
const isMarked = ({ from, count }, { kind }) => from !== "live" && !(from === "page" && count === 1 && kind === "system");

/** Equal for messages that have one mark. @param {Origin} origin */
const marksAlike = ({ from, id }) => (from === "page" ? `page ${id}` : from);

/** @param {Message} message @param {string} [by] who has recalled it, if that is known @returns {Row} */
const recalledRow = (message, by = message.sender) => ({ kind: "recalled", message, by, key: `s${message.seq}`, look: `recalled ${by}` });

/**
 * @param {Message} message
 * @param {Message | undefined} older
 * @param {string} me
 * @param {number} readTo
 * @returns {Row}
 */
function rowOf(message, older, me, readTo) {
  const { seq, sender, serverTimeMs, revised, number } = message;
  if (message.kind === "system") return { kind: "notice", message, key: `n${seq}` };
  const follows = older && older.kind !== "system" && !older.recalled && older.sender === sender;
  const isFirst = !(follows && serverTimeMs - older.serverTimeMs < TOGETHER_MS);
  const isMine = sender === me;
  const isRead = isMine && number <= readTo;
  const mentionsMe = !isMine && (message.atAll || message.at.includes(me));
  return { kind: "message", message, isFirst, isMine, isRead, mentionsMe, key: `s${seq}`, look: `${isFirst} ${isRead} ${revised}` };
}
