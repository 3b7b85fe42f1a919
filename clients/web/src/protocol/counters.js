// What counters change in a session (docs/protocol.md, section 7). Pure: the functions change a `Draft`.

import * as counting from "./counting.js";
import { compareHidden } from "./hiding.js";
import { counterOf } from "./json-answers.js";
import { includes } from "./ranges.js";
import { readAtServer, readByOther } from "./reading.js";
import { leaveOutRecalled, takeRecalled } from "./revising.js";
import { takeSettings } from "./session-settings.js";
import { CLEAR_IS_DUE, hasLeft, highestHeld, unread } from "./session.js";

/**
 * @import { Draft } from "./draft.js"
 * @import { Counter, SessionSummary } from "./model.js"
 */

/**
 * Add a counter of `login` or `counters`, and save the messages that came with it.
 * @param {Draft} draft
 * @param {Counter} counter
 * @param {boolean} isLogin
 * @returns {boolean} false if the session must be cleared, and its counter asked for again
 */
export function takeCounter(draft, counter, isLogin) {
  const { session } = draft;
  if (counter.read) readAtServer(draft, counter.read);
  takeSettings(draft, counter.settings);
  compareHidden(draft, counter.hiddenVersion);
  const isSettled = addCounter(draft, counter);
  // Each login lists a group that the account has joined or left, until a device clears it.
  // So it does with a session in which something was recalled or edited: it names what this device lacks, or nothing else
  // is to be told of it.
  const isNamed = counter.recalled.length > 0 && counter.lastSeq > highestHeld(session);
  const isTold = isNamed || counter.received <= (counter.read?.number ?? -1);
  const mustClear = draft.isGroup || (isLogin && isTold && counter.received <= Math.min(counter.cleared, session.count.known));
  session.cleared = mustClear ? CLEAR_IS_DUE : Math.max(session.cleared, counter.cleared);
  for (const message of counter.lastMessages) draft.save(message, true);
  return isSettled;
}

/**
 * Add a session of an answer of `sessions`.
 * @param {Draft} draft
 * @param {SessionSummary} summary
 * @returns {boolean} false if the counter must be asked for: a group's summary does not tell own numbers
 */
export function takeSummary(draft, summary) {
  const { session } = draft;
  if (summary.read) readAtServer(draft, summary.read);
  if (summary.readTo) readByOther(draft, summary.readTo);
  takeSettings(draft, summary.settings);
  compareHidden(draft, summary.hiddenVersion);
  const isSettled = addSummary(draft, summary);
  if (session.cleared !== CLEAR_IS_DUE) session.cleared = Math.max(session.cleared, summary.cleared);
  return isSettled;
}

/** @param {Draft} draft @param {Counter} counter */
function addCounter(draft, counter) {
  const { session, isGroup } = draft;
  const adds = counter.received > Math.max(counter.read?.number ?? counter.cleared, session.count.known);
  // New messages of a private session wait in the offline store, even if history has brought them already.
  const hasNews = isGroup ? counter.lastSeq > highestHeld(session) : counter.received > session.count.known;
  session.announced += Number(hasNews);
  draft.hearOf(counter.lastSeq, counter.timestampMs);
  session.reached = Math.max(session.reached, counter.received);
  if (counting.isVague(session.count, counter)) return false;
  takeRecalled(draft, counter.recalled);
  session.count = counting.addCounter(session.count, counter);
  leaveOutRecalled(draft);
  session.left = Math.max(session.left, counter.left ?? 0);
  let isSettled = true;
  if (session.count.known > counter.received && counter.left !== null && hasLeft(session)) {
    // Pushes from after the membership ended were counted, and the server would never accept a clear of them.
    // Perhaps the account is a member again: the next counter tells.
    session.count = { ...counting.NOTHING_COUNTED, known: counter.received };
    isSettled = false;
  }
  session.inexact ||= session.count.unlisted > 0;
  if (isGroup) {
    session.joined = Math.max(session.joined, counter.joined);
    draft.forgetTold(counter.left ?? counter.joined - 1);
    const more = adds ? counter.mentions.filter((seq) => seq > session.read.seq && !includes(session.hiding.seqs, seq)) : [];
    session.told = [...new Set([...session.told, ...more])];
  }
  return isSettled;
}

/** @param {Draft} draft @param {SessionSummary} summary */
function addSummary(draft, summary) {
  const { session } = draft;
  const { received, cleared, lastSeq, timestampMs, read, recalled, group } = summary;
  /** @type {Counter} */
  const counter = {
    ...counterOf({}),
    ...{ received, cleared, lastSeq, timestampMs, read, recalled },
  };
  if (group) {
    session.group = group;
    counter.left = group.left;
    counter.lastSeq = Math.min(lastSeq, group.left ?? lastSeq);
    const cameBack = unread(session) > 0 && group.joined > session.joined;
    if (cameBack || received > Math.max(read?.number ?? cleared, session.count.known)) {
      draft.hearOf(counter.lastSeq, counter.timestampMs);
      return false;
    }
  }
  return addCounter(draft, counter);
}
