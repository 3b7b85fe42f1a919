// Logging in on a new connection, with all frames of counters (docs/protocol.md, sections 4 and 7).

import { ConnectionLost, DeviceReplaced, RequestRefused, TokenRefused, isBadAnswer } from "./errors.js";
import { TOKEN_EXPIRED } from "./keepalive.js";
import { RETRYABLE } from "./protocol/codes.js";
import { NOT_CHOSEN } from "./protocol/receipts.js";
import { login, moreCounters } from "./protocol/requests.js";

/**
 * @import { Arrivals } from "./arrivals.js"
 * @import { Connection } from "./connection.js"
 * @import { Events } from "./events.js"
 */

/**
 * Log in and add all counters. Throws ConnectionLost or AnswerTimeout if a new connection may help; DeviceReplaced,
 * TokenRefused or RequestRefused if not.
 * @param {Connection} connection
 * @param {Arrivals} arrivals
 * @returns {Promise<Events["login"]>}
 */
export async function logIn(connection, arrivals) {
  const report = { sessions: 0, unread: 0, frames: 0, bytes: 0, seconds: 0 };
  const since = await arrivals.since();
  let reply = await first(connection, since);
  const { timeMs } = reply;
  const { epoch, settingsSum, hiddenSum, receipts } = reply.body;
  await arrivals.meet(epoch);
  await arrivals.personal.takeReceipts(receipts ?? NOT_CHOSEN);
  for (;;) {
    report.frames += 1;
    report.bytes += reply.bytes;
    report.seconds += reply.seconds;
    report.sessions += reply.body.counters.size;
    report.unread += await arrivals.addCounters(reply.body.counters, true);
    if (report.frames === 1) await arrivals.personal.compareHidden(hiddenSum);
    connection.admitPushes();
    if (!reply.body.next) {
      await arrivals.personal.compareSettings(settingsSum);
      await arrivals.usedLogin(timeMs);
      return report;
    }
    try {
      reply = await connection.exchange(moreCounters(reply.body.next, since));
    } catch (error) {
      throw isBadAnswer(error) ? lost(error) : error; // a new login gives a new `next`
    }
  }
}

/** @param {Connection} connection @param {number | undefined} since */
async function first(connection, since) {
  try {
    return await connection.exchange(login(since));
  } catch (error) {
    if (!isBadAnswer(error)) throw error;
    const code = error instanceof RequestRefused ? error.code : "INTERNAL";
    if (code === "ABORTED") throw new DeviceReplaced();
    if (code === "UNAUTHENTICATED") throw new TokenRefused(TOKEN_EXPIRED);
    throw RETRYABLE.has(code) ? lost(error) : error;
  }
}

/** @param {unknown} error */
const lost = (error) => new ConnectionLost(String(error), { cause: error });
