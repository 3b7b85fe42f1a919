// Making a group.

import { fieldOf, formOf, namesIn, openDialog } from "./dialogs.js";
import { make } from "./dom.js";
import { say } from "./texts.js";

/** @import { Device } from "./device.js" */

const WAYS = /** @type {const} */ (["groupClosed", "groupAsks", "groupOpen"]);

/**
 * Ask for a group's name and members, and make it.
 * @param {Device} device
 * @param {readonly string[]} others who are open on this page
 * @param {(sessionId: string) => void} onMade
 */
export function openNewGroup(device, others, onMade) {
  const name = make("input", { required: true, maxLength: 60, autocomplete: "off" });
  const people = make("input", { autocomplete: "off", value: others.join(", ") });
  const joining = make("select", {}, ...WAYS.map((way) => new Option(say(way), way)));
  const history = make("input", { type: "checkbox" });
  const form = formOf(
    say("makeGroup"),
    [
      fieldOf(say("groupName"), name),
      fieldOf(say("groupPeople"), people, say("groupPeopleHint")),
      fieldOf(say("groupJoining"), joining),
      make("label", { className: "check" }, history, say("groupHistory")),
    ],
    async () => {
      const uids = namesIn(people.value).filter((uid) => uid !== device.uid);
      const [isOpen, asks] = [joining.value === "groupOpen", joining.value === "groupAsks"];
      const options = { uids, isOpen, asks, openHistory: history.checked };
      const { sessionId } = await device.client.createGroup(name.value.trim(), options);
      await device.client.refreshSessions();
      close();
      onMade(sessionId);
    },
  );
  const { close } = openDialog(say("newGroup"), form);
  name.focus();
}
