// One connection: matches answers to requests by `reqId`, and hands on pushes in the order in which they arrive.

import { AnswerTimeout, ConnectionLost, ProtocolViolation, RequestRefused } from "./errors.js";
import { bytesOf } from "./names.js";
import { decode } from "./protocol/frames.js";
import { deferred, limited } from "./timing.js";

/**
 * @import { Arrivals } from "./arrivals.js"
 * @import { Events } from "./events.js"
 * @import { Answer } from "./protocol/frames.js"
 * @import { Request } from "./protocol/requests.js"
 * @import { Timing } from "./timing.js"
 * @import { Dial, Transport } from "./transport.js"
 */

/** @typedef {{cmd: string, resolve: (answer: {answer: Answer, bytes: number}) => void, reject: (error: Error) => void}}
 *   Waiting */

export class Connection {
  /** Aborts when the connection has ended; the reason is an error. */
  gone;
  sentAt;
  receivedAt;
  #receivedAtMs;
  /** How much this device's clock is ahead of the server's. */
  #aheadMs = 0;
  /** @type {Transport | null} */
  #transport = null;
  /** @type {Map<string, Waiting>} */
  #waiting = new Map();
  #isAdmitting = false;
  /** Pushes wait for the answer of `login`. */
  #admitted = deferred();
  #pushes = this.#admitted.promise;
  #reqIds = 0;
  #gone = new AbortController();
  #arrivals;
  #onFrame;
  #timing;
  #answerTimeout;

  /**
   * @param {Arrivals} arrivals
   * @param {(frame: Events["frame"]) => void} onFrame
   * @param {number} answerTimeout seconds
   * @param {Timing} timing
   */
  constructor(arrivals, onFrame, answerTimeout, timing) {
    this.#arrivals = arrivals;
    this.#onFrame = onFrame;
    this.#answerTimeout = answerTimeout;
    this.#timing = timing;
    this.sentAt = this.receivedAt = timing.monotonic();
    this.#receivedAtMs = timing.nowMs();
    this.gone = this.#gone.signal;
  }

  /**
   * Open it. Throws ConnectionLost.
   * @param {Dial} dial
   * @param {string} url
   * @param {string} token
   * @param {string} device
   */
  async open(dial, url, token, device) {
    const dialling = dial(url, token, device, {
      onFrame: (text) => this.#take(text),
      onClose: (reason) => this.giveUp(new ConnectionLost(reason)),
    });
    try {
      const tooLate = () => new ConnectionLost(`${url} did not answer for ${this.#answerTimeout} s`);
      this.#transport = await limited(dialling, this.#answerTimeout, this.#timing, tooLate);
    } catch (error) {
      dialling.then((late) => late.close()).catch(() => undefined);
      throw error;
    }
    if (this.gone.aborted) this.#transport.close();
  }

  /** The server's clock, in milliseconds since 1970; that of a device may be hours wrong. */
  get serverNowMs() {
    return this.#timing.nowMs() - this.#aheadMs;
  }

  /** For how many seconds nothing has come, the device's sleep included, during which `monotonic` may stand still. */
  get silence() {
    const [ran, passed] = [this.#timing.monotonic() - this.receivedAt, this.#timing.nowMs() - this.#receivedAtMs];
    return Math.max(ran, Math.abs(passed) / 1_000);
  }

  /**
   * Send a request and wait for its answer. Throws RequestRefused, AnswerTimeout, ConnectionLost, or ProtocolViolation
   * if the answer can't be read.
   * @template T
   * @param {Request<T>} request
   * @param {number} [seconds] how long to wait
   * @returns {Promise<{body: T, bytes: number, seconds: number, timeMs: number}>}
   */
  async exchange(request, seconds = this.#answerTimeout) {
    if (this.gone.aborted || !this.#transport) throw new ConnectionLost(this.gone.reason?.message ?? "not open");
    const reqId = String((this.#reqIds += 1));
    const text = JSON.stringify({ cmd: request.cmd, reqId, time: this.#timing.nowMs(), body: request.body });
    const started = (this.sentAt = this.#timing.monotonic());
    /** @type {ReturnType<typeof deferred<{answer: Answer, bytes: number}>>} */
    const answered = deferred();
    this.#waiting.set(reqId, { cmd: request.cmd, ...answered });
    try {
      this.#onFrame({ direction: "out", text, bytes: bytesOf(text) });
      this.#transport.send(text);
      const { answer, bytes } = await limited(answered.promise, seconds, this.#timing, () => {
        // No frame at all has come since the request: the connection is probably dead, though it looks open.
        if (this.receivedAt < started) this.giveUp(new ConnectionLost(`nothing came for ${seconds} s`));
        return new AnswerTimeout(request.cmd, seconds);
      });
      if (answer.code !== "OK") throw new RequestRefused(request.cmd, answer.code, answer.fault);
      if (answer.cmd !== request.answeredBy) throw new ProtocolViolation(`${request.cmd} was answered ${answer.cmd}`);
      const taken = this.#timing.monotonic() - started;
      return { body: request.read(answer.body), bytes, seconds: taken, timeMs: answer.timeMs };
    } catch (error) {
      if (error instanceof ConnectionLost) this.giveUp(error);
      throw error;
    } finally {
      this.#waiting.delete(reqId);
      answered.promise.catch(() => undefined);
    }
  }

  /** Begin to hand on pushes: first those that came before the answer of `login`, which tells whose data they are. */
  admitPushes() {
    this.#isAdmitting = true;
    this.#admitted.resolve();
  }

  /** Resolves when all that was pushed so far is saved, or will not be handed on. */
  get saved() {
    return this.#isAdmitting ? this.#pushes : undefined;
  }

  /** Fail all requests, send nothing more, and close. @param {Error} reason */
  giveUp(reason) {
    this.#gone.abort(reason);
    this.#transport?.close();
    for (const { reject } of this.#waiting.values()) reject(new ConnectionLost(this.gone.reason.message));
  }

  /** @param {string} text */
  #take(text) {
    if (this.gone.aborted) return;
    this.receivedAt = this.#timing.monotonic();
    this.#receivedAtMs = this.#timing.nowMs();
    const bytes = bytesOf(text);
    this.#onFrame({ direction: "in", text, bytes });
    let frame;
    try {
      frame = decode(text);
    } catch (error) {
      return console.warn(`catchup: ignored a frame: ${error}`);
    }
    const { answer, push, platformError } = frame;
    if (push) this.#queue(() => this.#arrivals.take(push));
    if (answer) this.#takeAnswer(answer, bytes);
    if (platformError !== undefined) this.#takePlatformError(platformError);
  }

  /** @param {Answer} answer @param {number} bytes */
  #takeAnswer(answer, bytes) {
    if (answer.timeMs > 0) this.#aheadMs = this.#receivedAtMs - answer.timeMs;
    this.#waiting.get(answer.reqId)?.resolve({ answer, bytes });
  }

  /**
   * One after the other, so that they are counted in the order in which they came.
   * @param {() => Promise<unknown>} handOn
   */
  #queue(handOn) {
    this.#pushes = this.#pushes.then(handOn).then(
      () => undefined,
      // What could not be saved is not acked: the server sends it again on the next connection.
      (error) => this.giveUp(error),
    );
  }

  /**
   * It doesn't name its request. If only one waits, it is that one: it fails without its timeout.
   * @param {string} text
   */
  #takePlatformError(text) {
    const [waiting, ...others] = this.#waiting.values();
    if (waiting && others.length === 0) waiting.reject(new RequestRefused(waiting.cmd, "UNAVAILABLE", { rule: text }));
  }
}
