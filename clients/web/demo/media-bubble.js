// What a message with a file shows: a small picture or a length at once; the file itself when the person wants it.

import { icon, make } from "./dom.js";
import { durationOf, sizeOf } from "./format.js";
import { currentLanguage, say } from "./texts.js";

/** @import { Message } from "catchup-client" */

/**
 * @typedef {object} Files
 * @property {(message: Message) => Promise<string>} find where the file of a message is
 * @property {Map<number, string>} found addresses that the person has asked for in this chat, by seq: when the list is
 *   drawn anew, it shows these files again
 */

const WIDEST = 220;

/** The file of a message as an element; null if it has none. @param {Message} message @param {Files} files */
export function mediaOf(message, { find, found }) {
  const { type, key, durationMs, name, bytes } = message.content;
  if (typeof key !== "string") return null;
  const url = found.get(message.seq);
  /** An address is good for some minutes only. */
  const onGone = () => {
    found.delete(message.seq);
    box.replaceChildren(button);
  };
  const show = async () => {
    const here = await find(message);
    found.set(message.seq, here);
    const shown = shownOf(message, here, onGone);
    box.replaceChildren(shown);
    // Only now: a list that is drawn anew neither plays nor saves anything again.
    if (shown instanceof HTMLMediaElement) shown.autoplay = true;
    else if (shown instanceof HTMLAnchorElement) shown.click();
  };
  const text = type === "image" ? say("showPicture") : type === "file" ? `${name ?? ""} ${sizeOf(Number(bytes), currentLanguage())}` : durationOf(Number(durationMs));
  const label = type === "image" ? say("showPicture") : type === "file" ? say("saveFile", { name: String(name ?? "") }) : say("play", { length: text });
  const inside = type === "image" ? [previewOf(message)] : [icon(type === "file" ? "down" : "play"), text];
  const button = make("button", { type: "button", className: "media", "aria-label": label, onclick: () => void show().catch(() => box.append(make("small", {}, say("noFile")))) }, ...inside);
  const box = make("div", { className: `file ${type}` }, url ? shownOf(message, url, onGone) : button);
  return box;
}

/** @param {Message} message @param {string} url @param {() => void} onerror */
function shownOf({ content: { type, name } }, url, onerror) {
  if (type === "image") return make("img", { className: "picture", src: url, alt: String(name ?? say("picture")), onerror });
  if (type === "voice") return make("audio", { src: url, controls: true, onerror });
  if (type === "video") return make("video", { src: url, controls: true, onerror });
  return make("a", { href: url, target: "_blank", rel: "noopener" }, String(name ?? say("aFile")));
}

/** @param {Message} message */
function previewOf({ content: { preview, width, height } }) {
  const [wide, high] = [Number(width), Number(height)];
  const shownWide = Math.min(WIDEST, wide);
  const look = { className: "picture small", width: shownWide, height: Math.max(1, Math.round((high * shownWide) / wide)), alt: "" };
  return typeof preview === "string" ? make("img", { ...look, src: `data:image/jpeg;base64,${preview}` }) : make("span", { className: "picture small" }, icon("eye"));
}
