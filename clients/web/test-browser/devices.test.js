// What one device of a person chooses, the other one shows.

import { afterEach, beforeEach, test } from "node:test";
import { until } from "./support/browser.js";
import { browser, server, stack } from "./support/one-browser.js";
import { openPhones } from "./support/phones.js";
import { newPerson } from "./support/server.js";

let page;
let phone;
let tablet;

beforeEach(async () => {
  page = await browser.context.newPage();
  const bob = newPerson("bob");
  [phone, tablet] = await openPhones(page, stack, bob, `${bob}/tablet`);
  await Promise.all([phone, tablet].map((device) => device.is("online")));
});
afterEach(async () => {
  browser.checkFaults();
  await page.close();
});

test("what is pinned and muted on the phone is so on the tablet, now or when it wakes, and not in the badge", async () => {
  const [carol, dave] = [newPerson("carol"), newPerson("dave")];
  await server.say(carol, phone.uid, "older");
  await server.say(dave, phone.uid, "newer");
  await tablet.hasDot(dave, 1);
  await tablet.hasBadge(2);
  await phone.choose(carol, "Pin to the top");
  for (const device of [phone, tablet]) {
    await until("what is pinned is first", () => device.chats(), ([first]) => first === carol);
  }

  await tablet.goOffline();
  await phone.choose(dave, "Mute", "For ever");
  await phone.hasBadge(1);
  await tablet.hasBadge(2);
  await tablet.comeBack();
  await tablet.hasBadge(1);
  await tablet.hasDot(dave, 1);
  await tablet.row(`${dave} muted`).waitFor();
  await tablet.choose(dave, "Unmute");
  await phone.hasBadge(2);
});

test("a chat that is hidden is away until something new comes, and one can be marked as unread", async () => {
  const carol = newPerson("carol");
  await server.say(carol, phone.uid, "first");
  await tablet.hasDot(carol, 1);
  await phone.choose(carol, "Hide until");
  for (const device of [phone, tablet]) {
    await device.row(carol).waitFor({ state: "detached" });
    await device.hasBadge(0);
  }
  await server.say(carol, phone.uid, "second");
  for (const device of [phone, tablet]) await device.hasDot(carol, 2);

  await phone.choose(carol, "Mark as read");
  await phone.hasDot(carol, 0);
  await phone.choose(carol, "Mark as unread");
  await phone.row(carol).getByTitle("marked as unread").waitFor();
  await phone.openChat(carol);
  await phone.back();
  await phone.row(carol).waitFor();
  await phone.row(carol).getByTitle("marked as unread").waitFor({ state: "detached" });
});
