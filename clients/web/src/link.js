// Staying connected: dial, log in, keep alive, and dial again (docs/protocol.md, section 7, "Connect").

import { Connection } from "./connection.js";
import {
  AnswerTimeout,
  ConnectionLost,
  DataReplaced,
  ProtocolViolation,
  RequestRefused,
  TokenRefused,
} from "./errors.js";
import { TOKEN_EXPIRED, keepAlive, lifetime } from "./keepalive.js";
import { logIn } from "./login.js";
import { RETRYABLE } from "./protocol/codes.js";
import { ping } from "./protocol/requests.js";
import { Backoff } from "./backoff.js";
import { Flag } from "./timing.js";

/**
 * @import { Arrivals } from "./arrivals.js"
 * @import { Emitter, Events } from "./events.js"
 * @import { Request } from "./protocol/requests.js"
 * @import { Settings } from "./settings.js"
 * @import { Timing } from "./timing.js"
 * @import { TokenSource } from "./token.js"
 * @import { Dial } from "./transport.js"
 */

/** The shortest wait before the next attempt after "the network has come back", which browsers may tell in error. */
const HURRY_SECONDS = 1;
/** How long a ping may take that asks whether the connection is still alive. */
const PROBE_SECONDS = 5;
/** A tab that was hidden for that long asks whether its connection is still alive when it is shown. */
const PROBE_AFTER_SECONDS = 20;

/**
 * @typedef {object} LinkOptions
 * @property {string} url
 * @property {TokenSource} tokens
 * @property {Dial} dial
 * @property {Settings} settings
 * @property {Timing} timing
 */

/** Keeps a connection, and sends requests again over a new one until they are answered. */
export class Link {
  /** @type {Events["login"] | null} */
  lastLogin = null;
  /** Grows whenever the server turns out to have another data set. */
  generation = 0;
  #options;
  #arrivals;
  #events;
  #claim;
  #onLogin;
  #signal;
  /** @type {Connection | null} */
  #connection = null;
  #up = new Flag();
  #loggedInAt = 0;
  /** How much this device's clock is ahead of the server's, as the last login has told. */
  #aheadMs = 0;
  #hurry = new AbortController();

  /**
   * @param {LinkOptions} options
   * @param {Arrivals} arrivals
   * @param {Emitter} events
   * @param {(uid: string) => Promise<unknown>} claim
   * @param {() => void} onLogin
   * @param {AbortSignal} signal ends it
   */
  constructor(options, arrivals, events, claim, onLogin, signal) {
    this.#options = options;
    this.#arrivals = arrivals;
    this.#events = events;
    this.#claim = claim;
    this.#onLogin = onLogin;
    this.#signal = signal;
  }

  backoff() {
    return new Backoff(this.#options.settings, this.#options.timing);
  }

  /** The server's clock, as far as it is known. */
  get serverNowMs() {
    return this.#options.timing.nowMs() - this.#aheadMs;
  }

  /** The connection that is logged in, null if there is none. */
  get live() {
    return this.#connection?.gone.aborted === false ? this.#connection : null;
  }

  /** Wait for a connection that is logged in. @returns {Promise<Connection>} */
  async ready() {
    for (;;) {
      await this.#up.wait(this.#signal);
      if (this.live) return this.live;
      this.#up.lower();
    }
  }

  /**
   * Send a request until it is answered, over new connections if needed (section 6: "retry?"). Throws RequestRefused if
   * trying again doesn't help; after some answers that are INTERNAL or can't be read, RequestRefused or
   * ProtocolViolation; DataReplaced if the server has another data set than when it was called.
   * @template T
   * @param {Request<T>} request
   * @param {{ofAnyData?: boolean}} [options] `ofAnyData`: it names nothing that was read from the server
   */
  async request(request, { ofAnyData = false } = {}) {
    const { settings, timing } = this.#options;
    const backoff = this.backoff();
    const { generation } = this;
    const checkData = () => {
      if (!ofAnyData && generation !== this.generation) throw new DataReplaced();
    };
    let faults = 0;
    for (;;) {
      const connection = await this.ready();
      checkData();
      let pause = 0;
      try {
        const reply = await connection.exchange(request);
        checkData();
        return reply;
      } catch (error) {
        if (error instanceof ConnectionLost) continue;
        if (error instanceof ProtocolViolation) {
          if ((faults += 1) >= settings.internalErrors) throw error;
        } else if (error instanceof RequestRefused) {
          if (error.code === "UNAUTHENTICATED") {
            connection.giveUp(new TokenRefused(TOKEN_EXPIRED));
            continue;
          }
          faults += Number(error.code === "INTERNAL");
          if (!RETRYABLE.has(error.code) || faults >= settings.internalErrors) throw error;
          if (error.code === "RESOURCE_EXHAUSTED") pause = settings.exhaustedPause;
        } else if (!(error instanceof AnswerTimeout)) {
          throw error;
        }
      }
      await timing.sleep(pause + backoff.next(), this.#signal);
    }
  }

  /** Connect now if it waits, or ask whether the connection is still alive: the network or the page has come back. */
  async wake() {
    this.#hurry.abort();
    const connection = this.live;
    if (!connection || connection.silence < PROBE_AFTER_SECONDS) return;
    await connection.exchange(ping(), PROBE_SECONDS).catch(() => undefined);
  }

  /** Connect again and again. Throws Stopped if another attempt can't help. */
  async run() {
    const { settings, timing } = this.#options;
    const backoff = this.backoff();
    let refused = false;
    for (;;) {
      const { lastLogin } = this;
      let reason = "";
      try {
        await this.#liveOnce();
        refused = false;
      } catch (error) {
        this.#signal.throwIfAborted();
        const wasRefused = refused && this.lastLogin === lastLogin;
        refused = error instanceof TokenRefused;
        // One refusal may be chance: the token was just expiring. Two without a login between are an error.
        const mayTryAgain = refused
          ? this.#options.tokens.isRenewable && !wasRefused
          : error instanceof ConnectionLost || error instanceof AnswerTimeout;
        if (!mayTryAgain) throw error;
        reason = /** @type {Error} */ (error).message;
      }
      const lived = timing.monotonic() - this.#loggedInAt;
      if (this.lastLogin !== lastLogin && lived >= settings.stableAfter) backoff.reset();
      if (reason) await this.#pause(reason, backoff.next());
    }
  }

  /** @param {string} reason @param {number} seconds */
  async #pause(reason, seconds) {
    const { timing } = this.#options;
    const tryAt = timing.monotonic() + Math.min(seconds, HURRY_SECONDS);
    this.#hurry = new AbortController();
    this.#events.emit("offline", { reason, seconds });
    await timing.sleep(seconds, AbortSignal.any([this.#signal, this.#hurry.signal])).catch(() => undefined);
    await timing.sleep(Math.max(0, tryAt - timing.monotonic()), this.#signal);
  }

  /** Run one connection; returns when it is time for a new one. */
  async #liveOnce() {
    const { url, tokens, dial, settings, timing } = this.#options;
    const token = await tokens.fresh();
    const claims = tokens.claims(token);
    await this.#claim(claims.uid);
    const connection = new Connection(
      this.#arrivals,
      (frame) => this.#events.show("frame", frame),
      settings.answerTimeout,
      timing,
    );
    // Also while it is dialling: a login of a tab that no longer leads would end the connection of the one that does.
    const end = () => connection.giveUp(new ConnectionLost("closed by this client"));
    this.#signal.addEventListener("abort", end, { signal: connection.gone });
    try {
      this.#signal.throwIfAborted();
      await connection.open(dial, url, token, claims.deviceId);
      this.lastLogin = await logIn(connection, this.#arrivals);
      this.#aheadMs = timing.nowMs() - connection.serverNowMs;
      this.#loggedInAt = timing.monotonic();
      this.#connection = connection;
      this.#up.raise();
      this.#onLogin();
      this.#events.emit("login", this.lastLogin);
      const expiresAtMs = tokens.isRenewable ? claims.expiresAtMs : null;
      const seconds = lifetime(settings, timing, expiresAtMs, connection.serverNowMs);
      await keepAlive(connection, seconds, settings, timing, this.#signal);
    } catch (error) {
      throw error instanceof ConnectionLost ? (connection.gone.reason ?? error) : error;
    } finally {
      end();
      await connection.saved; // the next login may find another data set, to which these pushes don't belong
    }
  }
}
