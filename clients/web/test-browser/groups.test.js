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
  await alice.screen.getByRole("button", { name: "New group" }).click();
  await page.getByRole("textbox", { name: "Name of the group" }).fill("Weekend");
  await page.getByRole("button", { name: "Make the group" }).click();
  await alice.log.waitFor();
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
