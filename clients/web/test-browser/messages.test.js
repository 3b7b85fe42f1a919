// What people do with messages that are sent: they edit them, take them back, and hide them.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { browser, stack } from "./support/one-browser.js";
import { openPhones } from "./support/phones.js";
import { newPerson } from "./support/server.js";

let page;
let alice;
let phone;
let tablet;

beforeEach(async () => {
  page = await browser.context.newPage();
  const bob = newPerson("bob");
  [alice, phone, tablet] = await openPhones(page, stack, newPerson("alice"), bob, `${bob}/tablet`);
  await Promise.all([alice, phone, tablet].map((device) => device.is("online")));
});
afterEach(async () => {
  browser.checkFaults();
  await page.close();
});

const shows = ({ screen }, text) => screen.getByText(text).count();

test("what Alice edits is changed on each device, and makes nothing unread", async () => {
  await alice.writeTo(phone.uid);
  await alice.say("we meet at sven");
  await phone.hasDot(alice.uid, 1);
  await phone.openChat(alice.uid);
  await tablet.hasDot(alice.uid, 0);
  await phone.back();

  await alice.chooseOf("we meet at sven", "Edit");
  await alice.screen.getByText("Editing: we meet at sven").waitFor();
  assert.equal(await alice.field().inputValue(), "we meet at sven");
  await alice.say("we meet at seven");
  await alice.bubble("we meet at seven").getByText("edited").waitFor();
  for (const device of [phone, tablet]) {
    await device.row(alice.uid).getByText("we meet at seven").waitFor();
    await device.openChat(alice.uid);
    await device.bubble("we meet at seven").getByText("edited").waitFor();
    await device.hasBadge(0);
  }
  for (const device of [alice, phone, tablet]) assert.equal(await shows(device, "sven"), 0);
  assert.equal(await alice.bubble("we meet").count(), 1, "an edit is no message of its own");
});

test("Escape ends an edit, and then leaves the chat", async () => {
  await alice.writeTo(phone.uid);
  await alice.say("as it was");
  await alice.chooseOf("as it was", "Edit");
  await alice.field().fill("changed");
  await page.keyboard.press("Escape");
  await alice.screen.getByText("Editing:").waitFor({ state: "hidden" });
  assert.equal(await alice.field().inputValue(), "");
  await page.keyboard.press("Escape");
  await alice.row(phone.uid).getByText("You: as it was").waitFor();
});

test("what Bob hides is away on all his devices, also later, and on nobody else's", async () => {
  await alice.writeTo(phone.uid);
  for (const text of ["first", "second"]) await alice.say(text);
  for (const device of [phone, tablet]) {
    await device.hasDot(alice.uid, 2);
    await device.openChat(alice.uid);
    await device.sees("second");
  }
  await phone.chooseOf("second", "Hide for me");
  for (const device of [phone, tablet]) await device.bubble("second").waitFor({ state: "detached" });
  await alice.sees("second");
  await page.reload();
  for (const device of [phone, tablet]) {
    await device.is("online");
    await device.openChat(alice.uid);
    await device.sees("first");
    assert.equal(await shows(device, "second"), 0);
  }
  await alice.openChat(phone.uid);
  await alice.sees("second");
});

test("what Bob hides while his tablet is away is hidden there, too", async () => {
  await alice.writeTo(phone.uid);
  await alice.say("first");
  await phone.openChat(alice.uid);
  await phone.sees("first");
  await tablet.goOffline();
  await alice.say("second");
  await phone.sees("second");
  await phone.chooseOf("second", "Hide for me");
  await tablet.comeBack();
  await tablet.row(alice.uid).getByText("first").waitFor();
  await tablet.openChat(alice.uid);
  await tablet.sees("first");
  assert.equal(await shows(tablet, "second"), 0);
});

test("the owner of a group takes back what a member has written, and a member only what is their own", async () => {
  await alice.makeGroup("Weekend", phone.uid);
  await alice.say("be kind");
  await phone.openChat("Weekend");
  await phone.say("an insult");
  await alice.sees("an insult");
  await phone.bubble("be kind").locator(".meta").click();
  await page.getByRole("menuitem", { name: "Hide for me" }).waitFor();
  assert.equal(await page.getByRole("menuitem", { name: "Take back" }).count(), 0);
  await page.keyboard.press("Escape");

  await alice.chooseOf("an insult", "Take back");
  await phone.sees(`${alice.uid} took back a message of ${phone.uid}`);
  await tablet.openChat("Weekend");
  await tablet.sees(`took back a message of ${phone.uid}`);
  for (const device of [alice, phone, tablet]) assert.equal(await shows(device, "an insult"), 0);
});

test("whom an edit no longer names is mentioned no longer", async () => {
  await alice.makeGroup("Weekend", phone.uid);
  await alice.screen.getByRole("button", { name: "Members of Weekend" }).waitFor();
  await alice.field().pressSequentially(`@${phone.uid}`);
  await alice.screen.getByRole("option", { name: phone.uid }).waitFor();
  await alice.field().press("Enter");
  await alice.field().pressSequentially("drives");
  await alice.field().press("Enter");
  for (const device of [phone, tablet]) await device.row("Weekend").getByTitle("you were mentioned").waitFor();
  await alice.chooseOf("drives", "Edit");
  await alice.say("somebody drives");
  for (const device of [phone, tablet]) {
    await device.row("Weekend").getByText("somebody drives").waitFor();
    await device.row("Weekend").getByTitle("you were mentioned").waitFor({ state: "detached" });
    await device.hasDot("Weekend", 1);
  }
});
