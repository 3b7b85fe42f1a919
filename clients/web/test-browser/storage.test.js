// What is saved is saved, and nothing else is acked: tabs that are killed at each transaction, and a disk that is full.

import assert from "node:assert/strict";
import { test } from "node:test";
import { killerOf, until } from "./support/browser.js";
import { browser, server, stack } from "./support/one-browser.js";
import { PLACES, savedSeqs, stopAt } from "./support/kill.js";
import { chatOf, newPerson } from "./support/server.js";
import { Tab, databaseOf, openTab } from "./support/tab.js";

/** How many messages wait before the first login, more than come with the counter; and how many a page has. */
const [WAITING, PAGE] = [6, 3];
const ANSWER = "answer";
/** What a full disk still has: some messages fit. */
const ROOM_BYTES = 300_000;

/** Bob is away while Alice writes, comes back, reads, gets a message live, answers, and has read all. */
class Scenario {
  /** Whether Bob may have read all: a red dot may be gone from then on. */
  mayBeRead = false;
  #isLiveSaid = false;

  constructor() {
    [this.alice, this.bob] = [newPerson("alice"), newPerson("bob")];
    this.chat = chatOf(this.alice, this.bob);
  }

  begin() {
    return server.sayAll(this.alice, this.bob, WAITING);
  }

  /** Do what is not done yet. */
  async run(tab) {
    await tab.open();
    await tab.loggedIn();
    await tab.read(this.chat);
    if (!this.#isLiveSaid) {
      this.#isLiveSaid = true;
      await server.say(this.alice, this.bob, "live");
    }
    await until("the live message", () => tab.saved(this.chat), (seqs) => seqs.includes(WAITING + 1));
    if (!(await this.#hasAnswered(tab))) await tab.call("post", this.alice, { message: "hi" }, { msgId: ANSWER });
    await until("the answer", () => tab.saved(this.chat), (seqs) => seqs.includes(WAITING + 2));
    if (!this.mayBeRead) assert.equal(await tab.unread(this.chat), WAITING + 1, "each counts once");
    this.mayBeRead = true;
    await tab.call("markRead", this.chat);
  }

  async #hasAnswered(tab) {
    const queued = (await tab.call("outbox")).map(({ message }) => message);
    return [...queued, ...(await tab.call("messages", this.chat))].some(({ msgId }) => msgId === ANSWER);
  }

  /** Whatever was killed: a message for Bob is saved, or waits at the server. */
  async checkNothingIsLost(page) {
    const saved = await savedSeqs(page, databaseOf(this.bob), this.chat);
    const waiting = await server.waiting(this.bob, this.chat);
    const sent = (await server.history(this.bob, this.chat)).filter(({ from }) => from === this.alice);
    for (const { seq } of sent) {
      assert.ok(saved.includes(seq) || waiting.includes(seq), `${seq} is acked and not saved: ${saved}; ${waiting}`);
    }
    return saved;
  }

  /** At the end all is saved, read, and acked. */
  async checkTheEnd(tab, savedBefore) {
    const history = await server.history(this.bob, this.chat);
    assert.equal(history.length, WAITING + 2, "the answer was sent once");
    assert.deepEqual(await tab.saved(this.chat), history.map(({ seq }) => seq));
    assert.equal(await tab.unread(this.chat), 0);
    const told = [...savedBefore, ...((await tab.seen()).messages[this.chat] ?? [])];
    assert.equal(new Set(told).size, told.length, `a message was told twice: ${told}`);
    await until("all acked", () => server.waiting(this.bob, this.chat), (seqs) => seqs.length === 0);
    await until("all cleared", () => server.counters(this.bob), (counters) => !(this.chat in counters));
  }
}

/** Kill a tab at its n-th transaction, and go on in a new one. False if it has no n-th one. */
async function killAndGoOn(nth, place) {
  const scenario = new Scenario();
  await scenario.begin();
  const first = new Tab(await browser.context.newPage(), stack, scenario.bob, { settings: { pageLimit: PAGE } });
  const { stopped } = await stopAt(first.page, nth, place);
  const kill = await killerOf(first.page);
  await first.load();
  // Its last transactions may come when Bob has read all: a tab that has stopped answers no check.
  const whole = scenario.run(first).then(() => scenario.checkTheEnd(first, []));
  const isKilled = await Promise.race([whole.then(() => false), stopped.then(() => true)]);
  await kill();
  if (isKilled) {
    const second = new Tab(await browser.context.newPage(), stack, scenario.bob, { settings: { pageLimit: PAGE } });
    await second.load();
    const saved = await scenario.checkNothingIsLost(second.page);
    await scenario.run(second);
    await scenario.checkTheEnd(second, saved);
    await second.page.close();
  }
  await first.page.close();
  browser.checkFaults();
  return isKilled;
}

/** `make test-web PART=1/4` kills at the first transaction, the fifth, and so on. */
const [, first, step] = /^(\d+)\/(\d+)$/.exec(process.env.CATCHUP_PART ?? "1/1").map(Number);

const beside = { concurrency: PLACES.length };
test("a tab that is killed at any of its transactions loses nothing, and counts nothing twice", beside, async (t) => {
  for (let nth = first, isOver = false; !isOver; nth += step) {
    const runs = PLACES.map((place) =>
      t.test(`killed at transaction ${nth}, ${place}`, async () => {
        isOver = !(await killAndGoOn(nth, place));
      }),
    );
    await Promise.all(runs);
    assert.ok(!isOver || nth > 10, `only ${nth} transactions`);
  }
});

test("a disk that is full stops the client with a clear error, and nothing is acked that is not saved", async () => {
  const [alice, bob] = [newPerson("alice"), newPerson("bob")];
  const chat = chatOf(alice, bob);
  // Before the database is opened: Chromium asks for the room only now and then.
  const session = await browser.context.newCDPSession(await browser.context.newPage());
  const { usage } = await session.send("Storage.getUsageAndQuota", { origin: stack.origin });
  await session.send("Storage.overrideQuotaForOrigin", { origin: stack.origin, quotaSize: usage + ROOM_BYTES });
  const tab = await openTab(browser, stack, bob);
  await tab.loggedIn();
  const long = "long ".repeat(3_000);
  const stopped = until("it stops", () => tab.seen(), (seen) => seen.stopped !== "");
  let isOver = false;
  stopped.finally(() => (isOver = true)).catch(() => undefined);
  for (let each = 0; !isOver && each < 400; each += 1) await server.say(alice, bob, long);
  assert.match((await stopped).stopped, /StoreError: .*there is no room for it on this device/);
  const saved = await savedSeqs(tab.page, databaseOf(bob), chat);
  const waiting = await server.waiting(bob, chat);
  for (const { seq } of await server.history(bob, chat)) {
    assert.ok(saved.includes(seq) || waiting.includes(seq), `${seq} is acked and not saved`);
  }

  // With room again, a new tab brings the rest.
  await session.send("Storage.overrideQuotaForOrigin", { origin: stack.origin });
  await tab.load();
  await tab.open();
  await tab.loggedIn();
  await tab.read(chat);
  const sent = (await server.history(bob, chat)).map(({ seq }) => seq);
  assert.deepEqual(await tab.saved(chat), sent);
  assert.equal(await tab.unread(chat), sent.length);
  browser.checkFaults();
  await tab.page.close();
});
