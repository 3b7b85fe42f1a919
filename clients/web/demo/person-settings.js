// What a person chooses for all their chats, on all their devices.

import { unlessClosed } from "./device.js";
import { openDialog } from "./dialogs.js";
import { make } from "./dom.js";
import { say } from "./texts.js";

/** @import { Device } from "./device.js" */

/** @param {Device} device */
export function openPersonSettings(device) {
  const { client, uid } = device;
  const onchange = () => unlessClosed(client.setReceipts(box.checked));
  const box = make("input", { type: "checkbox", role: "switch", "aria-describedby": "receipts-hint", onchange });
  const hint = make("p", { className: "faint", id: "receipts-hint" });
  const draw = () => {
    const { on, offForAll } = device.receipts;
    [box.checked, box.disabled] = [on, offForAll];
    hint.textContent = say(offForAll ? "receiptsNone" : "receiptsHint");
  };
  draw();
  // Another device may choose while this is open.
  device.addEventListener("change", draw);
  const { dialog } = openDialog(say("settingsOf", { name: uid }), make("label", { className: "switch" }, make("span", {}, say("receipts")), box), hint);
  dialog.addEventListener("close", () => device.removeEventListener("change", draw));
}
