// Groups on the page, as their owners, admins and members see them.

import { afterEach, beforeEach, test } from "node:test";
import { browser, stack } from "./support/one-browser.js";
import { openPhones } from "./support/phones.js";
import { newPerson } from "./support/server.js";

let page;
let alice;
let bob;

beforeEach(async () => {
  page = await browser.context.newPage();
  [alice, bob] = await openPhones(page, stack, newPerson("alice"), newPerson("bob"));
  await Promise.all([alice.is("online"), bob.is("online")]);
  await alice.makeGroup("Weekend", bob.uid);
});
afterEach(async () => {
  browser.checkFaults();
  await page.close();
});

test("the owner of a group can mention everyone, and a member can't", async () => {
  const field = alice.screen.getByRole("combobox", { name: "Message to" });
  await alice.screen.getByRole("button", { name: "Members of Weekend" }).waitFor();
  await field.pressSequentially("@al");
  await alice.screen.getByRole("option", { name: "everyone in the group" }).waitFor();
  await field.press("ArrowDown"); // Alice herself is not offered
  await field.press("Enter");
  await field.pressSequentially("come at eight");
  await field.press("Enter");
  await bob.row("Weekend").getByTitle("you were mentioned").waitFor();

  await bob.openChat("Weekend");
  await bob.screen.getByRole("combobox", { name: "Message to" }).pressSequentially("@a");
  await bob.screen.getByRole("option", { name: alice.uid }).waitFor();
  await bob.screen.getByRole("option", { name: "everyone in the group" }).waitFor({ state: "detached" });
});

/** Do something in the dialog of the group. */
async function inGroup(phone, ...names) {
  await phone.screen.getByRole("button", { name: /^Members of/ }).click();
  for (const name of names) await page.getByRole("button", { name, exact: true }).or(page.getByRole("menuitem", { name })).click();
}
const closeDialog = async () => {
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
};

test("the owner renames a group and announces something, and members see it above the messages", async () => {
  await inGroup(alice, "Name and announcement");
  const form = page.getByRole("dialog", { name: "Name and announcement" });
  await form.getByRole("textbox", { name: "Name of the group" }).fill("Trip");
  await form.getByRole("textbox", { name: "Announcement" }).fill("We meet at eight.");
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "detached" });
  await closeDialog();
  await bob.openChat("Trip");
  await bob.screen.getByRole("button", { name: "Announcement" }).getByText("We meet at eight.").waitFor();
  await bob.sees(`${alice.uid} renamed the group to “Trip”`);
});

test("a member who is muted sees until when, and writes again when it has ended; admins are not meant by a mute of all", async () => {
  await bob.openChat("Weekend");
  await bob.field().waitFor();
  await inGroup(alice, `Options of ${bob.uid}`, `Mute ${bob.uid}`, "For an hour");
  await bob.screen.getByText("You are muted until").waitFor();
  await page.getByRole("button", { name: `Options of ${bob.uid}` }).click();
  await page.getByRole("menuitem", { name: "End the mute" }).click();
  await bob.field().waitFor();
  await page.getByRole("button", { name: "Mute all but admins" }).click();
  await page.getByRole("menuitem", { name: "For ever" }).click();
  await bob.screen.getByText("Only the owner and admins may write").waitFor();
  await closeDialog();
  await alice.say("Quiet, please.");
  await bob.sees("Quiet, please.");
});

test("a group that its owner dissolves can be read and takes no more messages", async () => {
  await bob.openChat("Weekend");
  await bob.say("before the end");
  await alice.sees("before the end");
  await inGroup(alice, "Dissolve the group");
  await page.getByRole("dialog", { name: "Dissolve the group" }).getByRole("button", { name: "Dissolve the group" }).click();
  await bob.screen.getByText("This group is dissolved").waitFor();
  await bob.sees("before the end");
  await bob.sees(`${alice.uid} dissolved the group`);
});

test("somebody asks to join, takes it back, asks again, and is let in by an admin", async () => {
  await alice.back();
  await alice.screen.getByRole("button", { name: "New group" }).click();
  await page.getByRole("textbox", { name: "Name of the group" }).fill("Club");
  await page.getByRole("textbox", { name: "People" }).fill("");
  await page.getByRole("combobox", { name: "Who may join" }).selectOption({ label: "People may ask to join" });
  await page.getByRole("button", { name: "Make the group" }).click();
  await alice.screen.getByRole("button", { name: "Members of Club" }).click();
  const sessionId = await page.getByRole("dialog").getByText("g:").innerText();
  await closeDialog();

  await bob.writeTo(sessionId);
  const ask = async (note) => {
    await bob.screen.getByRole("button", { name: "Join the group" }).click();
    await page.getByRole("textbox", { name: "What they should know" }).fill(note);
    await page.getByRole("dialog").getByRole("button", { name: "Ask to join" }).click();
    await bob.screen.getByText("You have asked to join").waitFor();
  };
  await ask("first");
  await alice.screen.getByText(`${bob.uid} asks to join Club`).waitFor();
  await bob.screen.getByRole("button", { name: "Take it back" }).click();
  await ask("It is me, Bob");
  await inGroup(alice);
  const requests = page.getByRole("list", { name: "Who asks to join" });
  await requests.getByText("It is me, Bob").waitFor();
  await requests.getByRole("button", { name: `Let in: ${bob.uid}` }).click();
  await requests.waitFor({ state: "detached" });
  await closeDialog();
  await alice.say("Welcome");
  await bob.sees("Welcome");
  await bob.field().waitFor();
});
