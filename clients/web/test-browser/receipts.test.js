// Who sees what was read: a person turns receipts off and on, and an author asks who has read.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { until } from "./support/browser.js";
import { browser, stack } from "./support/one-browser.js";
import { RealDevice, TABLET } from "./support/real-devices.js";
import { newPerson } from "./support/server.js";

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

/** Open a person's settings; return the switch. */
async function openSwitch(device) {
  await device.screen.getByRole("button", { name: "Settings of" }).click();
  return device.page.getByRole("switch", { name: "Read receipts" });
}

async function choose(device, on) {
  const toggle = await openSwitch(device);
  assert.equal(await toggle.isChecked(), !on);
  await toggle.setChecked(on);
  await device.page.keyboard.press("Escape");
  await toggle.waitFor({ state: "detached" });
}

test("receipts that Bob turns off are off on both his devices and for both ways, until he turns them on", async () => {
  await alice.writeTo(phone.uid);
  await alice.say("one");
  await phone.openChat(alice.uid);
  await alice.isRead("one");
  await phone.say("an answer");
  await alice.sees("an answer");
  await phone.isRead("an answer");

  // He does so without a network; his tablet shows it, while it is open there.
  const onTablet = await openSwitch(tablet);
  assert.ok(await onTablet.isChecked());
  await phone.loseNetwork();
  await choose(phone, false);
  await phone.hasSent("an answer");
  await phone.findNetwork();
  await until("the tablet shows it", () => onTablet.isChecked(), (on) => !on);
  await tablet.page.getByText("This works both ways").waitFor();

  await alice.say("two");
  await phone.sees("two");
  await phone.say("another answer");
  await alice.sees("another answer");
  await alice.hasSent("two");
  await phone.hasSent("another answer");
  await alice.isRead("one"); // what was told stays told

  // The switch works with the keyboard; what was read meanwhile is shown after his next look.
  await onTablet.focus();
  await tablet.page.keyboard.press("Space");
  await phone.isRead("an answer");
  await alice.say("three");
  for (const text of ["two", "three"]) await alice.isRead(text);
});

test("an author sees who has read a message of a small group, and nobody else does", async () => {
  const name = newPerson("room");
  await alice.makeGroup(name, phone.uid);
  await alice.say("to all");
  await alice.bubble("to all").waitFor();
  await alice.chooseOf("to all", "Read by");
  const dialog = alice.page.getByRole("dialog", { name: "Read by" });
  await dialog.getByText("Nobody yet").waitFor();
  await alice.page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });

  await phone.openChat(name);
  await phone.sees("to all");
  await until("Bob is in the list", async () => {
    await alice.chooseOf("to all", "Read by");
    await dialog.getByText(/Nobody yet|is not in this list/).waitFor();
    const names = await dialog.getByRole("listitem").allInnerTexts();
    await alice.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    return names;
  }, ([first = ""]) => first.includes(phone.uid));

  await phone.bubble("to all").locator(".meta").click();
  await phone.page.getByRole("menuitem", { name: "Hide for me" }).waitFor();
  assert.equal(await phone.page.getByRole("menuitem", { name: "Read by" }).count(), 0);
  await phone.page.keyboard.press("Escape");

  // Whoever has none sees none.
  await choose(alice, false);
  await alice.bubble("to all").locator(".meta").click();
  await alice.page.getByRole("menuitem", { name: "Hide for me" }).waitFor();
  assert.equal(await alice.page.getByRole("menuitem", { name: "Read by" }).count(), 0);
});
