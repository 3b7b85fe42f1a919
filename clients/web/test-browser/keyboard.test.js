// Each menu and dialog of the page with the keyboard alone: Tab leads to it, Enter opens and chooses, Escape closes it, and
// the focus is then where the person was.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { until } from "./support/browser.js";
import { browser, server, stack } from "./support/one-browser.js";
import { openPhones } from "./support/phones.js";
import { newPerson } from "./support/server.js";

/** No part of the page with two phones is further away. */
const MOST_PRESSES = 60;

let page;
let alice;
let bob;

beforeEach(async () => {
  page = await browser.context.newPage();
  [alice, bob] = await openPhones(page, stack, newPerson("alice"), newPerson("bob"));
  await Promise.all([alice.is("online"), bob.is("online")]);
});
afterEach(async () => {
  browser.checkFaults();
  await page.close();
});

const press = async (...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};
const hasFocus = (locator) => locator.evaluate((element) => element === document.activeElement);
/** Wait until it has the focus. */
const isFocused = async (locator) => {
  await locator.waitFor();
  await until(`the focus is on ${locator}`, () => hasFocus(locator));
};

/** Press Tab until it has the focus. */
async function tabTo(locator) {
  await locator.waitFor();
  for (let presses = 0; !(await hasFocus(locator)); presses += 1) {
    assert.ok(presses < MOST_PRESSES, `Tab leads to ${locator}`);
    await press("Tab");
  }
}

const button = (name, place = page) => place.getByRole("button", { name, exact: true });
const item = (name) => page.getByRole("menuitem", { name });
const dialogOf = (name) => page.getByRole("dialog", { name });
const isClosed = (locator) => locator.waitFor({ state: "detached" });

test("a chat is pinned, muted and hidden", async () => {
  const friends = ["carol", "dave", "erin"].map(newPerson);
  for (const friend of friends) await server.say(friend, bob.uid, "hello");
  const [carol, dave, erin] = friends;
  await bob.hasDot(carol, 1);
  await until("the newest is first", () => bob.chats(), (names) => String(names) === String([erin, dave, carol]));

  const options = button(`Options of ${carol}`, bob.screen);
  await tabTo(options);
  await press("Enter");
  await isFocused(item("Pin to the top"));
  await press("Enter");
  await until("it is first", () => bob.chats(), ([first]) => first === carol);
  await isFocused(options);

  await press("Enter");
  await isFocused(item("Unpin"));
  await press("ArrowDown", "Enter");
  await isFocused(item("For an hour"));
  await press("Escape");
  await isFocused(options);
  await press("Enter", "ArrowDown", "Enter");
  await isFocused(item("For an hour"));
  await press("End", "Enter");
  await bob.row(`${carol} muted`).waitFor();
  await isFocused(options);

  await press("Enter");
  await isFocused(item("Unpin"));
  await press("End", "Enter");
  await isClosed(bob.row(carol));
  await isFocused(bob.row(erin));
});

test("a message is edited and taken back, and its notice is hidden", async () => {
  await alice.writeTo(bob.uid);
  await alice.say("helo");
  await alice.bubble("helo").getByText("sent", { exact: true }).waitFor();
  await tabTo(alice.field());
  await press("Shift+Tab");
  await isFocused(alice.log);
  const meta = alice.log.locator(".meta");
  const openMenu = async (first) => {
    await press("Tab");
    await isFocused(meta);
    await press("Enter");
    await isFocused(item(first));
  };
  await openMenu("Copy the text");
  await press("ArrowDown", "Enter");
  await isFocused(alice.field());
  await press("End", "ArrowLeft", "l", "Enter");
  await alice.bubble("hello").getByText("edited").waitFor();
  await isFocused(alice.field());

  await press("Shift+Tab");
  await openMenu("Copy the text");
  await press("End", "Enter");
  await alice.sees("You took back a message");
  await isFocused(meta);
  await press("Enter");
  await isFocused(item("Hide for me"));
  await press("Enter");
  await alice.log.getByText("You took back a message").waitFor({ state: "detached" });
  await isFocused(alice.log);
  await press("Tab");
  await isFocused(alice.field());
});

test("the menu of an open chat, and blocking", async () => {
  await alice.writeTo(bob.uid);
  const options = button(`Options of ${bob.uid}`, alice.screen);
  await tabTo(options);
  await press("Enter");
  await isFocused(item("Pin to the top"));
  await press("Escape");
  await isFocused(options);
  await press("Shift+Tab");
  await isFocused(button(`Block ${bob.uid}`, alice.screen));
  await press("Enter");
  await dialogOf(`${bob.uid} is blocked`).waitFor();
  await press("Escape");
  await isFocused(button(`Unblock ${bob.uid}`, alice.screen));

  await press("Shift+Tab", "Enter");
  await isClosed(alice.log);
  await tabTo(button("Blocked people", alice.screen));
  await press("Enter");
  await tabTo(button(`Unblock ${bob.uid}`, dialogOf("Blocked people")));
  await press("Enter");
  await dialogOf("Blocked people").getByText("Nobody is blocked").waitFor();
  await press("Escape");
  await isFocused(button("Blocked people", alice.screen));
});

test("a group is made, a member is muted and made admin, all are muted, and the group is dissolved", async () => {
  await tabTo(button("New group", alice.screen));
  await press("Enter");
  await isFocused(page.getByRole("textbox", { name: "Name of the group" }));
  await page.keyboard.type("Weekend");
  await press("Enter");
  await alice.log.waitFor();
  await isFocused(alice.field());
  await bob.openChat("Weekend");
  const members = button("Members of Weekend", alice.screen);
  await tabTo(members);
  await press("Enter");
  const dialog = dialogOf("Weekend");

  const options = button(`Options of ${bob.uid}`, dialog);
  await tabTo(options);
  await press("Enter");
  await isFocused(item("Make admin"));
  await press("ArrowDown", "ArrowDown", "Enter");
  await isFocused(item("For an hour"));
  await press("Enter");
  await alice.sees(`${alice.uid} muted ${bob.uid} until`);
  await isFocused(options);
  await press("Enter");
  await isFocused(item("Make admin"));
  await press("Enter");
  await dialog.getByText("admin", { exact: true }).waitFor();
  await isFocused(options);

  await tabTo(button("Mute all but admins", dialog));
  await press("Enter");
  await isFocused(item("For an hour"));
  await press("Enter");
  await isFocused(button("End the mute of all", dialog));
  await press("Shift+Tab");
  await isFocused(button("Name and announcement", dialog));
  await press("Enter");
  const form = dialogOf("Name and announcement");
  await tabTo(form.getByRole("textbox", { name: "Announcement" }));
  await page.keyboard.type("We meet at eight.");
  await press("Tab", "Enter");
  await isClosed(form);
  await isFocused(button("Name and announcement", dialog));
  await bob.screen.getByRole("button", { name: "Announcement: We meet at eight." }).waitFor();

  await tabTo(button("Dissolve the group", dialog));
  await press("Enter");
  await tabTo(button("Dissolve the group", dialogOf("Dissolve the group")));
  await press("Enter");
  await dialog.getByText("This group is dissolved").waitFor();
  await isFocused(button("Close", dialog));
  await press("Escape");
  await isFocused(members);
});

test("somebody asks to join, and is let in", async () => {
  await tabTo(button("New group", alice.screen));
  await press("Enter");
  await page.keyboard.type("Club");
  await tabTo(page.getByRole("textbox", { name: "People" }));
  await press("Control+a", "Delete");
  await tabTo(page.getByRole("combobox", { name: "Who may join" }));
  await page.keyboard.type("People may ask");
  await tabTo(button("Make the group"));
  await press("Enter");
  const members = button("Members of Club", alice.screen);
  await tabTo(members);
  await press("Enter");
  const sessionId = await dialogOf("Club").getByText("g:").innerText();
  await press("Escape");
  await isFocused(members);

  await bob.writeTo(sessionId);
  await tabTo(button("Join the group", bob.screen));
  await press("Enter");
  await page.getByRole("textbox", { name: "What they should know" }).waitFor();
  await tabTo(page.getByRole("textbox", { name: "What they should know" }));
  await page.keyboard.type("It is me");
  await press("Enter");
  await isFocused(button("Take it back", bob.screen));

  await tabTo(members);
  await press("Enter");
  await tabTo(button(`Let in: ${bob.uid}`, dialogOf("Club")));
  await press("Enter");
  await dialogOf("Club").getByRole("list", { name: "Who asks to join" }).waitFor({ state: "detached" });
  await isFocused(button("Close", dialogOf("Club")));
});
