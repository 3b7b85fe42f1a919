// Names, times and sizes as a person reads them. Nothing here touches the document.

import { isGroup } from "catchup-client";

/** @import { SessionState } from "catchup-client" */

/** @typedef {Intl.DateTimeFormatOptions} DateStyle */

const DAY_MS = 86_400_000;
const HUES = 8;

/** @param {string} sessionId @param {string} me */
export function nameOf(sessionId, me) {
  if (isGroup(sessionId)) return sessionId.slice(2);
  const [, one = "", other = ""] = sessionId.split(":");
  return one === me ? other : one;
}

/** @param {SessionState} session @param {string} me */
export const titleOf = ({ sessionId, group }, me) => group?.name || nameOf(sessionId, me);

/** The letter of a picture without a picture. @param {string} name */
export const initialOf = (name) => (Array.from(name)[0] ?? "?").toUpperCase();

/** One of eight colours, always the same for a name. @param {string} name */
export function hueOf(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9_973;
  return sum % HUES;
}

/**
 * The time of a message in a list of chats: the hour today, "yesterday", or the day.
 * @param {number} ms
 * @param {number} nowMs
 * @param {string} language
 */
export function whenOf(ms, nowMs, language) {
  const days = daysBetween(ms, nowMs);
  if (days === 0) return hourOf(ms, language);
  if (days === 1) return dayOf(ms, nowMs, language);
  return written(ms, language, { day: "numeric", month: "short" });
}

/** @param {number} ms @param {string} language */
export const hourOf = (ms, language) => written(ms, language, { timeStyle: "short" });

/** The hour today, else the day and the hour. @param {number} ms @param {number} nowMs @param {string} language */
export const timeOf = (ms, nowMs, language) =>
  daysBetween(Math.min(ms, nowMs), Math.max(ms, nowMs)) === 0 ? hourOf(ms, language) : written(ms, language, { dateStyle: "medium", timeStyle: "short" });

/**
 * The heading of a day in a chat.
 * @param {number} ms
 * @param {number} nowMs
 * @param {string} language
 */
export function dayOf(ms, nowMs, language) {
  const days = daysBetween(ms, nowMs);
  if (days > 1) return written(ms, language, { dateStyle: "full" });
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-days, "day");
}

/**
 * How long ago something was, in words; null within the last minute.
 * @param {number} ms
 * @param {number} nowMs
 * @param {string} language
 */
export function agoOf(ms, nowMs, language) {
  const minutes = Math.floor((nowMs - ms) / 60_000);
  if (minutes < 1) return null;
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  if (minutes < 60) return relative.format(-minutes, "minute");
  return minutes < 24 * 60 ? relative.format(-Math.floor(minutes / 60), "hour") : relative.format(-daysBetween(ms, nowMs), "day");
}

/** Making a formatter takes a hundred times as long as using it. @type {Map<string, Intl.DateTimeFormat>} */
const formatters = new Map();

/** Make the formatters of a list of chats before the first one is drawn. @param {string} language */
export function prepareFormats(language) {
  const nowMs = Date.now();
  for (const days of [0, 1, 2]) whenOf(nowMs - days * DAY_MS, nowMs, language);
  (1).toLocaleString(language);
}

/** @param {number} ms @param {string} language @param {DateStyle} style */
function written(ms, language, style) {
  const key = `${language} ${Object.keys(style)}`;
  const formatter = formatters.get(key) ?? new Intl.DateTimeFormat(language, style);
  formatters.set(key, formatter);
  return formatter.format(ms);
}

/** How many midnights lie between two times, on this machine's clock. @param {number} ms @param {number} nowMs */
function daysBetween(ms, nowMs) {
  const [day, today] = [new Date(ms), new Date(nowMs)];
  day.setHours(0, 0, 0, 0);
  today.setHours(0, 0, 0, 0);
  return Math.max(0, Math.round((today.getTime() - day.getTime()) / DAY_MS));
}

/** A number for little room: 9,876 or 12K. @param {number} count @param {string} language */
export const shortCount = (count, language) =>
  count < 10_000 ? count.toLocaleString(language) : new Intl.NumberFormat(language, { notation: "compact", maximumSignificantDigits: 3 }).format(count);

/** @param {number} bytes @param {string} language */
export function sizeOf(bytes, language) {
  const inBytes = bytes < 1_000;
  const number = inBytes ? bytes : bytes / 1_000;
  const digits = { maximumFractionDigits: inBytes || number >= 100 ? 0 : 1 };
  return `${new Intl.NumberFormat(language, digits).format(number)} ${inBytes ? "B" : "kB"}`;
}

/** The texts of roles. */
export const ROLES = /** @type {const} */ ({ OWNER: "owner", ADMIN: "admin", MEMBER: "member" });

/** A length as players show it. @param {number} ms */
export const durationOf = (ms) => `${Math.floor(ms / 60_000)}:${String(Math.round(ms / 1_000) % 60).padStart(2, "0")}`;

/** What stands for a file in a line. */
const SIGNS = new Map([["image", "\u{1F5BC}\uFE0F"], ["voice", "\u{1F3A4}"], ["video", "\u{1F3AC}"], ["file", "\u{1F4CE}"]]);

/** The text that a person wrote, a place or a person by name; other content as JSON. @param {Readonly<Record<string, unknown>>} content */
export function textOf(content) {
  const { type, message, name, address, latitude, longitude, uid } = content;
  if (typeof message === "string") return message;
  if (type === "location") return `\u{1F4CD} ${[name, address].filter(Boolean).join(", ") || `${latitude}, ${longitude}`}`;
  if (type === "card") return `\u{1F464} ${name && name !== uid ? `${name} (${uid})` : uid}`;
  const { key, caption, durationMs } = content;
  const sign = typeof key === "string" ? SIGNS.get(String(type)) : undefined;
  if (sign) return [sign, caption ?? name ?? (durationMs ? durationOf(Number(durationMs)) : "")].join(" ").trim();
  return JSON.stringify(content);
}
