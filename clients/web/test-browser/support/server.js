// What a test does at the server without a browser, over HTTP: writing as somebody, and looking at what waits.

import assert from "node:assert/strict";

/** The most that a page may have (docs/protocol.md, section 9). */
const MOST = 100;

let people = 0;

/** Return a name that no other test of this run uses. @param {string} name */
export const newPerson = (name) => `${name}-${(people += 1)}`;

/** @param {string} one @param {string} other */
export const chatOf = (one, other) => (one <= other ? `p:${one}:${other}` : `p:${other}:${one}`);

export class Server {
  #stack;
  /** @type {Map<string, string>} */
  #tokens = new Map();

  /** @param {import("./stack.js").Stack} stack */
  constructor(stack) {
    this.#stack = stack;
  }

  /** Let `count` messages of ten friends wait for a person, as the page's button does. */
  async receive(to, count) {
    const body = JSON.stringify({ to, count });
    return this.#answer(await fetch(`${this.#stack.origin}/playground/backlog`, { method: "POST", body }));
  }

  /** Send a private message; return its place. */
  async say(from, to, text) {
    const body = { msgId: crypto.randomUUID(), chatType: 1, ackFlg: 1, to, time: Date.now(), msg: { message: text } };
    return this.#ask(from, "POST", "/v1/messages", body);
  }

  /** Send several, one after the other. */
  async sayAll(from, to, count, text = "message") {
    for (let each = 1; each <= count; each += 1) await this.say(from, to, `${text} ${each}`);
  }

  /** Return the seqs that wait in a person's offline store, ascending. It changes nothing. */
  async waiting(uid, sessionId) {
    const seqs = [];
    for (let before; ; before = seqs.at(-1)) {
      const page = await this.#ask(uid, "POST", `/v1/sessions/${sessionId}/pull`, { limit: MOST, before });
      seqs.push(...page.messages.map(({ seq }) => seq));
      if (page.end) return seqs.reverse();
    }
  }

  /** Return all messages of a session, ascending. */
  async history(uid, sessionId) {
    const messages = [];
    for (;;) {
      const query = new URLSearchParams({ limit: String(MOST), after: String(messages.at(-1)?.seq ?? 0) });
      const page = await this.#ask(uid, "GET", `/v1/sessions/${sessionId}/messages?${query}`);
      messages.push(...page.messages);
      if (page.end) return messages;
    }
  }

  /** Return what a login would tell: the counters of sessions with something new. */
  async counters(uid) {
    return (await this.#ask(uid, "GET", "/v1/counters")).counters;
  }

  /** The stack was started anew: it signs with another key. */
  forget() {
    this.#tokens.clear();
  }

  async #ask(uid, method, path, body = undefined) {
    const headers = { Authorization: `Bearer ${await this.#token(uid)}`, "Content-Type": "application/json" };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return this.#answer(await fetch(this.#stack.origin + path, { method, headers, ...sent }));
  }

  async #token(uid) {
    if (!this.#tokens.has(uid)) {
      const query = new URLSearchParams({ uid, device: "server-side" });
      const response = await fetch(`${this.#stack.origin}/playground/token?${query}`);
      this.#tokens.set(uid, await response.text());
    }
    return this.#tokens.get(uid);
  }

  async #answer(response) {
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return JSON.parse(text);
  }
}
