// Messages that were recalled or edited (docs/protocol.md, section 7, "Recalls and edits"). Pure: the functions change a
// `Draft`.

import { includes, join, rangesOf, subtract } from "./ranges.js";

/**
 * @import { Draft } from "./draft.js"
 * @import { ChatAck, Message } from "./model.js"
 * @import { Ranges } from "./ranges.js"
 */

/**
 * What a device knows of the revisions of a session, whether it holds the messages or not.
 * @typedef {object} Revised
 * @property {Ranges} recalled the seqs of recalled messages: whatever brings one once more, it stays recalled
 * @property {Ranges} numbers those that are recalled: they are never unread
 * @property {readonly Edit[]} edits of messages that are not saved yet
 * @property {readonly Wanted[]} wanted edits that a page has told without their content: the message is asked for again
 */
/** @typedef {{seq: number, revised: number}} Wanted */
/**
 * An edit: `seq` is that of the message, `revised` that of the edit.
 * @typedef {{seq: number, revised: number} & Pick<Message, "content" | "at" | "atAll">} Edit
 */

/** @type {Revised} */
export const NOTHING_REVISED = { recalled: [], numbers: [], edits: [], wanted: [] };

/**
 * Return the notice of a recall or an edit of this account, as its push would have it.
 * @param {"recall" | "edit"} kind
 * @param {Message} target
 * @param {{at?: readonly string[], atAll?: boolean}} mentions
 * @param {ChatAck} ack
 * @param {Message["content"]} msg
 * @param {string} me
 * @returns {Message}
 */
export const noticeOf = (kind, target, { at = [], atAll = false }, ack, msg = {}, me) => ({
  ...target,
  ...{ seq: ack.seq, msgId: ack.msgId, sender: me, content: ack.content ?? msg, at, atAll, wantsAck: false, timeMs: 0 },
  ...{ serverTimeMs: ack.timeMs, number: ack.number, quiet: true, recalled: false, hidden: false, revised: 0, kind },
  ref: { seq: target.seq, number: target.number, uid: target.sender },
});

/** Whether a message only says that another one was recalled or edited. @param {Message} message */
export const isNotice = ({ kind, ref }) => ref !== null && (kind === "recall" || kind === "edit");

/**
 * Take what a message says of itself or of another one; return it as it is to be saved.
 * @param {Draft} draft
 * @param {Message} message
 * @param {boolean} isPush only then an edit has the new content, unless another revision has followed it
 * @returns {Message}
 */
export function revised(draft, message, isPush) {
  const { seq, number, sender, kind, ref } = message;
  if (message.recalled) recall(draft, { seq, number, uid: sender });
  if (ref && kind === "recall") recall(draft, ref);
  const { session } = draft;
  if (ref && kind === "edit") {
    if (isPush && Object.keys(message.content).length > 0) edit(draft, { ...message, seq: ref.seq, revised: seq });
    else if (includes(session.held, ref.seq)) {
      session.revising = { ...session.revising, wanted: [...session.revising.wanted, { seq: ref.seq, revised: seq }] };
    }
  }
  if (includes(session.revising.recalled, seq)) return recalled(message);
  if (message.revised && includes(session.held, seq)) draft.revise(seq, (saved) => (message.revised > saved.revised ? message : saved));
  const edits = session.revising.edits.filter((each) => each.seq === seq);
  if (edits.length > 0) forgetEdits(draft, seq);
  return edits.reduce(edited, message);
}

/** Forget that an edit is wanted. @param {Draft} draft @param {number} seq */
export function forgetWanted({ session }, seq) {
  session.revising = { ...session.revising, wanted: session.revising.wanted.filter((each) => each.seq !== seq) };
}

/** Leave recalled messages out of what is unread. @param {Draft} draft */
export function leaveOutRecalled({ session }) {
  session.count = { ...session.count, added: subtract(session.count.added, session.revising.numbers) };
}

/** Note numbers that are recalled, as a counter tells them. @param {Draft} draft @param {readonly number[]} numbers */
export function takeRecalled(draft, numbers) {
  const { revising } = draft.session;
  const fresh = numbers.filter((number) => !includes(revising.numbers, number));
  if (fresh.length === 0) return;
  draft.session.revising = { ...revising, numbers: rangesOf(fresh).reduce(join, [...revising.numbers]) };
  draft.recalledNumbers.push(...fresh);
}

/** Recall a saved message that a counter has named by its number. @param {Draft} draft @param {Message} message */
export const recallSaved = (draft, { seq, number, sender }) => recall(draft, { seq, number, uid: sender });

/** @param {Draft} draft @param {{seq: number, number: number, uid: string}} target */
function recall(draft, { seq, number, uid }) {
  const { session } = draft;
  const { revising, count } = session;
  if (includes(revising.recalled, seq)) return;
  // In a private session, the numbers of the own messages are in the other person's row.
  if (draft.isGroup || uid !== draft.me) {
    // Of `unlisted` own messages nobody knows the numbers: this one is no longer among them.
    const isUnlisted = uid === draft.me && number <= count.unlistedTo && includes(count.added, number);
    session.count = { ...count, unlisted: Math.max(0, count.unlisted - Number(isUnlisted)) };
    takeRecalled(draft, [number]);
    leaveOutRecalled(draft);
  }
  session.revising = { ...session.revising, recalled: join(revising.recalled, [seq, seq]) };
  forgetEdits(draft, seq);
  forgetMention(draft, seq);
  draft.revise(seq, recalled);
}

/** @param {Draft} draft @param {Edit} given */
function edit(draft, { seq, revised, content, at, atAll }) {
  const { session } = draft;
  if (includes(session.revising.recalled, seq)) return;
  const change = { seq, revised, content, at, atAll };
  if (!atAll && !at.includes(draft.me)) forgetMention(draft, seq);
  if (includes(session.held, seq)) draft.revise(seq, (message) => edited(message, change));
  else if (!includes(session.hiding.seqs, seq)) session.revising = { ...session.revising, edits: [...session.revising.edits, change] };
}

/** @param {Message} message @param {Edit} change @returns {Message} */
const edited = (message, { revised, content, at, atAll }) =>
  revised > message.revised ? { ...message, revised, content, at, atAll } : message;

/** Return a message without its content. @param {Message} message @returns {Message} */
const recalled = (message) => ({ ...message, content: {}, at: [], atAll: false, recalled: true });

/** Forget what the edits of a message say that is not saved yet. @param {Draft} draft @param {number} seq */
export function forgetEdits({ session }, seq) {
  const { edits } = session.revising;
  if (edits.some((each) => each.seq === seq)) {
    session.revising = { ...session.revising, edits: edits.filter((each) => each.seq !== seq) };
  }
}

/** @param {Draft} draft @param {number} seq */
function forgetMention({ session }, seq) {
  session.mentions = session.mentions.filter((mention) => mention.seq !== seq);
  session.told = session.told.filter((told) => told !== seq);
}
