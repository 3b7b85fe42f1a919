// Who has read a message of a small group.

import { ClientClosed } from "catchup-client";
import { explained, openDialog } from "./dialogs.js";
import { make } from "./dom.js";
import { faceOf } from "./faces.js";
import { say } from "./texts.js";

/** @import { Device } from "./device.js" */

/** Of a larger group the server tells nobody (docs/protocol.md, section 4, *readers*). */
export const MOST_MEMBERS = 100;

/** @param {Device} device @param {string} sessionId @param {number} seq */
export async function openReaders({ client }, sessionId, seq) {
  const list = make("ul", { className: "members", "aria-label": say("readBy") });
  const state = make("p", { className: "faint", role: "status" }, say("loading"));
  openDialog(say("readBy"), list, state);
  try {
    const uids = await client.readers(sessionId, seq);
    list.append(...uids.map((uid) => make("li", {}, faceOf(uid), make("span", { className: "name" }, uid))));
    state.textContent = say(uids.length > 0 ? "readByHint" : "readByNobody");
  } catch (error) {
    if (error instanceof ClientClosed) return;
    state.className = "error";
    state.textContent = explained(error);
  }
}
