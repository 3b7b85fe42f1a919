// What becomes of the calls and messages of a following tab when the leading one fails.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { browser, server, time } from "./support/one-browser.js";
import { idle } from "./support/virtual-time.js";
import { CatchupError, ClientClosed, InvalidInput, RequestRefused } from "../src/index.js";

const CHAT = "p:alice:bob";
const requests = (cmd) => server.sent.filter((request) => request.cmd === cmd);

/** Let a promise fail before anybody asks how it stands. */
function begun(promise) {
  promise.catch(() => undefined);
  return promise;
}

/** Tell how a promise stands: "waits", its value or its error. */
async function standing(promise) {
  return Promise.race([promise.catch((error) => error), idle().then(() => "waits")]);
}

describe("a call of a following tab", () => {
  it("is done by the next leading tab, soon, if the first is killed in the middle of it", async () => {
    const [first, second] = [await browser.open(), await browser.open()];
    server.silent.push("sessions");
    const call = begun(second.refreshSessions());
    await time.advance(1);
    browser.kill(first);
    server.silent = [];
    server.answers.sessions = () => ({ sessions: [], next: "", end: true });
    await time.advance(12);
    assert.deepEqual(await standing(call), []);
  });

  it("changes a group once, though the tab that had sent the change is killed before the answer", async () => {
    const [first, second] = [await browser.open(), await browser.open()];
    server.silent.push("join");
    const call = begun(second.join("room"));
    await time.advance(1);
    browser.kill(first);
    server.silent = [];
    server.answers.join = ({ msgId }) => ({ msgId, sessionId: "g:room", seq: 7, number: 0, time: 1 });
    await time.advance(12);
    assert.equal((await standing(call)).seq, 7);
    assert.equal(new Set(requests("join").map(({ body }) => body.msgId)).size, 1, "the server can't know that it is one");
  });

  it("is done once by a leading tab that is asked again", async () => {
    const [, second] = [await browser.open(), await browser.open()];
    server.silent.push("sessions");
    second.refreshSessions().catch(() => undefined);
    await time.advance(150);
    assert.equal(requests("sessions").length <= 5, true, `${requests("sessions").length} requests`);
  });

  it("fails with the error of the leading tab, of the same class and with its code", async () => {
    const [, second] = [await browser.open(), await browser.open()];
    server.answers.join = () => "PERMISSION_DENIED";
    const call = begun(second.join("room"));
    await time.advance(1);
    const error = await standing(call);
    assert(error instanceof RequestRefused);
    assert.deepEqual([error.name, error.cmd, error.code], ["RequestRefused", "join", "PERMISSION_DENIED"]);
  });

  it("fails at once if its arguments can't be copied to the other tab", async () => {
    const [, second] = [await browser.open(), await browser.open()];
    const call = begun(second.session(CHAT).pages({ limit: () => 20 }).next());
    await time.advance(1);
    assert((await standing(call)) instanceof InvalidInput);
  });

  it("fails if its own tab is closed", async () => {
    const [, second] = [await browser.open(), await browser.open()];
    server.silent.push("sessions");
    const call = begun(second.refreshSessions());
    await time.advance(1);
    await second.close();
    assert((await standing(call)) instanceof ClientClosed);
  });

  it("is done by the tab itself if it comes to lead meanwhile", async () => {
    const [first, second] = [await browser.open(), await browser.open()];
    server.silent.push("sessions");
    const call = begun(second.refreshSessions());
    await time.advance(1);
    server.silent = [];
    server.answers.sessions = () => ({ sessions: [], next: "", end: true });
    await first.close();
    await time.advance(3);
    assert.deepEqual(await standing(call), []);
  });

  it("is not answered by a tab that was frozen and no longer leads", async () => {
    const [first, second] = [await browser.open(), await browser.open()];
    await time.advance(1);
    first.channel.freeze();
    server.answers.sessions = () => ({ sessions: [], next: "", end: true });
    const call = begun(second.refreshSessions());
    await time.advance(3);
    first.channel.thaw();
    await time.advance(20);
    assert.deepEqual(await standing(call), []);
  });
});

describe("a message of a following tab", () => {
  it("is told to be sent though the leading tab was killed before it could tell", async () => {
    const [first, second] = [await browser.open(), await browser.open()];
    const sending = begun(second.send("alice", { message: "hi" }, { msgId: "m1" }));
    first.channel.postMessage = () => {}; // nothing that it says is heard any more
    await time.advance(1);
    browser.kill(first);
    await time.advance(12);
    assert.equal((await standing(sending)).seq, 101);
    assert.equal(new Set(requests("chat").map(({ body }) => body.msgId)).size, 1);
  });

  it("is told to be refused though the leading tab was killed before it could tell", async () => {
    const [first, second] = [await browser.open(), await browser.open()];
    server.answers.chat = () => "REJECTED";
    const sending = begun(second.send("alice", { message: "hi" }, { msgId: "m1" }));
    first.channel.postMessage = () => {};
    await time.advance(1);
    browser.kill(first);
    await time.advance(12);
    assert.equal((await standing(sending)).code, "REJECTED");
  });

  it("that was discarded fails, and does not wait for ever", async () => {
    const [first, second] = [await browser.open(), await browser.open()];
    server.silent.push("chat");
    const sending = begun(second.send("alice", { message: "hi" }, { msgId: "m1" }));
    await time.advance(1);
    await second.discard("m1");
    await first.close();
    await time.advance(3);
    assert((await standing(sending)) instanceof CatchupError);
  });

  it("fails when its client is closed, and stays in the outbox", async () => {
    const [first, second] = [await browser.open(), await browser.open()];
    server.silent.push("chat");
    const sending = begun(second.send("alice", { message: "hi" }, { msgId: "m1" }));
    await time.advance(1);
    await second.close();
    assert((await standing(sending)) instanceof ClientClosed);
    assert.equal((await first.outbox()).length, 1);
  });
});
