// The members of a group, and a menu of those about whom this person may do something.

import { openMutes } from "./chat-menu.js";
import { iconButton, make } from "./dom.js";
import { faceOf } from "./faces.js";
import { ROLES } from "./format.js";
import { openMenu } from "./menu.js";
import { say } from "./texts.js";

/** @import { Member } from "catchup-client" */
/** @import { Device } from "./device.js" */
/** @import { Item } from "./menu.js" */
/** @import { Standing } from "./standing.js" */

export class MemberList {
  #device;
  #sessionId;
  #act;
  #mine = "";

  /**
   * @param {Device} device
   * @param {string} sessionId
   * @param {string} title
   * @param {(change: () => Promise<unknown>) => void} act
   */
  constructor(device, sessionId, title, act) {
    this.#device = device;
    this.#sessionId = sessionId;
    this.#act = act;
    this.element = make("ul", { className: "members", "aria-label": say("membersOf", { name: title }) });
  }

  /** @param {Standing} standing */
  draw({ members, group }) {
    this.#mine = group?.role ?? "";
    this.element.replaceChildren(...members.map((member) => this.#row(member)));
  }

  /** @param {Member} member */
  #row(member) {
    const { uid, role } = member;
    const isMe = uid === this.#device.uid;
    // An admin may do something about members only.
    const mayAct = !isMe && (this.#mine === "OWNER" || (this.#mine === "ADMIN" && role === "MEMBER"));
    const options = iconButton("more", say("memberOptions", { name: uid }), () => openMenu(uid, this.#items(member, options), { of: options }));
    options.dataset["act"] = `options of ${uid}`;
    const name = make("span", { className: "name" }, isMe ? say("youNamed", { name: uid }) : uid);
    const title = make("small", {}, say(ROLES[/** @type {keyof typeof ROLES} */ (role)] ?? "member"));
    return make("li", {}, faceOf(uid), name, title, ...(mayAct ? [options] : []));
  }

  /** @param {Member} member @param {HTMLElement} of @returns {Item[]} */
  #items({ uid, role }, of) {
    const { client } = this.#device;
    const sessionId = this.#sessionId;
    const isAdmin = role === "ADMIN";
    /** @type {Item[]} */
    const forOwner = [
      { text: say(isAdmin ? "makeMember" : "makeAdmin"), drawing: "people", act: () => this.#act(() => client.setRole(sessionId, uid, isAdmin ? "MEMBER" : "ADMIN")) },
      { text: say("handOver"), drawing: "send", act: () => this.#act(() => client.setRole(sessionId, uid, "OWNER")) },
    ];
    return [
      ...(this.#mine === "OWNER" ? forOwner : []),
      { text: say("muteMember", { name: uid }), drawing: "mute", act: () => openMutes(uid, { of }, (untilMs) => this.#act(() => client.muteMember(sessionId, uid, untilMs))) },
      { text: say("unmuteMember"), drawing: "bell", act: () => this.#act(() => client.muteMember(sessionId, uid, 0)) },
      { text: say("removeMember"), drawing: "close", isDanger: true, act: () => this.#act(() => client.remove(sessionId, [uid])) },
    ];
  }
}
