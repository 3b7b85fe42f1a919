// Making a group, and its members: who they are, what they may, adding, removing and leaving.

import { faceOf } from "./chat-list.js";
import { explained, fieldOf, formOf, namesIn, openDialog } from "./dialogs.js";
import { make } from "./dom.js";
import { ROLES } from "./format.js";
import { membersOf } from "./members.js";
import { say } from "./texts.js";

/** @import { Member } from "catchup-client" */
/** @import { Device } from "./device.js" */

/**
 * Ask for a group's name and members, and make it.
 * @param {Device} device
 * @param {readonly string[]} others who are open on this page
 * @param {(sessionId: string) => void} onMade
 */
export function openNewGroup(device, others, onMade) {
  const name = make("input", { required: true, maxLength: 60, autocomplete: "off" });
  const people = make("input", { autocomplete: "off", value: others.join(", ") });
  const isOpen = make("input", { type: "checkbox" });
  const history = make("input", { type: "checkbox" });
  const form = formOf(
    say("makeGroup"),
    [
      fieldOf(say("groupName"), name),
      fieldOf(say("groupPeople"), people, say("groupPeopleHint")),
      make("label", { className: "check" }, isOpen, say("groupOpen")),
      make("label", { className: "check" }, history, say("groupHistory")),
    ],
    async () => {
      const uids = namesIn(people.value).filter((uid) => uid !== device.uid);
      const options = { uids, isOpen: isOpen.checked, openHistory: history.checked };
      const { sessionId } = await device.client.createGroup(name.value.trim(), options);
      await device.client.refreshSessions();
      close();
      onMade(sessionId);
    },
  );
  const { close } = openDialog(say("newGroup"), form);
  name.focus();
}

/**
 * Show a group's members, and what this person may do about them.
 * @param {Device} device
 * @param {string} sessionId
 * @param {string} title
 * @param {() => void} onLeft
 */
export async function openGroup(device, sessionId, title, onLeft) {
  const { client, uid } = device;
  const list = make("ul", { className: "members", "aria-label": say("membersOf", { name: title }) });
  const error = make("p", { className: "error", role: "alert" });
  const more = make("div", {});
  const { close } = openDialog(title, make("p", { className: "faint" }, sessionId), list, error, more);

  /** @param {() => Promise<unknown>} change */
  const act = async (change) => {
    error.textContent = "";
    try {
      await change();
      await draw();
    } catch (reason) {
      error.textContent = explained(reason);
    }
  };

  /** @param {Member} member @param {string} mine */
  const rowOf = (member, mine) => {
    const isMe = member.uid === uid;
    /** @param {import("./texts.js").TextName} text @param {() => Promise<unknown>} change */
    const button = (text, change) =>
      make("button", { type: "button", "aria-label": `${say(text)}: ${member.uid}`, onclick: () => act(change) }, say(text));
    const mayRemove = mine === "OWNER" || (mine === "ADMIN" && member.role === "MEMBER");
    const isAdmin = member.role === "ADMIN";
    const buttons = [
      ...(mine === "OWNER" && !isMe
        ? [
            button(isAdmin ? "makeMember" : "makeAdmin", () => client.setRole(sessionId, member.uid, isAdmin ? "MEMBER" : "ADMIN")),
            button("handOver", () => client.setRole(sessionId, member.uid, "OWNER")),
          ]
        : []),
      ...(mayRemove && !isMe ? [button("removeMember", () => client.remove(sessionId, [member.uid]))] : []),
    ];
    const name = isMe ? say("youNamed", { name: member.uid }) : member.uid;
    return make(
      "li",
      {},
      faceOf(member.uid),
      make("span", { className: "name" }, name),
      make("small", {}, say(ROLES[/** @type {keyof typeof ROLES} */ (member.role)] ?? "member")),
      make("span", { className: "acts" }, ...buttons),
    );
  };

  const draw = async () => {
    const members = await membersOf(client, sessionId);
    const mine = members.find((member) => member.uid === uid)?.role ?? "";
    list.replaceChildren(...members.map((member) => rowOf(member, mine)));
    const people = make("input", { autocomplete: "off", required: true });
    const adding = formOf(say("addMembers"), [fieldOf(say("groupPeople"), people, say("groupPeopleHint"))], () =>
      client.add(sessionId, namesIn(people.value)).then(draw),
    );
    const leave = make("button", { type: "button", className: "danger", onclick: () => act(leaving) }, say("leaveGroup"));
    more.replaceChildren(...(mine === "OWNER" || mine === "ADMIN" ? [adding] : []), make("div", { className: "actions" }, leave));
  };
  const leaving = async () => {
    await client.leave(sessionId);
    await client.refreshSessions();
    close();
    onLeft();
  };
  await draw().catch((reason) => (error.textContent = explained(reason)));
}
