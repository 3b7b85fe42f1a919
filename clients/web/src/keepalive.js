// Keeping one connection alive until it is time for a new one (docs/protocol.md, section 1).

import { RequestRefused, TokenRefused, isBadAnswer } from "./errors.js";
import { ping } from "./protocol/requests.js";

/**
 * @import { Connection } from "./connection.js"
 * @import { Settings } from "./settings.js"
 * @import { Timing } from "./timing.js"
 */

/** The reason for giving up a connection after a request was answered UNAUTHENTICATED. */
export const TOKEN_EXPIRED = "the token has expired";

/**
 * Return after how many seconds a connection is replaced by a new one.
 * @param {Settings} settings
 * @param {Timing} timing
 * @param {number | null} tokenExpiresAtMs milliseconds since 1970; null if the token can't be renewed
 * @param {number} serverNowMs the server's clock, which judges the token
 */
export function lifetime(settings, timing, tokenExpiresAtMs, serverNowMs) {
  const longest = settings.reconnectAfter * (1 - 0.1 * timing.random());
  if (tokenExpiresAtMs === null) return longest;
  const left = (tokenExpiresAtMs - serverNowMs) / 1_000 - settings.tokenMargin;
  // A source of short-lived tokens must not make the client connect in a tight loop.
  return Math.min(longest, Math.max(left, settings.stableAfter));
}

/**
 * Ping a connection whenever it is idle, until `seconds` have passed.
 *
 * Throws why the connection has ended before, AnswerTimeout, or TokenRefused if the token has expired.
 * @param {Connection} connection
 * @param {number} seconds
 * @param {Settings} settings
 * @param {Timing} timing
 * @param {AbortSignal} signal
 */
export async function keepAlive(connection, seconds, settings, timing, signal) {
  const end = timing.monotonic() + seconds;
  for (let now = timing.monotonic(); now < end; now = timing.monotonic()) {
    const idleAt = connection.sentAt + settings.pingAfter;
    if (now < idleAt) {
      const pause = timing.sleep(Math.min(idleAt, end) - now, AbortSignal.any([signal, connection.gone]));
      await pause.catch(() => signal.throwIfAborted());
    } else {
      await pinged(connection);
    }
    connection.gone.throwIfAborted();
  }
}

/** @param {Connection} connection */
async function pinged(connection) {
  try {
    await connection.exchange(ping());
  } catch (error) {
    if (error instanceof RequestRefused && error.code === "UNAUTHENTICATED") throw new TokenRefused(TOKEN_EXPIRED);
    // Any other answer shows that the connection is alive.
    if (!isBadAnswer(error)) throw error;
  }
}
