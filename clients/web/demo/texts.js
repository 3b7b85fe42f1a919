// The page's texts in the language of the reader.

import { en } from "./texts/en.js";
import { zh } from "./texts/zh.js";

/** @typedef {keyof typeof en} TextName */
/** @typedef {"en" | "zh"} Language */

/** @type {Record<Language, Record<TextName, string>>} */
const TEXTS = { en, zh };
const KEY = "catchup language";
let language = pick(localStorage.getItem(KEY) ?? navigator.language);

/** @param {string} wanted @returns {Language} */
function pick(wanted) {
  return wanted.startsWith("zh") ? "zh" : "en";
}

export const currentLanguage = () => language;

/** Change the language, and tell the page. @param {string} wanted */
export function chooseLanguage(wanted) {
  language = pick(wanted);
  localStorage.setItem(KEY, language);
  window.dispatchEvent(new Event("language"));
}

/**
 * Return a text in the language of the page. `{name}` is filled in; `{count|one message|many messages}` chooses by a number.
 * @param {TextName} name
 * @param {Record<string, string | number>} [values]
 */
export const say = (name, values = {}) =>
  TEXTS[language][name].replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, key, one, other) => {
    const value = values[key] ?? "";
    if (other !== undefined) return new Intl.PluralRules(language).select(Number(value)) === "one" ? one : other;
    return typeof value === "number" ? value.toLocaleString(language) : value;
  });
