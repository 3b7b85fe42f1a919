// The tables of the database, and the rows in them.

/** @import { Message, Outgoing } from "../protocol/model.js" */

/**
 * A saved message. `counts` is set if it is another's and neither quiet nor recalled: only these are in the index of numbers.
 * @typedef {Message & {counts?: [sessionId: string, number: number]}} MessageRow
 */
/**
 * A message in the outbox. `refused`: a code, if it isn't sent again; it is kept for the application.
 * @typedef {{position?: number, msgId: string, sessionId: string, message: Outgoing, refused: string, why: string}}
 *   OutboxRow
 */

/** Grows with each layout. A tab with an older version of this library lets go of the database, and can't open it again. */
export const VERSION = 2;
export const TABLES = ["meta", "sessions", "messages", "outbox"];

/**
 * Create the tables. Those of version 1 are the same: its sessions only lack what `newSession` has.
 * @param {IDBDatabase} db
 * @param {number} oldVersion 0 if there is no database yet
 */
export function createTables(db, oldVersion) {
  if (oldVersion > 0) return;
  db.createObjectStore("meta"); // values by name
  db.createObjectStore("sessions", { keyPath: "sessionId" });
  const messages = db.createObjectStore("messages", { keyPath: ["sessionId", "seq"] });
  messages.createIndex("byNumber", "counts");
  const outbox = db.createObjectStore("outbox", { keyPath: "position", autoIncrement: true });
  outbox.createIndex("byMsgId", "msgId", { unique: true });
}
