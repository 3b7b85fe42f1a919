// Writing in a chat: the field, what waits in the outbox, and why somebody may not write.

import { isGroup } from "catchup-client";
import { Attachments } from "./attachments.js";
import { Composer } from "./composer.js";
import { unlessClosed } from "./device.js";
import { icon, iconButton, make } from "./dom.js";
import { nameOf, textOf, timeOf } from "./format.js";
import { EVERYONE, named } from "./mentions.js";
import { isForEver } from "./notices.js";
import { currentLanguage, say } from "./texts.js";

/** @import { FileOptions, Message, Queued } from "catchup-client" */
/** @import { Device } from "./device.js" */
/** @import { Standing } from "./standing.js" */

/** A longer wait is no wait: timers take at most that, and nobody looks at a chat for so long. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

export class Writing {
  attachments = new Attachments((file, options) => this.#attach(file, options));
  #composer = new Composer(
    (text, at, atAll) => unlessClosed(this.#write(text, at, atAll)),
    (isEmpty) => this.#tellTyping(isEmpty),
    this.attachments.buttons,
  );
  #why = make("p", { className: "cannot", role: "status", hidden: true });
  #editing = make("div", { className: "editing", hidden: true });
  /** @type {Message | null} the message that is being edited */
  #edited = null;
  #timer = 0;
  #device;
  #sessionId;
  #to;
  #isGroup;
  #around;
  element = make("div", {}, this.#why, this.#editing, this.attachments.progress, this.#composer.element);

  /** @param {Device} device @param {string} sessionId @param {{onWrite: () => void, onFault: (error: unknown) => void}} around */
  constructor(device, sessionId, around) {
    this.#device = device;
    this.#sessionId = sessionId;
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#edited) return;
      event.stopPropagation();
      this.#endEdit("");
    });
    this.#isGroup = isGroup(sessionId);
    this.#to = this.#isGroup ? sessionId : nameOf(sessionId, device.uid);
    this.#around = around;
  }

  close() {
    clearTimeout(this.#timer);
    if (!this.#composer.isEmpty) this.#tellTyping(true);
  }

  /** @param {string} title */
  translate(title) {
    this.#composer.translate(title, this.#isGroup);
    this.attachments.translate();
  }

  focus() {
    this.#composer.focus();
  }

  /** What this person may do here. @param {Standing} standing */
  take(standing) {
    this.#composer.offer(standing.others, standing.isRunning);
    this.#drawWhy(standing);
  }

  /** @param {Standing} standing */
  #drawWhy(standing) {
    clearTimeout(this.#timer);
    const leftMs = standing.mutedUntilMs - Date.now();
    // No event tells that a mute is over.
    if (leftMs > 0 && leftMs < LONGEST_WAIT_MS) this.#timer = setTimeout(() => this.#drawWhy(standing), leftMs);
    this.#why.textContent = whyNot(standing);
    this.#why.hidden = this.#why.textContent === "";
    this.#composer.element.hidden = !this.#why.hidden;
  }

  get mayWrite() {
    return this.#why.hidden;
  }

  /** Edit a message that was sent. @param {Message} message */
  edit(message) {
    this.#edited = message;
    const text = textOf(message.content);
    this.#editing.hidden = false;
    const stop = iconButton("close", say("stopEditing"), () => this.#endEdit(""));
    this.#editing.replaceChildren(icon("edit"), make("span", {}, say("editing", { text })), stop);
    this.#composer.fill(text);
  }

  /** @param {string} text what stays in the field */
  #endEdit(text) {
    this.#edited = null;
    this.#editing.hidden = true;
    this.#editing.replaceChildren();
    this.#composer.fill(text);
  }

  /** @param {Message} message @param {string} text */
  async #saveEdit({ seq, content, at, atAll }, text) {
    this.#endEdit("");
    // An edit mentions nobody anew; whom it names no longer is not mentioned any more.
    const mentions = this.#isGroup ? { at: named(text, at), atAll: atAll && named(text, EVERYONE).length > 0 } : {};
    try {
      await this.#device.client.edit(this.#sessionId, seq, { ...content, message: text }, mentions);
    } catch (error) {
      this.#around.onFault(error);
    }
  }

  /** @param {string} text @param {string[]} at @param {boolean} atAll */
  async #write(text, at, atAll) {
    if (this.#edited) return this.#saveEdit(this.#edited, text);
    this.#around.onWrite();
    try {
      await this.#device.client.post(this.#to, { message: text }, { at: this.#isGroup ? at : [], atAll });
      await this.#device.readOutbox();
    } catch (error) {
      this.#around.onFault(error);
      this.#composer.fill(text);
    }
  }

  /** @param {Blob} file @param {FileOptions} options */
  async #attach(file, options) {
    this.#around.onWrite();
    await this.#device.client.sendFile(this.#to, file, options);
  }

  /** Take a message of the outbox back. @param {Queued} queued */
  async discard({ message }) {
    await this.#device.client.discard(message.msgId);
    await this.#device.readOutbox();
    this.#composer.focus();
  }

  /** Take a message of the outbox back, and change its text. @param {Queued} queued */
  async rewrite(queued) {
    await this.discard(queued);
    this.#composer.fill(textOf(queued.message.content));
  }

  /** @param {boolean} isEmpty */
  #tellTyping(isEmpty) {
    const { client, isReachable, uid } = this.#device;
    if (!isReachable || this.#to === uid) return;
    unlessClosed(isEmpty ? client.stopTyping(this.#to) : client.typing(this.#to));
  }
}

/** Why this person may not write; "" if they may. @param {Standing} standing */
function whyNot({ group, isOutside, isRunning, mutedUntilMs }) {
  const nowMs = Date.now();
  if (group?.dissolved) return say("cannotDissolved");
  if (isOutside) return say("cannotOutside");
  if (!group || mutedUntilMs <= nowMs) return "";
  if (!isRunning && group.mutedUntilMs <= nowMs) return say("cannotMutedAll");
  if (isForEver(mutedUntilMs, nowMs)) return say("cannotMutedEver");
  return say("cannotMuted", { when: timeOf(mutedUntilMs, nowMs, currentLanguage()) });
}
