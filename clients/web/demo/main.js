// The page: phones side by side, and a drawer with their frames.

import { FrameList } from "./frame-list.js";
import { Phone } from "./phone.js";
import { chooseLanguage, currentLanguage, say } from "./texts.js";

const phones = /** @type {HTMLElement} */ (document.getElementById("phones"));
const drawer = /** @type {HTMLElement} */ (document.getElementById("drawer"));
const framesButton = /** @type {HTMLButtonElement} */ (document.getElementById("frames"));
const languages = /** @type {HTMLSelectElement} */ (document.getElementById("language"));
const frames = new FrameList(drawer);
const PEOPLE = "catchup people";
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

customElements.define("catchup-phone", Phone);

function translate() {
  document.documentElement.lang = currentLanguage();
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-text]"))) {
    element.textContent = say(/** @type {import("./texts.js").TextName} */ (element.dataset["text"]));
  }
}

/** @param {string} uid @param {string} [device] */
function open(uid, device = "phone") {
  const phone = /** @type {Phone} */ (document.createElement("catchup-phone"));
  Object.assign(phone, { uid, device, frames });
  phone.addEventListener("another-device", () => {
    open(uid, `phone-${phones.querySelectorAll("catchup-phone").length + 1}`);
  });
  phones.append(phone);
}

document.getElementById("add")?.addEventListener("click", () => {
  const uid = prompt(say("whoToAdd"))?.trim();
  if (!uid || !NAME.test(uid)) return;
  open(uid);
  sessionStorage.setItem(PEOPLE, JSON.stringify([...people(), uid]));
});
framesButton.addEventListener("click", () => {
  drawer.hidden = !drawer.hidden;
  framesButton.setAttribute("aria-expanded", String(!drawer.hidden));
});
languages.value = currentLanguage();
languages.addEventListener("change", () => chooseLanguage(languages.value));
window.addEventListener("language", translate);

/** @returns {string[]} the people who were opened beside the first ones */
function people() {
  return JSON.parse(sessionStorage.getItem(PEOPLE) ?? "[]");
}

/** Whose phones the page shows at first: Alice's and Bob's, or those of `?people=carol,dave`. */
function firstPeople() {
  const named = new URLSearchParams(location.search).get("people");
  return named === null ? ["alice", "bob"] : named.split(",").filter((uid) => NAME.test(uid));
}

translate();
for (const uid of [...firstPeople(), ...people()]) open(uid);
