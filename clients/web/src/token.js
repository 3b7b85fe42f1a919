// Where the token of each connection comes from, and its claims (docs/protocol.md, section 1).

import { CatchupError, ConnectionLost, TokenRefused } from "./errors.js";
import { NAME_RULE, UID_RULE, isName, isUid } from "./names.js";

/** @typedef {string | (() => string | Promise<string>)} Token a JWT, or a function that gives a fresh one */
/**
 * @typedef {object} Claims
 * @property {string} uid
 * @property {string} deviceId
 * @property {number | null} expiresAtMs milliseconds since 1970
 */

/** The year 5138: a higher `exp` is not in seconds. */
const MOST_SECONDS = 1e11;

/** How long to wait for other tabs that get a token. */
const TURN_SECONDS = 10;

/** Gives the token of the next connection. */
export class TokenSource {
  #token;
  #deviceId;
  #uidClaim;
  /** @type {string | null} a token that was read for its uid, and is not used yet */
  #prefetched = null;

  /**
   * @param {Token} token
   * @param {string} deviceId the device that the handshake names; used if the token has no claim `deviceId`
   * @param {string} uidClaim the claim that the deployment takes as the uid
   */
  constructor(token, deviceId, uidClaim) {
    this.#token = token;
    this.#deviceId = deviceId;
    this.#uidClaim = uidClaim;
  }

  /** Whether asking again may give another token. */
  get isRenewable() {
    return typeof this.#token !== "string";
  }

  /**
   * Return a token to connect with. Throws ConnectionLost if the application's function fails: it may be offline, too.
   */
  async fresh() {
    if (typeof this.#token === "string") return this.#token;
    const prefetched = this.#prefetched;
    this.#prefetched = null;
    if (prefetched !== null) return prefetched;
    try {
      return await oneTabAtATime(this.#token);
    } catch (error) {
      if (error instanceof CatchupError) throw error;
      throw new ConnectionLost(`there is no token to connect with: ${error}`, { cause: error });
    }
  }

  /** Return the claims of a token that is then used for the next connection. Throws TokenRefused. */
  async peek() {
    const token = await this.fresh();
    this.#prefetched = token;
    return this.claims(token);
  }

  /** Forget a token that was read and not used. */
  forget() {
    this.#prefetched = null;
  }

  /**
   * Return the claims of one of its tokens. Only the server can check the signature. Throws TokenRefused.
   * @param {string} token
   * @returns {Claims}
   */
  claims(token) {
    const claims = payloadOf(token);
    const uid = claims[this.#uidClaim];
    const deviceId = claims["deviceId"] ?? this.#deviceId;
    const expiresAt = typeof claims["exp"] === "number" ? claims["exp"] : null;
    if (!isUid(uid)) throw new TokenRefused(`the token's claim ${this.#uidClaim} does not match ${UID_RULE}`);
    if (!isName(deviceId)) throw new TokenRefused(`the device id does not match ${NAME_RULE}`);
    if (expiresAt && expiresAt > MOST_SECONDS) {
      throw new TokenRefused("the token's claim exp must be in seconds since 1970, not milliseconds");
    }
    return { uid, deviceId, expiresAtMs: expiresAt === null ? null : expiresAt * 1_000 };
  }
}

/**
 * Call the application's function while no other tab calls it: tabs that use a refresh token at the same time, of which
 * each use gives the next one, sign the person out. Plain-http pages have no locks.
 * @param {() => string | Promise<string>} token
 */
async function oneTabAtATime(token) {
  const locks = globalThis.navigator?.locks;
  if (!locks) return token();
  let isMyTurn = false;
  const call = () => {
    isMyTurn = true;
    return token();
  };
  try {
    // A frozen tab keeps its lock.
    return await locks.request("catchup token", { signal: AbortSignal.timeout(TURN_SECONDS * 1_000) }, call);
  } catch (error) {
    if (isMyTurn) throw error;
    return token();
  }
}

/** @param {string} token @returns {Record<string, unknown>} */
function payloadOf(token) {
  try {
    const [, payload = ""] = /^[\w-]*\.([\w-]*)\.[\w-]*$/.exec(token) ?? [];
    // It is in UTF-8, but what is read of it is ASCII.
    return { ...JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) };
  } catch (error) {
    const rule = "three parts with dots between them, of which the second is a JSON object";
    throw new TokenRefused(`the token is not a JWT: ${rule}`, { cause: error });
  }
}
