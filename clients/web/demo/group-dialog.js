// A group: its members, and what this person may do about it.

import { openMutes } from "./chat-menu.js";
import { explained, fieldOf, formOf, namesIn, openConfirm, openDialog } from "./dialogs.js";
import { keepFocus, make } from "./dom.js";
import { openDescription } from "./announcement.js";
import { JoinRequests } from "./join-requests.js";
import { MemberList } from "./member-list.js";
import { Standing } from "./standing.js";
import { say } from "./texts.js";

/** @import { Device } from "./device.js" */

/**
 * Show a group.
 * @param {Device} device
 * @param {string} sessionId
 * @param {string} title
 * @param {() => void} onLeft
 */
export async function openGroup(device, sessionId, title, onLeft) {
  const { client } = device;
  const standing = new Standing(device, sessionId);
  const error = make("p", { className: "error", role: "alert" });
  const more = make("div", { className: "more-of-group" });
  /** @param {() => Promise<unknown>} change */
  const act = async (change) => {
    error.textContent = "";
    await change()
      .then(draw)
      .catch((reason) => (error.textContent = explained(reason)));
  };
  const members = new MemberList(device, sessionId, title, (change) => void act(change));
  const requests = new JoinRequests(device, sessionId, (change) => void act(change));
  const { dialog, close } = openDialog(title, make("p", { className: "faint" }, sessionId), members.element, error, more);

  /** @param {import("./texts.js").TextName} text @param {() => void} onclick @param {string} [className] */
  const button = (text, onclick, className = "") => make("button", { type: "button", className, onclick, "data-act": text.replace("unmute", "mute") }, say(text));
  const left = async () => {
    await client.refreshSessions();
    close();
    onLeft();
  };
  const leave = () => openConfirm(say("leaveGroup"), say("leaveText", { name: title }), () => client.leave(sessionId), left);
  const dissolve = () => openConfirm(say("dissolveGroup"), say("dissolveText", { name: title }), () => client.dissolve(sessionId), draw);
  /** @param {HTMLElement} of */
  const muteAll = (of) => openMutes(title, { of }, (untilMs) => void act(() => client.muteAll(sessionId, untilMs)));

  const running = () => {
    const people = make("input", { autocomplete: "off", required: true });
    const adding = formOf(say("addMembers"), [fieldOf(say("groupPeople"), people, say("groupPeopleHint"))], () =>
      client.add(sessionId, namesIn(people.value)).then(draw),
    );
    adding.dataset["act"] = "addMembers";
    const isMuted = (standing.group?.allMutedUntilMs ?? 0) > Date.now();
    const mute = isMuted ? button("unmuteAll", () => void act(() => client.muteAll(sessionId, 0))) : button("muteAll", () => muteAll(mute));
    const describe = button("describeGroup", () => openDescription(device, sessionId, standing, () => void act(() => client.refreshSessions())));
    return [requests.element, adding, make("div", { className: "actions wide" }, describe, mute)];
  };

  const draw = async () => {
    await standing.learn();
    const asking = standing.isRunning ? await requests.rows() : [];
    const restore = keepFocus(dialog);
    members.draw(standing);
    requests.draw(asking);
    show();
    restore();
    // A dialog that was open over this one has given the focus back to a button that an earlier draw has replaced.
    if (document.activeElement === document.body) dialog.querySelector("button")?.focus();
  };
  const show = () => {
    const { group, isRunning, isOutside } = standing;
    if (isOutside || !group) {
      return more.replaceChildren(make("p", { className: "faint" }, say(group?.dissolved ? "cannotDissolved" : "cannotOutside")));
    }
    const last = [button("leaveGroup", leave, "danger"), ...(group.role === "OWNER" ? [button("dissolveGroup", dissolve, "danger")] : [])];
    more.replaceChildren(...(isRunning ? running() : []), make("div", { className: "actions" }, ...last));
  };
  await draw().catch((reason) => (error.textContent = explained(reason)));
}
