// Devices with several tabs, of one person, under a schedule that a seed decides; and what must hold when it is quiet.

import assert from "node:assert/strict";
import { failNext, isSaved, transactions } from "./failing-database.js";
import { ModelServer } from "./model-server.js";
import { Browser } from "./tabs.js";
import { VirtualTime, idle } from "./virtual-time.js";

const PEOPLE = ["alice", "carol"];
const sessionOf = { alice: "p:alice:bob", carol: "p:bob:carol" };
const FAULTS = ["closing", "lost at a request", "lost before it is saved", "lost after it is saved", "closed at a request"];

/** Return numbers in [0, 1) that a seed decides. */
function numbersOf(seed) {
  let state = seed * 2_654_435_761;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export class World {
  time = new VirtualTime();
  devices = [];
  #random;
  #isCalm = false;
  #posted = [];
  #done = [];

  constructor(seed, devices) {
    this.#random = numbersOf(seed);
    this.time.random = this.#random;
    this.server = new ModelServer((work, kind) => this.#deliver(work, kind));
    for (let at = 0; at < devices; at += 1) {
      const device = { browser: null, read: new Map() };
      const browser = new Browser(this.time, this.server, (...args) => this.server.dialOf(browser.database)(...args));
      device.browser = browser;
      this.devices.push(device);
    }
    this.server.onAck = (database, sessionId, seq) => {
      assert(isSaved(database, sessionId, seq), `${sessionId} ${seq} is acked and not saved`);
    };
  }

  #pick(list) {
    return list[Math.floor(this.#random() * list.length)];
  }

  /** Frames take their time, and overtake one another; pushes may be lost. */
  #deliver(work, kind) {
    if (!this.#isCalm && kind === "push" && this.#random() < 0.15) return;
    const seconds = this.#isCalm ? 0.01 : this.#random() * 0.4;
    this.time.sleep(seconds).then(work);
  }

  /** Run a schedule; return what it has done, to show when a test fails. */
  async run(steps) {
    for (const device of this.devices) await device.browser.open();
    for (let step = 0; step < steps; step += 1) {
      await this.#step();
      await this.time.advance(this.#random() < 0.2 ? this.#random() * 20 : this.#random() * 0.6);
      if (step % 20 === 19) await this.settle();
    }
  }

  async #step() {
    const device = this.#pick(this.devices);
    const { browser } = device;
    const tab = this.#pick(browser.tabs);
    const id = sessionOf[this.#pick(PEOPLE)];
    const steps = {
      say: () => this.server.say(this.#pick(PEOPLE)),
      "say much": () => Array.from({ length: 8 }, () => this.server.say("alice")),
      send: () => this.#post(tab),
      read: () => this.#read(device, tab, id),
      page: () => quiet(tab.session(id).pages({ limit: 3 }).next()),
      "catch up": () => quiet(tab.catchUp()),
      drop: () => this.server.drop(this.#pick(this.server.open)),
      open: () => browser.tabs.length < 3 && browser.begin(),
      close: () => quiet(this.#closed(browser, tab)),
      kill: () => browser.kill(tab),
      "die before": () => browser.willDie(tab, "before commit"),
      "die after": () => browser.willDie(tab, "after commit"),
      fault: () => failNext(this.#pick(FAULTS)),
      freeze: () => tab.channel?.freeze(),
      thaw: () => browser.tabs.forEach(({ channel }) => channel?.thaw()),
    };
    const name = this.#random() < 0.4 ? "say" : this.#pick(Object.keys(steps));
    this.#done.push(name);
    if (tab || ["say", "say much", "drop", "open", "fault"].includes(name)) await steps[name]();
    await idle();
    if (browser.tabs.length === 0) await browser.begin();
  }

  #post(tab) {
    const posted = { msgId: `b-${this.#posted.length}`, isStored: false };
    this.#posted.push(posted);
    quiet(tab.post(this.#pick(PEOPLE), { message: "hi" }, { msgId: posted.msgId }).then(() => (posted.isStored = true)));
  }

  /** Read a session. What was counted before is read for certain, and nothing that is counted after. */
  #read(device, tab, id) {
    const known = async () => (await tab.session(id).state()).known;
    const read = device.read.get(id) ?? { least: 0, most: 0 };
    device.read.set(id, read);
    const reading = async () => {
      const before = await known();
      read.most = Infinity;
      await tab.markRead(id);
      read.most = await known();
      read.least = Math.max(read.least, before);
    };
    quiet(reading().catch(() => (read.most = Infinity)));
  }

  async #closed(browser, tab) {
    browser.tabs = browser.tabs.filter((other) => other !== tab);
    await tab.close();
  }

  /** Let nothing fail any more, and wait until all is quiet; then all must be right. */
  async settle() {
    this.#isCalm = true;
    failNext();
    for (const { browser } of this.devices) {
      browser.tabs.forEach(({ channel }) => channel?.thaw());
      browser.spare();
      if (browser.tabs.length === 0) await browser.begin();
    }
    await this.time.advance(200);
    for (const { browser } of this.devices) {
      browser.tabs = browser.tabs.filter((tab) => tab.seen.stopped.length === 0);
      if (browser.tabs.length === 0) await browser.open();
      const caughtUp = browser.tabs[0].catchUp();
      await this.time.advance(60);
      await caughtUp;
      await this.time.advance(5);
    }
    for (const device of this.devices) await this.#check(device);
    assert.deepEqual(this.server.waiting, [], "what is saved everywhere is acked");
    this.#isCalm = false;
  }

  async #check(device) {
    const { browser } = device;
    assert.equal(browser.leading.length, 1, "one tab leads");
    assert.deepEqual(await browser.tabs[0].outbox(), []);
    for (const id of Object.values(sessionOf)) {
      const { unread, known, added } = await browser.count(id);
      const received = this.server.received(id);
      const held = await browser.tabs[0].messages(id, { limit: 10_000 });
      assert.deepEqual(held.map(({ msgId }) => msgId).reverse(), this.server.logOf(id).map(({ msgId }) => msgId));
      assert.equal(known, received, `${id}: known`);
      const position = this.server.readOf(id).received;
      const reads = this.devices.map((each) => each.read.get(id) ?? { least: 0, most: 0 });
      const [least, most] = ["least", "most"].map((name) => Math.max(...reads.map((each) => each[name])));
      assert(position >= least && position <= most, `${id}: read up to ${position}, not ${least} to ${most}`);
      assert.equal(unread, received - position, `${id}: unread`);
      assert(added.every((number) => number <= received && number > position), `${id}: ${added} counted`);
      for (const tab of browser.tabs) {
        const shown = tab.seen.unreadOf.get(id);
        if (shown !== undefined) assert.equal(shown, unread, `${id}: the red dot that a tab shows`);
      }
    }
    for (const { msgId, isStored } of this.#posted) {
      const places = [...this.server.logs.values()].flat().filter((message) => message.msgId === msgId);
      assert(places.length === 1 || (places.length === 0 && !isStored), `${msgId} is stored ${places.length} times`);
    }
    for (const { hasWritten, isCommitted, isComplete } of transactions()) {
      assert(isCommitted || !isComplete || !hasWritten, "a transaction has ended by itself: something else was awaited in it");
    }
  }

  async close() {
    for (const { browser } of this.devices) {
      const closing = browser.close();
      await this.time.advance(1);
      await closing;
    }
  }

  get done() {
    return this.#done.join(", ");
  }
}

function quiet(promise) {
  return void promise.catch(() => undefined);
}
