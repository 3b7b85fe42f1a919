// What a message with a file shows: a small picture or a length at once; the file itself when the person wants it.

import { icon, make } from "./dom.js";
import { durationOf, sizeOf } from "./format.js";
import { currentLanguage, say } from "./texts.js";

/** @import { Message } from "catchup-client" */

const WIDEST = 220;
/** Addresses that were asked for, by message: a list that is drawn anew shows the picture again. */
const known = new Map();

/** The file of a message as an element; null if it has none. @param {Message} message @param {(message: Message) => Promise<string>} find where it is */
export function mediaOf(message, find) {
  const { type, key, durationMs, name, bytes } = message.content;
  if (typeof key !== "string") return null;
  const url = known.get(nameOf(message));
  const show = async () => {
    known.set(nameOf(message), await find(message));
    box.replaceChildren(shownOf(message, known.get(nameOf(message))));
  };
  const text = type === "image" ? say("showPicture") : type === "file" ? `${name ?? ""} ${sizeOf(Number(bytes), currentLanguage())}` : durationOf(Number(durationMs));
  const label = type === "image" ? say("showPicture") : type === "file" ? say("saveFile", { name: String(name ?? "") }) : say("play", { length: text });
  const inside = type === "image" ? [previewOf(message)] : [icon(type === "file" ? "down" : "play"), text];
  const button = make("button", { type: "button", className: "media", "aria-label": label, onclick: () => void show().catch(() => box.append(make("small", {}, say("noFile")))) }, ...inside);
  const box = make("div", { className: `file ${type}` }, url ? shownOf(message, url) : button);
  return box;
}

/** @param {Message} message @param {string} url */
function shownOf({ content: { type, name } }, url) {
  if (type === "image") return make("img", { className: "picture", src: url, alt: String(name ?? say("picture")) });
  if (type === "voice") return make("audio", { src: url, controls: true, autoplay: true });
  if (type === "video") return make("video", { src: url, controls: true, autoplay: true });
  const link = make("a", { href: url, target: "_blank", rel: "noopener" }, String(name ?? say("aFile")));
  link.click();
  return link;
}

/** @param {Message} message */
function previewOf({ content: { preview, width, height } }) {
  const [wide, high] = [Number(width), Number(height)];
  const shownWide = Math.min(WIDEST, wide);
  const look = { className: "picture small", width: shownWide, height: Math.max(1, Math.round((high * shownWide) / wide)), alt: "" };
  return typeof preview === "string" ? make("img", { ...look, src: `data:image/jpeg;base64,${preview}` }) : make("span", { className: "picture small" }, icon("eye"));
}

/** @param {Message} message */
const nameOf = ({ sessionId, seq }) => `${sessionId}#${seq}`;
