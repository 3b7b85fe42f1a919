// Dialogs. The browser keeps the focus in them, closes them with Escape, and gives the focus back.

import { iconButton, make } from "./dom.js";
import { faultOfError } from "./faults.js";
import { say } from "./texts.js";

/** An error in plain words, with what the library says. @param {unknown} error */
export function explained(error) {
  const { name = "", message = String(error) } = /** @type {Partial<Error>} */ (error ?? {});
  const text = say(faultOfError(error), { why: message });
  return name === "" ? message : text;
}

/**
 * Open a dialog; `close` closes it. It is removed when it is closed.
 * @param {string} title
 * @param {(Node | string)[]} content
 */
export function openDialog(title, ...content) {
  const dialog = make("dialog", { "aria-label": title });
  const close = () => dialog.close();
  dialog.append(make("div", { className: "dialog-bar" }, make("h2", {}, title), iconButton("close", say("close"), close)), ...content);
  dialog.addEventListener("close", () => dialog.remove());
  // A click beside it.
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, close };
}

/**
 * A form that does something with the server, and tells why it could not.
 * @param {string} action what its button says
 * @param {(HTMLElement)[]} fields
 * @param {() => Promise<unknown>} submit
 */
export function formOf(action, fields, submit) {
  const error = make("p", { className: "error", role: "alert" });
  const button = make("button", { className: "primary" }, action);
  const form = make("form", { className: "fields" }, ...fields, error, make("div", { className: "actions" }, button));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    [button.disabled, error.textContent] = [true, ""];
    await submit().catch((reason) => (error.textContent = explained(reason)));
    button.disabled = false;
  });
  return form;
}

/**
 * Ask before something is done that can't be undone; the title says what.
 * @param {string} title
 * @param {string} text
 * @param {() => Promise<unknown>} act
 * @param {() => Promise<unknown>} after when the dialog is closed
 */
export function openConfirm(title, text, act, after) {
  const form = formOf(title, [make("p", {}, text)], async () => {
    await act();
    close();
    await after();
  });
  form.querySelector("button.primary")?.classList.replace("primary", "danger");
  const { close } = openDialog(title, form);
}

/**
 * A field with its name and a hint.
 * @param {string} name
 * @param {HTMLElement} input
 * @param {string} [hint]
 */
export const fieldOf = (name, input, hint = "") =>
  make("label", { className: "field" }, make("span", {}, name), input, ...(hint ? [make("small", {}, hint)] : []));

/** Split what a person writes into several names. @param {string} text */
export const namesIn = (text) => [...new Set(text.split(/[\s,，、;]+/).filter(Boolean))];

/** Say what a block does, or what its end does. @param {string} name @param {boolean} isBlocked */
export function tellOfBlock(name, isBlocked) {
  const [title, text] = isBlocked
    ? [say("blockedTitle", { name }), say("blockedText", { name })]
    : [say("unblockedTitle", { name }), say("unblockedText", { name })];
  openDialog(title, make("p", {}, text));
}
