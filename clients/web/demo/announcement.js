// The announcement of a group, above its messages; and its name and announcement in a form for those who run it.

import { fieldOf, formOf, openDialog } from "./dialogs.js";
import { icon, make } from "./dom.js";
import { hidden } from "./faces.js";
import { whenOf } from "./format.js";
import { currentLanguage, say } from "./texts.js";

/** @import { Announcement as Announced } from "catchup-client" */
/** @import { Device } from "./device.js" */
/** @import { Standing } from "./standing.js" */

export class Announcement {
  element = make("button", { type: "button", className: "announcement", hidden: true, onclick: () => this.#open() });
  /** @type {Announced | null} */
  #shown = null;

  /** @param {Announced | null} announced */
  draw(announced) {
    this.element.hidden = !announced?.text;
    if (announced?.text === this.#shown?.text && this.element.title === say("announcement")) return;
    this.#shown = announced;
    this.element.title = say("announcement");
    this.element.replaceChildren(icon("megaphone"), hidden(`${say("announcement")}: `), make("span", {}, announced?.text ?? ""));
  }

  #open() {
    if (!this.#shown) return;
    const { text, uid, timeMs } = this.#shown;
    const when = whenOf(timeMs, Date.now(), currentLanguage());
    openDialog(say("announcement"), make("p", { className: "announced" }, text), make("p", { className: "faint" }, say("announcedBy", { name: uid, when })));
  }
}

/**
 * Ask for a group's name and announcement.
 * @param {Device} device
 * @param {string} sessionId
 * @param {Standing} standing
 * @param {() => void} onSaved
 */
export function openDescription({ client }, sessionId, { group }, onSaved) {
  const name = make("input", { required: true, maxLength: 60, autocomplete: "off", value: group?.name ?? "" });
  const text = make("textarea", { rows: 4, maxLength: 600, value: group?.announcement?.text ?? "" });
  const fields = [fieldOf(say("groupName"), name), fieldOf(say("announcement"), text, say("announcementHint"))];
  const form = formOf(say("save"), fields, async () => {
    const changed = {
      ...(name.value.trim() !== group?.name ? { name: name.value.trim() } : {}),
      ...(text.value.trim() !== (group?.announcement?.text ?? "") ? { announcement: text.value.trim() } : {}),
    };
    if (Object.keys(changed).length > 0) await client.describe(sessionId, changed);
    close();
    onSaved();
  });
  const { close } = openDialog(say("describeGroup"), form);
}
