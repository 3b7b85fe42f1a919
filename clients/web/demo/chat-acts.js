// What one can do with a chat and with its messages: their menus, the group's dialog, and blocking.

import { openChatMenu } from "./chat-menu.js";
import { unlessClosed } from "./device.js";
import { tellOfBlock } from "./dialogs.js";
import { openGroup } from "./group-dialog.js";
import { openMenu } from "./menu.js";
import { itemsOf } from "./message-menu.js";
import { MOST_MEMBERS, openReaders } from "./readers.js";
import { say } from "./texts.js";

/** @import { Message } from "catchup-client" */
/** @import { Device } from "./device.js" */
/** @import { Place } from "./menu.js" */
/** @import { Standing } from "./standing.js" */
/** @import { Writing } from "./writing.js" */

/**
 * What they need of the chat.
 * @typedef {object} Around
 * @property {Standing} standing
 * @property {Writing} writing
 * @property {() => string} title
 * @property {() => void} onBack
 * @property {() => void} onChange
 * @property {(error: unknown) => void} onFault
 */

export class ChatActs {
  #device;
  #sessionId;
  #around;

  /** @param {Device} device @param {string} sessionId @param {Around} around */
  constructor(device, sessionId, around) {
    this.#device = device;
    this.#sessionId = sessionId;
    this.#around = around;
  }

  /** Open the menu of a message; false if it has none. @param {Message | undefined} message @param {Place} place */
  openMessage(message, place) {
    const { client, uid, receipts, isReachable } = this.#device;
    const { standing, writing } = this.#around;
    const items = message
      ? itemsOf(message, {
          me: uid,
          isRunning: standing.isRunning,
          mayWrite: writing.mayWrite,
          mayAskReaders: isReachable && receipts.on && standing.isSmallGroup(MOST_MEMBERS),
          onEdit: () => writing.edit(message),
          onReaders: ({ seq }) => unlessClosed(openReaders(this.#device, this.#sessionId, seq)),
          onRecall: ({ seq }) => this.#try(client.recall(this.#sessionId, seq)),
          onHide: ({ seq }) => this.#try(client.hide(this.#sessionId, [seq])),
        })
      : [];
    if (message && items.length > 0) openMenu(say("messageOptions", { name: message.sender }), items, place);
    return items.length > 0;
  }

  /** Open the menu of the chat. @param {HTMLElement} of */
  async openOptions(of) {
    const session = await this.#device.client.session(this.#sessionId).state();
    openChatMenu(this.#device, session, this.#around.title(), { of }, this.#around.onBack);
  }

  openGroup() {
    unlessClosed(openGroup(this.#device, this.#sessionId, this.#around.title(), this.#around.onBack));
  }

  async toggleBlock() {
    const { standing, onChange, title, onFault } = this.#around;
    try {
      await standing.toggleBlock();
      onChange();
      tellOfBlock(title(), standing.isBlocked);
    } catch (error) {
      onFault(error);
    }
  }

  /** @param {Promise<unknown>} work */
  #try(work) {
    unlessClosed(work.catch(this.#around.onFault));
  }
}
