// The page of `make run`, as a person uses it: by roles and names.

import assert from "node:assert/strict";

/** Show the devices of these people: `bob` is Bob's phone, `bob/tablet` his tablet. */
export async function openPhones(page, stack, ...uids) {
  await page.goto(`${stack.origin}/?people=${uids.join(",")}`);
  return uids.map((uid) => new Phone(page, uid));
}

export class Phone {
  /** @param {string} which a person, or another device of theirs: bob/tablet */
  constructor(page, which) {
    [this.uid, this.device] = which.split("/");
    this.lookAt(page);
  }

  /** @param {import("playwright-core").Page} page the one that shows it */
  lookAt(page) {
    const { uid, device } = this;
    this.page = page;
    this.screen = page.getByRole("region", { name: device ? `${uid} · ${device}` : uid, exact: true });
    this.log = this.screen.getByRole("log", { name: "Messages with" });
  }

  /** Wait for a state: online, offline or connecting. */
  is(state) {
    return this.screen.locator(`[data-state="${state}"]`).waitFor();
  }

  async goOffline() {
    await this.screen.getByRole("button", { name: "Go offline" }).click();
    await this.is("offline");
  }

  async comeBack() {
    await this.screen.getByRole("button", { name: "Come back" }).click();
    await this.is("online");
  }

  /** The row of a chat in the list. */
  row(name) {
    return this.screen.getByRole("list", { name: "Chats of" }).getByRole("button", { name: new RegExp(`^${name}\\b`) });
  }

  /** The names of the chats in the list, the newest first. */
  chats() {
    return this.screen.getByRole("list", { name: "Chats of" }).locator(".name").allInnerTexts();
  }

  /** Wait until a chat's red dot has this number, 0 for none. */
  async hasDot(name, count) {
    if (count === 0) await this.row(name).filter({ hasNot: this.page.locator(".dot") }).waitFor();
    else await this.row(name).getByTitle(`${count.toLocaleString("en")} unread`, { exact: true }).waitFor();
  }

  /** Choose from the menu of a chat in the list. */
  async choose(name, ...items) {
    await this.row(name).click({ button: "right" });
    for (const item of items) await this.page.getByRole("menuitem", { name: item }).click();
  }

  /** Wait until the sign of its owner has this number, 0 for none. */
  async hasBadge(count) {
    if (count === 0) await this.screen.locator(".badge").waitFor({ state: "hidden" });
    else await this.screen.locator(".badge").filter({ hasText: new RegExp(`^${count}\\b`) }).waitFor();
  }

  async openChat(name) {
    await this.row(name).click();
    await this.log.waitFor();
  }

  /** Open a chat with somebody who need not be in the list yet. */
  async writeTo(name) {
    await this.screen.getByRole("textbox", { name: "To whom" }).fill(name);
    await this.screen.getByRole("button", { name: "Open chat" }).click();
    await this.log.waitFor();
  }

  async back() {
    await this.screen.getByRole("button", { name: "Back to the chats" }).click();
    await this.log.waitFor({ state: "detached" });
  }

  /** Where messages are written; in a group it offers the members. */
  field() {
    const name = "Message to";
    return this.screen.getByRole("textbox", { name }).or(this.screen.getByRole("combobox", { name }));
  }

  async say(text) {
    const field = this.field();
    await field.fill(text);
    await field.press("Enter");
  }

  /** The bubble of a message. */
  bubble(text) {
    return this.log.locator(".bubble", { hasText: text });
  }

  /** Wait until an own message is shown as sent, and not yet read. */
  hasSent(text) {
    return this.#isMarked(text, "sent");
  }

  /** Wait until an own message is shown as read. */
  isRead(text) {
    return this.#isMarked(text, "read");
  }

  #isMarked(text, mark) {
    return this.bubble(text).locator(".meta").filter({ has: this.page.getByText(mark, { exact: true }) }).waitFor();
  }

  /** Choose from the menu of a message. */
  async chooseOf(text, item) {
    await this.bubble(text).locator(".meta").click();
    await this.page.getByRole("menuitem", { name: item }).click();
  }

  /** Make a group with people, and open it. */
  async makeGroup(name, ...people) {
    await this.screen.getByRole("button", { name: "New group" }).click();
    await this.page.getByRole("textbox", { name: "Name of the group" }).fill(name);
    await this.page.getByRole("textbox", { name: "People" }).fill(people.join(", "));
    await this.page.getByRole("button", { name: "Make the group" }).click();
    await this.log.waitFor();
  }

  sees(text) {
    return this.log.getByText(text, { exact: false }).first().waitFor();
  }

  /** Return the seqs that are drawn, from the top down. */
  seqs() {
    return this.log.evaluate((log) =>
      [...log.querySelectorAll("[data-seq]")]
        .map((each) => ({ seq: Number(each.dataset.seq), top: each.getBoundingClientRect().top }))
        .sort((one, other) => one.top - other.top)
        .map(({ seq }) => seq),
    );
  }

  /** Scroll up to the beginning of the chat; return all seqs that were seen. Each look must be without a hole. */
  async scrollToTheBeginning() {
    const seen = new Set();
    for (let last = -1, isOver = false; ; ) {
      const seqs = await this.seqs();
      seqs.forEach((seq, index) => {
        if (index > 0) assert.equal(seq, seqs[index - 1] + 1, `in order and without a hole: ${seqs}`);
        seen.add(seq);
      });
      const top = await this.log.evaluate(async (log) => {
        log.scrollTop -= log.clientHeight;
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        return log.scrollTop;
      });
      // What was drawn since the last look is seen as well.
      if (isOver) return seen;
      isOver = top === last && (await this.log.getByText("The beginning of this chat").count()) > 0;
      last = top;
    }
  }
}
