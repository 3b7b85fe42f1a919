// What a chat shows, row by row, the newest first: messages, notices, days, and marks that say where messages came from.

/** @import { Message, Queued } from "catchup-client" */

/**
 * Where messages came from: with the login's answer, in a page of the server, live, or from this device's own database.
 * Messages that came together have one `id`.
 * @typedef {{from: "login" | "page" | "live" | "own", id: number, count: number}} Origin
 */
/** @typedef {"" | "CAUGHT_UP" | "RETENTION" | "JOIN_POINT"} EndReason */
/**
 * @typedef {{key: string} & (
 *   | {kind: "message", message: Message, isFirst: boolean, isMine: boolean, mentionsMe: boolean}
 *   | {kind: "notice", message: Message}
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
 * @returns {Row[]}
 */
export function rowsOf({ me, messages, origins, outbox, end }) {
  /** @type {Row[]} */
  const rows = outbox
    .map((queued) => ({ kind: /** @type {const} */ ("queued"), queued, key: `q${queued.message.msgId} ${queued.refused}` }))
    .reverse();
  /** @type {Origin | null} */
  let last = null;
  messages.forEach((message, index) => {
    const origin = origins.get(message.seq) ?? OWN;
    if (marksAlike(origin) !== (last && marksAlike(last)) && origin.from !== "live") {
      rows.push({ kind: "mark", origin, key: `m${marksAlike(origin)} ${message.seq}` });
    }
    last = origin;
    const older = messages[index + 1];
    rows.push(rowOf(message, older, me));
    const day = new Date(message.serverTimeMs).toDateString();
    const isOldestOfDay = older ? new Date(older.serverTimeMs).toDateString() !== day : end !== "";
    if (isOldestOfDay) rows.push({ kind: "day", timeMs: message.serverTimeMs, key: `d${day}` });
  });
  if (end) rows.push({ kind: "end", reason: end, key: `e${end}` });
  return rows;
}

/** Equal for messages that have one mark. @param {Origin} origin */
const marksAlike = ({ from, id }) => (from === "page" ? `page ${id}` : from);

/**
 * @param {Message} message
 * @param {Message | undefined} older
 * @param {string} me
 * @returns {Row}
 */
function rowOf(message, older, me) {
  const { seq, sender, serverTimeMs } = message;
  if (message.kind === "system") return { kind: "notice", message, key: `n${seq}` };
  const follows = older && older.kind !== "system" && older.sender === sender;
  const isFirst = !(follows && serverTimeMs - older.serverTimeMs < TOGETHER_MS);
  const isMine = sender === me;
  const mentionsMe = !isMine && (message.atAll || message.at.includes(me));
  return { kind: "message", message, isFirst, isMine, mentionsMe, key: `${isFirst ? "f" : "s"}${seq}` };
}
