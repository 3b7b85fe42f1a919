// Connections that look alive and are dead, or the other way round; and clocks and events that lie.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { browser, server, time } from "./support/one-browser.js";
import { idle } from "./support/virtual-time.js";
import { openPage } from "./support/page.js";
import { token } from "./support/tokens.js";
import { ConnectionLost } from "../src/index.js";

let page;

beforeEach(() => (page = openPage()));
afterEach(() => page.close());

const pings = () => server.sent.filter(({ cmd }) => cmd === "ping").length;
const silence = () => (server.silent = ["ping", "chat", "login"]);
/** All connections end. */
const drop = () => server.open.forEach(({ listener }) => listener.onClose("closed with 1006"));

describe("a half-open connection", () => {
  it("is replaced when a ping is not answered", async () => {
    await browser.open();
    silence();
    await time.advance(240 + 30 + 1);
    server.silent = [];
    await time.advance(40);
    assert.equal(server.connections.length >= 2, true);
    assert.equal(server.open.length, 1);
  });

  it("is replaced when a request is not answered and nothing else has come", async () => {
    const tab = await browser.open();
    server.silent = ["chat"];
    void tab.post("alice", { message: "hi" });
    await time.advance(30.1);
    server.silent = [];
    await time.advance(3);
    assert.equal(server.connections.length, 2);
    assert.deepEqual(await tab.outbox(), []);
  });

  it("is found soon when the page is shown again", async () => {
    await browser.open();
    page.hide();
    await time.advance(60);
    silence();
    page.show();
    await time.advance(6);
    server.silent = [];
    await time.advance(3);
    assert.equal(server.open.length, 1);
    assert.equal(server.connections.length >= 2, true);
  });

  it("is found soon after the device has slept, though the page's clock stood still", async () => {
    await browser.open();
    silence();
    time.sleepOfDevice(3_600);
    page.online();
    await time.advance(6);
    server.silent = [];
    await time.advance(3);
    assert.equal(server.connections.length >= 2, true);
    assert.equal(server.open.length, 1);
  });

  it("is not one that answers after the page was frozen in the middle of a request", async () => {
    const tab = await browser.open();
    const { listener } = server.open[0];
    server.silent = ["chat"];
    void tab.post("alice", { message: "hi" }, { msgId: "m1" });
    await time.advance(1);
    const { reqId } = server.sent.at(-1);
    // The answer has come while the page was frozen; its timers run first.
    time.freeze(3_600);
    await idle();
    const body = { msgId: "m1", sessionId: "p:alice:bob", seq: 1, number: 1, time: 1 };
    listener.onFrame(JSON.stringify({ cmd: "chatAck", reqId, code: "OK", body }));
    await time.advance(4);
    assert.deepEqual(tab.seen.sent, ["m1"]);
  });

  it("is not one that is quiet while the page is hidden, and its timers run once a minute", async () => {
    await browser.open();
    page.hide();
    time.throttle(60);
    await time.advance(3_600);
    assert.equal(server.connections.length, 1);
    assert.equal(pings() >= 12, true, "the server closes it after ten minutes without a frame");
  });

  it("is given up while it is made, and what comes of it later is closed", async () => {
    const { dial } = server;
    let late;
    const hanging = (...args) => new Promise((resolve) => (late = () => dial(...args).then(resolve)));
    let tries = 0;
    await browser.open({ dial: (...args) => (tries++ === 0 ? hanging(...args) : dial(...args)) });
    await time.advance(35);
    assert.equal(server.open.length, 1);
    late();
    await time.advance(1);
    assert.equal(server.open.length, 1, "two connections of one device");
  });
});

describe("a tab that no longer leads", () => {
  it("does not log in over a connection that was being made", async () => {
    const { dial } = server;
    let go;
    const slow = async (...args) => {
      await new Promise((resolve) => (go = resolve));
      return dial(...args);
    };
    const first = await browser.open({ dial: slow });
    page.leave();
    await time.advance(1);
    assert.equal(first.isLeading, false);
    go();
    await time.advance(1);
    assert.deepEqual(server.sent, []);
    assert.equal(server.open.length, 0);
  });
});

describe("the page", () => {
  it("lets go of its connection on its way into the back/forward cache, and connects when it comes back", async () => {
    const tab = await browser.open();
    page.leave();
    await time.advance(60);
    assert.deepEqual([tab.isLeading, server.open.length], [false, 0]);
    page.comeBack();
    await time.advance(2);
    assert.deepEqual([tab.isLeading, server.open.length], [true, 1]);
  });

  it("watches as often after it has come back many times", async () => {
    const tab = await browser.open();
    for (let round = 0; round < 5; round += 1) {
      page.leave();
      await time.advance(1);
      page.comeBack();
      await time.advance(1);
    }
    let beats = 0;
    const other = new BroadcastChannel(tab.channel.name);
    other.onmessage = ({ data }) => (beats += Number(data.kind === "beat"));
    await time.advance(20);
    other.close();
    assert.equal(beats <= 11, true, `${beats} beats in 20 s`);
  });

  it("follows if another tab leads when it comes back", async () => {
    const first = await browser.open();
    page.leave();
    await time.advance(1);
    const second = await browser.open();
    page.comeBack();
    await time.advance(3);
    assert.equal(browser.leading.length, 1);
    assert.equal(server.open.length, 1);
    assert.equal([first, second].includes(browser.leading[0]), true);
  });

  it("lets go before it is frozen, and asks who leads when it runs again", async () => {
    const tab = await browser.open();
    page.freeze();
    await time.advance(1);
    assert.equal(server.open.length, 0);
    page.resume();
    await time.advance(2);
    assert.equal(tab.isLeading, true);
  });
});

describe("the event online", () => {
  it("makes the next attempt come soon", async () => {
    let isDown = true;
    const dial = (...args) => (isDown ? Promise.reject(new ConnectionLost("no network")) : server.dial(...args));
    await browser.open({ dial });
    await time.advance(120);
    isDown = false;
    page.online();
    await time.advance(1.5);
    assert.equal(server.open.length, 1);
  });

  it("that lies, again and again, makes no storm of attempts", async () => {
    let tries = 0;
    await browser.open({ dial: () => ((tries += 1), Promise.reject(new ConnectionLost("no network"))) });
    await time.advance(60);
    tries = 0;
    for (let tenth = 0; tenth < 100; tenth += 1) {
      page.online();
      await time.advance(0.1);
    }
    assert.equal(tries <= 11, true, `${tries} attempts in 10 s`);
  });
});

describe("a clock that is wrong", () => {
  for (const [name, hours] of [["ahead", 5], ["behind", -5]]) {
    it(`by hours ${name} does not make the client connect again and again, nor keep an old token`, async () => {
      server.nowMs = () => time.nowMs() - hours * 3_600_000;
      time.shiftClock(hours * 3_600);
      await browser.open({ token: () => token("bob", { exp: Math.floor(server.nowMs() / 1_000) + 3_600 }) });
      await time.advance(1_800);
      assert.equal(server.connections.length, 1);
      await time.advance(1_800);
      assert.equal(server.connections.length, 2, "the token of one hour is renewed in time");
    });
  }

  it("that jumps does not end a healthy connection", async () => {
    await browser.open();
    for (const hours of [48, -96, 24]) {
      time.shiftClock(hours * 3_600);
      page.online();
      await time.advance(60);
    }
    assert.equal(server.connections.length, 1);
  });
});
