// Small parts that many screens have.

import { make } from "./dom.js";
import { hueOf, initialOf } from "./format.js";

/** @param {string} name @param {boolean} [isOnline] */
export const faceOf = (name, isOnline = false) =>
  make("span", { className: `face hue${hueOf(name)}${isOnline ? " here" : ""}`, "aria-hidden": "true" }, initialOf(name));

/** Words for those who hear the page. @param {string} text */
export const hidden = (text) => make("span", { className: "heard" }, ` ${text}`);
