// One person on several devices, and words taken back: Alice's phone, Bob's phone and Bob's tablet share nothing.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { until } from "./support/browser.js";
import { browser, server, stack } from "./support/one-browser.js";
import { RealDevice, TABLET } from "./support/real-devices.js";
import { newPerson } from "./support/server.js";

/** What Chromium reports of a device without a network. */
const WITHOUT_NETWORK = /ERR_INTERNET_DISCONNECTED/;

let alice;
let phone;
let tablet;

beforeEach(async () => {
  const bob = newPerson("bob");
  [alice, phone, tablet] = await Promise.all([
    RealDevice.on(browser, stack, newPerson("alice")),
    RealDevice.on(browser, stack, bob),
    RealDevice.on(browser, stack, `${bob}/tablet`, TABLET),
  ]);
});
afterEach(async () => {
  browser.checkFaults(WITHOUT_NETWORK);
  await Promise.all([alice, phone, tablet].map((device) => device.off()));
});

/** @param {string[]} texts */
async function say(...texts) {
  for (const text of texts) await alice.say(text);
}

/** How a device misses what happens: its app is ended, or it has no network. */
const ABSENCES = {
  "its app was ended": { leave: () => tablet.sleep(), comeBack: () => tablet.wake() },
  "it had no network": { leave: () => tablet.loseNetwork(), comeBack: () => tablet.findNetwork() },
};

/** Wait until a message is taken back on a device that shows its chat, and nothing of it is left. */
async function isTakenBack(device, text) {
  await device.sees(device === alice ? "You took back a message" : `${alice.uid} took back a message`);
  assert.equal(await device.screen.getByText(text).count(), 0);
  await device.forgets(text);
}

/** Wait until a group is muted and a chat is pinned. */
async function isArranged(device, { muted, pinned }) {
  await device.row(`${muted} muted`).waitFor();
  await until("what is pinned is first", () => device.chats(), ([first]) => first === pinned);
}

test("Bob reads on his phone, and the red dot on his tablet goes at once", async () => {
  await alice.writeTo(phone.uid);
  await say("one", "two", "three");
  for (const device of [phone, tablet]) await device.hasDot(alice.uid, 3);
  await tablet.hasBadge(3);
  await phone.openChat(alice.uid);
  await phone.sees("three");
  await tablet.hasDot(alice.uid, 0);
  await tablet.hasBadge(0);

  // What comes into the chat that he reads is unread nowhere, and what comes afterwards is.
  await alice.say("four");
  await phone.sees("four");
  await tablet.row(alice.uid).getByText("four").waitFor();
  await tablet.hasDot(alice.uid, 0);
  await phone.back();
  await alice.say("five");
  for (const device of [phone, tablet]) await device.hasDot(alice.uid, 1);
});

test("Alice sees that Bob has read, as soon as he reads on one of his devices, and after she was away", async () => {
  await alice.writeTo(phone.uid);
  await say("one", "two");
  await phone.hasDot(alice.uid, 2);
  for (const text of ["one", "two"]) await alice.hasSent(text);
  await phone.openChat(alice.uid);
  for (const text of ["one", "two"]) await alice.isRead(text);
  await phone.back();
  await alice.say("three");
  await phone.hasDot(alice.uid, 1);
  await alice.hasSent("three");

  // A push that she misses is made up for when she looks at the chat.
  await alice.sleep();
  await tablet.openChat(alice.uid);
  await phone.hasDot(alice.uid, 0);
  await alice.wake();
  await alice.openChat(phone.uid);
  for (const text of ["one", "two", "three"]) await alice.isRead(text);
});

test("what Alice takes back vanishes from each device, and from the counts where it was unread", async () => {
  await alice.writeTo(phone.uid);
  await say("good morning", "the secret", "see you");
  for (const device of [phone, tablet]) await device.hasDot(alice.uid, 3);
  await alice.chooseOf("the secret", "Take back");
  for (const device of [phone, tablet]) {
    await device.hasDot(alice.uid, 2);
    await device.hasBadge(2);
  }

  // Before Bob's eyes, what was read stays read.
  await phone.openChat(alice.uid);
  await tablet.hasDot(alice.uid, 0);
  await alice.chooseOf("see you", "Take back");
  await tablet.row(alice.uid).getByText(`${alice.uid} took back a message`).waitFor();
  for (const device of [phone, tablet]) await device.hasBadge(0);
  await tablet.openChat(alice.uid);
  for (const device of [alice, phone, tablet]) {
    await device.sees("good morning");
    for (const text of ["the secret", "see you"]) await isTakenBack(device, text);
  }
});

test("a group that Bob mutes, and a chat that he pins, are so on his tablet at once", async () => {
  const carol = newPerson("carol");
  await server.say(carol, phone.uid, "first of all");
  await alice.makeGroup("Weekend", phone.uid);
  await alice.say("who comes?");
  for (const device of [phone, tablet]) {
    await device.hasDot("Weekend", 1);
    await device.hasBadge(2);
  }
  await phone.choose("Weekend", "Mute", "For ever");
  await phone.choose(carol, "Pin to the top");
  await alice.say("and who drives?");
  for (const device of [phone, tablet]) {
    await device.hasDot("Weekend", 2);
    await device.hasBadge(1);
    await isArranged(device, { muted: "Weekend", pinned: carol });
  }
});

for (const [absence, { leave, comeBack }] of Object.entries(ABSENCES)) {
  test(`all of it is so on the tablet when it wakes: ${absence}`, async () => {
    const carol = newPerson("carol");
    await server.say(carol, phone.uid, "first of all");
    await alice.makeGroup("Weekend", phone.uid);
    await alice.say("who comes?");
    await alice.back();
    await alice.writeTo(phone.uid);
    await say("good morning", "the secret");
    await tablet.hasDot(alice.uid, 2);
    await tablet.hasDot("Weekend", 1);
    await tablet.hasBadge(4);
    await leave();

    await alice.say("meanwhile");
    await phone.hasDot(alice.uid, 3);
    await phone.openChat(alice.uid);
    await phone.sees("meanwhile");
    await phone.back();
    await say("the second secret", "afterwards");
    await phone.hasDot(alice.uid, 2);
    for (const text of ["the secret", "the second secret"]) await alice.chooseOf(text, "Take back");
    await phone.hasDot(alice.uid, 1);
    await phone.choose("Weekend", "Mute", "For ever");
    await phone.choose(carol, "Pin to the top");
    await phone.hasBadge(2);

    await comeBack();
    await tablet.hasDot(alice.uid, 1);
    await tablet.hasDot("Weekend", 1);
    await tablet.hasBadge(2);
    await isArranged(tablet, { muted: "Weekend", pinned: carol });
    await tablet.openChat(alice.uid);
    await phone.hasDot(alice.uid, 0);
    for (const text of ["good morning", "meanwhile", "afterwards"]) await tablet.sees(text);
    await tablet.sees("a page of 3 messages"); // the notices of the recalls are none
    for (const text of ["the secret", "the second secret"]) await isTakenBack(tablet, text);
  });
}
